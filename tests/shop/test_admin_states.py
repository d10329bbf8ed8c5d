"""The back office while the shop is not open, of orders in every state, and before the first order."""

import re

import pytest

from shop.inventory.models import StockItem
from shop.members.models import WechatApp
from shop.orders.models import Order
from tenants import registry
from tenants.models import Tenant
from tests.factories import make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, owner

READ_ONLY, SUSPENDED = "店铺目前只读", "店铺已停用"
NOTICES = {"READ_ONLY": READ_ONLY, "SUSPENDED": SUSPENDED}
FORM_PAGES = ("catalog/product/{product}", "core/shopsettings/1", "pricing/freightrule/1")


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


@pytest.fixture
def order(shop):
    return make_order(make_member(), (make_sku(title="羊毛被"), 1))


def move(shop, state):
    Tenant.objects.filter(uuid=shop.uuid).update(state=state)
    registry.forget()


def page_of(browser, path=""):
    answer = browser.get(f"/admin/{path}")
    assert answer.status_code == 200, path
    return answer.content.decode()


def offered(browser, order):
    page = page_of(browser, f"orders/order/{order.pk}/change/")
    return set(re.findall(r'href="\.\./(\w+)/"', page))


@pytest.mark.parametrize("state", Order.State.values)
def test_order_list_names_every_state_in_chinese(browser, order, state):
    Order.objects.filter(pk=order.pk).update(state=state)
    page = page_of(browser, "orders/order/")
    cell = re.search(r'data-label="状态">(.*?)</td>', page, re.S).group(1)
    assert re.sub(r"<[^>]*>", "", cell).strip() == Order.State(state).label
    assert state not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("state", NOTICES)
def test_every_page_says_what_the_state_forbids(shop, browser, order, state):
    paths = ("", "orders/order/", f"orders/order/{order.pk}/change/", "catalog/product/", "core/shopsettings/1/change/")
    for path in paths:
        assert 'id="shop-notice"' not in page_of(browser, path)
    move(shop, state)
    for path in paths:
        page = page_of(browser, path)
        assert 'id="shop-notice"' in page and NOTICES[state] in page


@pytest.mark.parametrize("state", NOTICES)
def test_forms_offer_no_button_while_nothing_may_be_saved(shop, browser, order, state):
    product = order.lines.get().sku.product_id
    pages = [f"{path.format(product=product)}/change/" for path in FORM_PAGES]
    for path in pages:
        assert 'name="_save"' in page_of(browser, path)
    assert "catalog/product/add/" in page_of(browser, "catalog/product/")
    move(shop, state)
    for path in pages:
        page = page_of(browser, path)
        assert 'name="_save"' not in page and 'name="_continue"' not in page
    listing = page_of(browser, "catalog/product/")
    assert "catalog/product/add/" not in listing and "put_on_shelf" not in listing
    assert browser.get("/admin/catalog/product/add/").status_code == 403
    stock = StockItem.objects.get(sku=order.lines.get().sku).pk
    assert 'name="delta"' not in page_of(browser, f"inventory/stockitem/{stock}/change/")


@pytest.mark.parametrize(
    ("state", "to_ship", "unpaid"),
    [
        ("OPEN", {"ship", "address", "refund", "remark"}, {"reprice", "address", "cancel", "remark"}),
        ("READ_ONLY", {"ship", "refund"}, set()),
        ("SUSPENDED", {"ship", "refund"}, set()),
    ],
)
def test_orders_offer_the_actions_that_the_state_lets_through(shop, browser, order, state, to_ship, unpaid):
    move(shop, state)
    assert offered(browser, order) == unpaid
    Order.objects.filter(pk=order.pk).update(state="TO_SHIP")
    assert offered(browser, order) == to_ship
    for code in ("ship", "refund"):
        answer = browser.get(f"/admin/orders/order/{order.pk}/{code}/")
        assert answer.status_code == (200 if code in to_ship else 302)


def test_a_closed_form_leads_home_when_there_is_nothing_to_show(shop, browser):
    assert not WechatApp.objects.exists()
    move(shop, "READ_ONLY")
    assert browser.get("/admin/members/wechatapp/")["Location"] == "/admin/"


def test_first_steps_are_not_asked_of_a_shop_that_cannot_take_them(shop, browser):
    assert "上架第一个商品" in page_of(browser)
    move(shop, "READ_ONLY")
    assert "上架第一个商品" not in page_of(browser)


def test_before_the_first_order_the_pages_say_how_to_place_one(browser):
    home = page_of(browser)
    assert re.search(r'<a href="/admin/orders/order/new/">.{,300}?下一笔测试订单', home, re.S)
    listing = page_of(browser, "orders/order/")
    assert "还没有订单" in listing and 'href="/api/docs"' in listing and "新建" not in listing
    assert browser.get("/api/docs").status_code == 200


def test_a_filter_without_orders_says_so(browser, order):
    page = page_of(browser, "orders/order/?state=COMPLETED")
    assert "没有符合条件的订单" in page and "还没有订单" not in page
