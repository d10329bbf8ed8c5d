"""The category tree is put in order as a whole."""

import json
import re

import pytest

from shop.catalog.admin_lists import CategoryFilter
from shop.catalog.models import SKU, AttributeTemplate, Brand, Category, Guarantee, SpecTemplate, Tag
from shop.catalog.services import Place, arrange_categories, tree_digest
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.inventory.services import set_on_hand
from shop.library.services import store_picture
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.catalogue import category, product
from tests.shop.pictures import made

PAGE = "/admin/catalog/category/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def digest():
    rows = Category.objects.all()
    return tree_digest((row.pk, row.parent_id, row.position, row.is_shown) for row in rows)


def tree():
    return [(row.name, row.parent.name if row.parent else "", row.is_shown) for row in Category.objects.all()]


def places(*rows):
    found = {row.name: row.pk for row in Category.objects.all()}
    return [[found[name], found.get(above), shown] for name, above, shown in rows]


def test_the_tree_is_reordered_moved_and_hidden_in_one_post(browser):
    for path in ("茶叶/绿茶", "茶具/茶壶"):
        category(path)
    wanted = places(("茶具", "", True), ("茶叶", "", True), ("茶壶", "茶叶", False), ("绿茶", "茶叶", True))
    answer = browser.post(PAGE, {"digest": digest(), "places": json.dumps(wanted)})
    assert answer.status_code == 302
    assert [row.name for row in Category.objects.filter(parent=None)] == ["茶具", "茶叶"]
    page = browser.get(PAGE).content.decode()
    assert page.index("上移 茶具") < page.index("上移 茶叶") < page.index("上移 茶壶") < page.index("上移 绿茶")
    below = Category.objects.filter(parent__name="茶叶")
    assert [(row.name, row.is_shown) for row in below] == [("茶壶", False), ("绿茶", True)]
    changed = {entry.object_ref: entry.after for entry in AuditEntry.objects.filter(object_kind="catalog.category")}
    moved = Category.objects.get(name="茶壶")
    assert changed[moved.key] == {"parent": moved.parent_id, "is_shown": False}


def test_an_old_page_is_refused_and_nothing_changes(browser):
    category("茶叶/绿茶")
    old = digest()
    category("茶具")
    before = tree()
    wanted = places(("绿茶", "", True), ("茶叶", "", True), ("茶具", "", True))
    text = browser.post(PAGE, {"digest": old, "places": json.dumps(wanted)}, follow=True).content.decode()
    assert "分类已被别人修改" in text
    assert tree() == before
    assert not AuditEntry.objects.filter(object_kind="catalog.category").exists()


@pytest.mark.parametrize("text", ["", "{", "[[1]]", '[["a", null, true]]', "[" * 50_000, "5"])
def test_what_no_page_posts_is_refused(browser, text):
    category("茶叶")
    before = tree()
    assert "页面数据有误" in browser.post(PAGE, {"digest": digest(), "places": text}, follow=True).content.decode()
    assert tree() == before


def refused(rows):
    before = tree()
    with pytest.raises(ShopError) as refusal:
        arrange_categories([Place(*row) for row in rows], digest=digest())
    assert tree() == before
    return refusal.value.code


def test_circles_depth_and_equal_names_are_refused(shop):
    category("一/二/三/四/五")
    category("六")
    category("二")
    named = [("一", ""), ("二", "一"), ("三", "二"), ("四", "三"), ("五", "四"), ("六", ""), ("二", "")]
    pks = [row.pk for row in Category.objects.order_by("pk")]
    one, two, three, four, five, six, other = pks
    assert len(named) == len(pks)
    chain = [(one, None), (two, one), (three, two), (four, three), (five, four)]

    def shown(*pairs):
        return [(pk, above, True) for pk, above in pairs]

    assert refused(shown((one, two), (two, one), *chain[2:], (six, None), (other, None))) == "category_cycle"
    assert refused(shown(*chain, (six, five), (other, None))) == "category_too_deep"
    assert refused(shown(*chain, (six, None), (other, one))) == "category_exists"
    assert refused(shown(*chain, (six, 10**9), (other, None))) == "category_invalid"
    assert refused(shown(*chain, (six, None))) == "categories_changed"


def test_an_empty_shop_is_told_what_to_do_and_a_clerk_may_not_arrange(browser, shop):
    assert "还没有分类" in browser.get(PAGE).content.decode()
    category("茶叶")
    clerk = browser_of(shop, make_staff("c@example.com", "客服"))
    assert clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, {"digest": digest(), "places": "[]"}).status_code == 403


def test_another_shops_category_is_no_place(browser, shop, other_shop):
    from tenants.context import using_shop

    category("茶叶")
    with using_shop(other_shop):
        foreign = category("茶具").pk
    rows = [[foreign, None, True], *places(("茶叶", "", True))]
    text = browser.post(PAGE, {"digest": digest(), "places": json.dumps(rows)}, follow=True).content.decode()
    assert "分类已被别人修改" in text


def test_brands_tags_promises_and_templates_have_their_pages(browser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    proof = store_picture(made(), actor="test")
    form = {"name": "山月", "story": "山里", "logo": proof.key, "qualifications": proof.key}
    assert browser.post("/admin/catalog/brand/add/", form).status_code == 302
    brand = Brand.objects.get()
    assert (brand.name, brand.logo, [one.picture for one in brand.qualifications.all()]) == ("山月", proof, [proof])
    assert browser.post("/admin/catalog/tag/add/", {"name": "新", "colour": "#0369a1"}).status_code == 302
    assert Tag.objects.get().colour == "#0369a1"
    assert browser.post("/admin/catalog/tag/add/", {"name": "新、热", "colour": "#0369a1"}).status_code == 200
    assert browser.post("/admin/catalog/tag/add/", {"name": "红", "colour": "red;x"}).status_code == 200
    promise = {"name": "包退", "icon": "退", "description": "七天", "is_for_all": "on", "position": "1"}
    assert browser.post("/admin/catalog/guarantee/add/", promise).status_code == 302
    assert Guarantee.objects.get().description == "七天"
    spec = {"name": "服装", "options_text": "颜色：红、白\n尺码:M,L"}
    assert browser.post("/admin/catalog/spectemplate/add/", spec).status_code == 302
    assert SpecTemplate.objects.get().options == [
        {"name": "颜色", "values": ["红", "白"]},
        {"name": "尺码", "values": ["M", "L"]},
    ]
    rows = {"category": str(category().pk), "rows_text": "*材质：棉、麻\n产地"}
    assert browser.post("/admin/catalog/attributetemplate/add/", rows).status_code == 302
    assert AttributeTemplate.objects.get().rows == [
        {"name": "材质", "values": ["棉", "麻"], "required": True},
        {"name": "产地", "values": [], "required": False},
    ]
    wrong = {"name": "四种", "options_text": "一：1\n二：2\n三：3\n四：4"}
    assert browser.post("/admin/catalog/spectemplate/add/", wrong).status_code == 200
    assert SpecTemplate.objects.count() == 1


def test_a_tag_or_brand_renamed_is_read_at_once(browser, api):
    saved = product(tags=("新",), brand="山月")
    tag = Tag.objects.get()
    browser.post(f"/admin/catalog/tag/{tag.pk}/change/", {"name": "上新", "colour": tag.colour})
    browser.post(f"/admin/catalog/brand/{saved.brand.pk}/change/", {"name": "山日", "story": ""})
    shown = json.loads(api.get(f"/api/v1/products/{saved.key}").content)
    assert ([row["name"] for row in shown["tags"]], shown["brand"]) == (["上新"], "山日")
    assert [row["brand"] for row in [shown]] == ["山日"]


def test_a_category_above_counts_and_lists_what_is_below(browser):
    for code, path in (("T1", "茶叶/绿茶"), ("T2", "茶叶/黑茶/熟普"), ("T3", "茶具")):
        product(code, code, path)
    page = " ".join(browser.get(PAGE).content.decode().split())
    told = re.findall(r'change/">(\w+)</a> <span class="weipu-soft">(\d+) 件商品', page)
    assert {"茶叶": "2", "绿茶": "1", "黑茶": "1", "熟普": "1", "茶具": "1"}.items() <= dict(told).items()
    set_on_hand(dict.fromkeys(SKU.objects.values_list("pk", flat=True), 1), kind="IMPORT", ref="t", actor="t")
    above = Category.objects.get(name="茶叶")
    listed = browser.get("/admin/catalog/product/", {"category": above.key}).context["cl"]
    assert {row.code for row in listed.result_list} == {"T1", "T2"}
    [choices] = [spec for spec in listed.filter_specs if isinstance(spec, CategoryFilter)]
    shown = [choice["display"] for choice in choices.choices(listed)]
    tea = shown.index("茶叶")
    assert shown[tea : tea + 4] == ["茶叶", "\u3000绿茶", "\u3000黑茶", "\u3000\u3000熟普"]
    stock = browser.get("/admin/inventory/stockitem/", {"category": above.key}).context["cl"]
    assert {row.sku.code for row in stock.result_list} == {"T1-1", "T2-1"}
    assert browser.get("/admin/catalog/product/", {"category": "none"}).context["cl"].result_count == 0
