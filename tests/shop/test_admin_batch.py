"""Batch edit: chosen products, a preview, then all of them or none."""

import pytest

from shop.catalog.models import SKU, Product
from shop.catalog.services import ensure_categories
from shop.core.models import AuditEntry
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import reserve
from shop.jobs.models import Job
from tenants.context import using_shop
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


@pytest.fixture
def goods(shop):
    return [make_sku(title=f"商品{n}", price=1000 * n, stock=10) for n in (1, 2, 3)]


def choose(browser, *skus, **more):
    chosen = [sku.product_id for sku in skus]
    answer = browser.post("/admin/catalog/product/", {"action": "batch_edit", "_selected_action": chosen, **more})
    assert answer.status_code == 302
    return answer.headers["Location"]


def post(browser, address, **values):
    return browser.post(address, {"price_mode": "", "stock_mode": "", "category": "", "on_shelf": "", **values})


def preview(browser, address, **values):
    answer = post(browser, address, **values)
    assert answer.status_code == 200
    return answer.content.decode(), answer.context["shown"] if "shown" in answer.context else ""


def apply(browser, address, **values):
    _page, shown = preview(browser, address, **values)
    answer = post(browser, address, shown=shown, **values)
    assert answer.status_code == 302, answer.content.decode()[-1500:]


def prices(*skus):
    return [SKU.objects.get(pk=sku.pk).price for sku in skus]


def units(*skus):
    return [StockItem.objects.get(sku=sku).on_hand for sku in skus]


@pytest.mark.parametrize(
    ("mode", "value", "wanted"),
    [("set", "12.5", [1250, 1250]), ("add", "-0.5", [950, 1950]), ("percent", "-12.34", [877, 1753])],
)
def test_prices_are_previewed_then_changed(browser, goods, mode, value, wanted):
    address = choose(browser, *goods[:2])
    page, _shown = preview(browser, address, price_mode=mode, price=value)
    assert "将修改 2 件商品" in page and f"<ins>{wanted[0] / 100:.2f}</ins>" in page
    assert prices(*goods) == [1000, 2000, 3000]
    apply(browser, address, price_mode=mode, price=value)
    assert prices(*goods) == [*wanted, 3000]
    assert Product.objects.get(pk=goods[0].product_id).price == wanted[0]
    entries = AuditEntry.objects.filter(action="catalog.batch").order_by("pk")
    assert [entry.object_ref for entry in entries] == [sku.product.key for sku in goods[:2]]
    assert list(entries[0].after.values()) == [f"{wanted[0] / 100:.2f}"]


def test_a_price_takes_list_and_member_price_with_it(browser, goods):
    SKU.objects.filter(pk=goods[0].pk).update(list_price=1200, member_price=900)
    apply(browser, choose(browser, goods[0]), price_mode="set", price="13")
    assert SKU.objects.values_list("price", "list_price", "member_price").get(pk=goods[0].pk) == (1300, 0, 900)
    apply(browser, choose(browser, goods[0]), price_mode="set", price="8")
    assert SKU.objects.values_list("price", "member_price").get(pk=goods[0].pk) == (800, 800)


def test_stock_category_and_shelf_are_changed(browser, goods):
    category = ensure_categories([("餐厨", "锅具")])[0][("餐厨", "锅具")]
    apply(browser, choose(browser, *goods[:2]), stock_mode="add", stock="-3", category=category.pk, on_shelf="0")
    assert units(*goods) == [7, 7, 10]
    found = Product.objects.order_by("pk").values_list("category", "is_on_shelf")
    assert list(found[:2]) == [(category.pk, False)] * 2 and found[2] != found[0]
    apply(browser, choose(browser, *goods), stock_mode="set", stock="50")
    assert units(*goods) == [50, 50, 50]
    assert set(StockMove.objects.filter(kind="ADJUST").values_list("quantity", flat=True)) == {-3, 43, 40}


def test_what_is_wrong_for_one_product_changes_none(browser, goods):
    address = choose(browser, *goods)
    page, shown = preview(browser, address, price_mode="add", price="-15")
    assert "有 1 件商品不能这样修改" in page and "商品1" in page and "确认修改" not in page
    assert post(browser, address, price_mode="add", price="-15", shown=shown).status_code == 200
    assert prices(*goods) == [1000, 2000, 3000]
    assert Job.objects.get().state == "WAITING"


def test_promised_units_are_not_taken_away(browser, goods):
    reserve("A1", {(goods[1].pk, ""): 9}, None)
    address = choose(browser, *goods)
    _page, shown = preview(browser, address, stock_mode="add", stock="-5")
    post(browser, address, stock_mode="add", stock="-5", shown=shown)
    job = Job.objects.get()
    assert (job.state, job.error) == ("FAILED", "现有库存不能少于已占用数量")
    assert units(*goods) == [10, 10, 10] and not AuditEntry.objects.filter(action="catalog.batch").exists()


def test_a_product_that_changed_since_the_preview_is_shown_again(browser, goods):
    address = choose(browser, *goods[:1])
    _page, shown = preview(browser, address, price_mode="percent", price="10")
    SKU.objects.filter(pk=goods[0].pk).update(price=2000)
    answer = post(browser, address, price_mode="percent", price="10", shown=shown)
    assert answer.status_code == 200 and "<ins>22.00</ins>" in answer.content.decode()
    assert prices(goods[0]) == [2000]


def test_all_products_of_a_filtered_list_are_chosen(browser, goods):
    address = choose(browser, goods[0], select_across="1")
    assert Job.objects.get().params["products"] == [sku.product_id for sku in goods]
    assert "修改已选的 3 件商品" in browser.get(address).content.decode()


def test_confirming_twice_changes_once(browser, goods):
    address = choose(browser, goods[0])
    values = {"price_mode": "add", "price": "1"}
    _page, shown = preview(browser, address, **values)
    assert [post(browser, address, shown=shown, **values).status_code for _time in range(2)] == [302, 302]
    assert prices(goods[0]) == [1100]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "请至少选择一项要修改的内容"),
        ({"price_mode": "set", "price": ""}, "请填写数值，最多两位小数"),
        ({"price_mode": "set", "price": "0"}, "价格不能低于 0.01 元"),
        ({"price_mode": "percent", "price": "1.234"}, "请填写数值，最多两位小数"),
        ({"stock_mode": "set", "stock": "-1"}, "库存不能是负数"),
        ({"stock_mode": "add"}, "请填写数值"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_words(browser, goods, values, reason):
    assert reason in preview(browser, choose(browser, *goods), **values)[0]


def test_only_who_may_change_products_and_only_their_own_choice(shop, other_shop, browser, goods):
    address = choose(browser, *goods)
    operator, clerk = make_staff("o@example.com", "运营"), make_staff("c@example.com", "客服")
    assert browser_of(shop, operator).get(address).status_code == 404
    assert browser_of(shop, clerk).get(address).status_code == 404
    with using_shop(other_shop):
        assert browser_of(other_shop, owner()).get(address).status_code == 404
    theirs = choose(browser_of(shop, operator), *goods)
    page = browser_of(shop, operator).get(theirs).content.decode()
    assert "price_mode" in page and "stock_mode" not in page
