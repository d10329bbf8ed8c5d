"""Ordering for a customer: what is offered, and what counts as named."""

import pytest

from shop.orders.models import Order
from tests.factories import make_order, make_sku
from tests.shop import catalogue
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.test_orders_desk import customer_form

NEW, SKUS = "/admin/orders/order/new/", "/admin/orders/order/skus/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def offered(browser, term):
    return [row["code"] for row in browser.get(SKUS, {"q": term}).json()["skus"]]


def test_staff_find_goods_with_the_words_of_shoppers(browser):
    sizes = (catalogue.sku("Q1-1", 尺寸="1.5m"), catalogue.sku("Q1-2", 尺寸="1.8m"))
    catalogue.product("Q1", "澳洲羊毛冬被", skus=sizes)
    catalogue.product("Q2", "竹席", skus=(catalogue.sku("羊毛被-2"),))
    assert offered(browser, "羊毛被") == ["羊毛被-2", "Q1-1", "Q1-2"]  # what holds the text comes first
    assert offered(browser, "zhuxi") == ["羊毛被-2"]
    assert offered(browser, "1.8m")[0] == "Q1-2"
    assert offered(browser, "电风扇") == []


def test_what_is_off_the_shelf_is_not_offered(browser):
    product = catalogue.product("Q1", "澳洲羊毛冬被")
    assert offered(browser, "羊毛被") == ["Q1-1"]
    type(product).objects.filter(pk=product.pk).update(is_on_shelf=False)
    assert offered(browser, "羊毛被") == []


def test_the_name_of_a_product_with_one_sku_is_enough(browser):
    sku = make_sku(title="羊毛被", stock=5)
    assert browser.post(NEW, customer_form({"code": "羊毛被", "quantity": "2"})).status_code == 302
    assert list(Order.objects.get().lines.values_list("sku", "quantity")) == [(sku.pk, 2)]
    page = browser.post(NEW, customer_form({"code": "羊毛被", "quantity": "1"}, {"code": sku.code, "quantity": "1"}))
    assert "同一个商品请只填一行" in page.content.decode()
    assert Order.objects.count() == 1


def test_the_name_of_several_skus_is_not_enough(browser):
    make_sku(title="羊毛被")
    make_sku(title="羊毛被")
    page = browser.post(NEW, customer_form({"code": "羊毛被", "quantity": "1"})).content.decode()
    assert "“羊毛被”有几种规格，请从提示里选一种" in page
    assert not Order.objects.exists()


def test_a_pasted_address_is_read_for_who_may_use_it(shop, browser):
    read = "/admin/orders/order/read-address/"
    text = {"text": "李四 13900139000 江苏省苏州市姑苏区桂花巷 21 号"}
    parts = {"name": "李四", "phone": "13900139000", "province": "江苏省", "city": "苏州市", "district": "姑苏区"}
    assert browser.post(read, text).json() == {"found": parts | {"detail": "桂花巷 21 号"}}
    assert browser.post(read, {"text": "明天再发"}).json() == {"found": {}}
    assert browser.get(read, text).status_code == 403
    assert browser_of(shop, make_staff("books@example.com", "财务")).post(read, text).status_code == 403
    assert 'id="paste-text"' in browser.get(NEW).content.decode()
    assert 'id="paste-text"' in browser.get(f"/admin/orders/order/{make_order().pk}/address/").content.decode()
