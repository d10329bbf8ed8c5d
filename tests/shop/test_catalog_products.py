from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.drafts import SKUDraft
from shop.catalog.models import SKU, Brand, Product
from shop.catalog.services import archive_product, save_product, save_products, set_shelf
from shop.core.errors import ShopError
from shop.inventory.services import set_on_hand
from shop.search.models import SearchDocument
from tenants.models import OutboxEvent
from tests.shop.catalogue import category, draft, product, sku


def changes(product):
    return OutboxEvent.objects.filter(topic="product.changed", ref=product.key).count()


def live(product):
    return list(SKU.objects.filter(product=product, archived_at=None).values_list("code", "price"))


def test_a_product_is_stored_with_everything_below_it(shop):
    saved = product(
        brand="罗莱",
        skus=(
            SKUDraft(code="A", price=2000, list_price=3000, options={"颜色": "红", "尺码": "L"}),
            SKUDraft(code="B", price=1500, list_price=1800, options={"颜色": "红", "尺码": "M"}),
            SKUDraft(code="C", price=1900, options={"颜色": "白", "尺码": "L"}),
        ),
        attributes={"材质": "羊毛"},
        detail_html='<p onclick="x()">好<script>alert(1)</script></p>',
    )
    assert (saved.price, saved.list_price, saved.cover) == (1500, 1800, "")
    assert saved.brand.name == "罗莱"
    assert saved.detail_html == "<p>好</p>"
    assert list(saved.options.values_list("name", "values")) == [("颜色", ["红", "白"]), ("尺码", ["L", "M"])]
    assert list(saved.attributes.values_list("name", "value")) == [("材质", "羊毛")]
    assert live(saved) == [("A", 2000), ("B", 1500), ("C", 1900)]
    assert changes(saved) == 1
    assert SearchDocument.objects.filter(product=saved).exists()


def test_saving_the_same_draft_again_changes_nothing(shop):
    first = product(attributes={"材质": "羊毛"}, detail_html="<p>好</p>")
    before = Product.objects.values().get(pk=first.pk)
    again = save_product(draft(key=first.key, attributes={"材质": "羊毛"}, detail_html="<p>好</p>"))
    assert again.pk == first.pk
    assert Product.objects.values().get(pk=first.pk) == before
    assert changes(first) == 1


def test_a_sku_that_left_the_draft_is_deleted_unless_it_was_stocked(shop):
    saved = product(skus=(sku("A", 颜色="红"), sku("B", 颜色="白"), sku("C", 颜色="蓝")))
    stocked = SKU.objects.get(code="B")
    set_on_hand({stocked.pk: 5}, kind="ADJUST", ref="t", actor="t")
    save_product(draft(key=saved.key, skus=(sku("C", 颜色="蓝"),)))
    assert live(saved) == [("C", 1000)]
    assert not SKU.objects.filter(code="A").exists()
    stocked.refresh_from_db()
    assert stocked.archived_at is not None
    assert list(saved.options.values_list("values", flat=True)) == [["蓝"]]


def test_an_archived_sku_comes_back_with_its_code(shop):
    saved = product(skus=(sku("A", 颜色="红"), sku("B", 颜色="白")))
    pk = SKU.objects.get(code="B").pk
    set_on_hand({pk: 5}, kind="ADJUST", ref="t", actor="t")
    save_product(draft(key=saved.key, skus=(sku("A", 颜色="红"),)))
    save_product(draft(key=saved.key, skus=(sku("A", 颜色="红"), sku("B", 900, 颜色="白"))))
    assert SKU.objects.get(code="B").pk == pk
    assert live(saved) == [("A", 1000), ("B", 900)]
    saved.refresh_from_db()
    assert saved.price == 900


def test_skus_may_trade_their_options(shop):
    saved = product(skus=(sku("A", 颜色="红"), sku("B", 颜色="白")))
    save_product(draft(key=saved.key, skus=(sku("A", 颜色="白"), sku("B", 颜色="红"))))
    assert dict(SKU.objects.filter(archived_at=None).values_list("code", "options")) == {
        "A": {"颜色": "白"},
        "B": {"颜色": "红"},
    }


def test_a_sku_named_by_key_may_change_its_code(shop):
    saved = product()
    stored = SKU.objects.get()
    save_product(draft(key=saved.key, skus=(replace(sku("NEW"), key=stored.key),)))
    stored.refresh_from_db()
    assert stored.code == "NEW"
    assert SKU.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"title": "坏\x07"}, "title"),
        ({"code": "c" * 61}, "code"),
        ({"skus": ()}, "skus"),
        ({"skus": (sku("A", 0),)}, "skus[0].price"),
        ({"skus": (sku("A"), sku("A", 颜色="红"))}, "skus[1].code"),
        ({"skus": (sku("A", 颜色="红"), sku("B", 尺码="红"))}, "skus[1].options"),
        ({"skus": (sku("A", 颜色="红"), sku("B", 颜色="红"))}, "skus[1].options"),
        ({"attributes": {"": "x"}}, "attributes[0].name"),
        ({"category": 10**9}, "category"),
    ],
)
def test_a_wrong_draft_is_refused_and_stores_nothing(shop, values, field):
    with pytest.raises(ShopError) as refusal:
        save_product(draft(**values))
    assert refusal.value.code == "product_invalid"
    assert field in refusal.value.detail
    assert not Product.objects.exists()
    assert not Brand.objects.exists()


def test_codes_of_other_products_are_refused(shop):
    product("P1")
    other = product("P2")
    for wrong in (draft("P1", skus=(sku("X"),)), draft("P3", skus=(sku("P1-1"),)), draft("P1", key=other.key)):
        with pytest.raises(ShopError) as refusal:
            save_product(wrong)
        assert (refusal.value.code, refusal.value.status) == ("code_taken", 409)
    assert sorted(Product.objects.values_list("code", flat=True)) == ["P1", "P2"]
    assert SKU.objects.count() == 2


def test_an_unknown_key_is_not_found(shop):
    with pytest.raises(ShopError) as refusal:
        save_product(draft(key="nothing"))
    assert refusal.value.status == 404


def test_many_products_need_no_more_queries_for_their_rows(shop):
    place = category().pk

    def queries(prefix, count):
        drafts = [draft(f"{prefix}{i}", category=place, attributes={"材质": "棉"}) for i in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            save_products(drafts)
        return len([query for query in captured if "tenants_outbox" not in query["sql"]])

    assert queries("a", 2) == queries("b", 40)


def test_shelf_and_archive(shop):
    saved = product()
    set_shelf(saved, on_shelf=False)
    assert not Product.objects.on_shelf().exists()
    set_shelf(saved, on_shelf=True)
    assert Product.objects.on_shelf().get() == saved
    archive_product(saved)
    archive_product(saved)
    assert not Product.objects.on_shelf().exists()
    assert not SearchDocument.objects.exists()
    assert changes(saved) == 4
    with pytest.raises(ShopError) as refusal:
        set_shelf(saved, on_shelf=True)
    assert refusal.value.code == "product_archived"
    assert save_product(draft(key=saved.key)).archived_at is None
    assert SearchDocument.objects.count() == 1
