"""Ordering for a customer: what is offered, and what counts as named."""

import re

import pytest

from shop.catalog.models import Product
from shop.catalog.order_form import FormField, form_of
from shop.catalog.services.order_forms import save_order_form
from shop.orders.models import Order
from tests.factories import make_order, make_sku
from tests.shop import catalogue
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.test_orders_desk import customer_form

NEW, SKUS, ASKED = (f"/admin/orders/order/{page}/" for page in ("new", "skus", "asked"))
QUESTIONS = (
    FormField(key="id", label="身份证号", kind="ID_NUMBER", hint="入园核对"),
    FormField(key="size", label="尺码", kind="CHOICE", choices=("大", "小")),
    FormField(key="when", label="送达日期", kind="DATE", required=False),
    FormField(key="wish", label="祝福语", most=300, required=False),
)
GOOD = {"id": "11010519491231002x", "size": "小", "when": "", "wish": "福\r\n寿"}


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


@pytest.fixture
def asking(shop):
    sku = make_sku(title="门票", stock=5)
    save_order_form(sku.product, QUESTIONS, before=[])
    return sku


def answered(sku, **changes):
    return {"code": sku.code, "quantity": "1", **{f"answers-{key}": text for key, text in (GOOD | changes).items()}}


def fields_of(html):
    return re.findall(r'name="(goods-[^"]*-answers-[^"]*)"', html)


def test_what_a_product_asks_is_answered_with_the_order(browser, asking):
    plain = make_sku()
    goods = ({"code": plain.code, "quantity": "1"}, answered(asking))
    assert browser.post(NEW, customer_form(*goods)).status_code == 302
    lines = {line.sku_id: line.answers() for line in Order.objects.get().lines.all()}
    assert lines[plain.pk] == []
    assert {row["key"]: row["value"] for row in lines[asking.pk]} == {
        "id": "11010519491231002X",
        "size": "小",
        "when": "",
        "wish": "福\n寿",
    }


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("id", "", "请填写“身份证号”"),
        ("id", "110105194912310021", "身份证号不正确"),
        ("size", "中", "请从选项中选择"),
        ("when", "2026-02-30", "请填写日期，例如 2026-05-01"),
        ("wish", "长" * 301, "最多 300 个字"),
        ("wish", "\0", "不允许是用空字符串。"),
    ],
)
def test_a_wrong_answer_is_said_at_its_field_beside_other_mistakes(browser, asking, key, value, reason):
    page = browser.post(NEW, customer_form(answered(asking, **{key: value}), buyer="")).content.decode()
    assert re.findall(r'<p class="weipu-wrong" id="id_goods-0-answers-(\w+)_error">([^<]+)', page) == [(key, reason)]
    assert "请把商品要求的信息填写完整" in page
    assert "福\r\n寿" in page or key == "wish"
    assert "该字段是必填项。" in page  # the buyer's number
    assert (Order.objects.count(), asking.stock_items.get().reserved) == (0, 0)


def test_an_order_without_answers_shows_what_is_asked(browser, asking):
    page = browser.post(NEW, customer_form({"code": "门票", "quantity": "1"})).content.decode()
    assert fields_of(page) == [f"goods-0-answers-{field.key}" for field in QUESTIONS]
    assert "请填写“身份证号”" in page and "请填写“尺码”" in page
    assert not Order.objects.exists()


def test_a_form_that_changed_meanwhile_is_asked_anew(browser, asking):
    save_order_form(asking.product, [FormField(key="new", label="刻字")], before=Product.objects.get().order_form)
    page = browser.post(NEW, customer_form(answered(asking))).content.decode()
    assert fields_of(page) == ["goods-0-answers-new"]
    assert "请填写“刻字”" in page
    assert [field.key for field in form_of(Product.objects.get())] == ["new"]
    assert not Order.objects.exists()


def test_the_fields_of_a_chosen_sku_are_for_who_may_order(shop, browser, asking):
    html = browser.get(ASKED, {"code": asking.code, "row": "3"}).content.decode()
    assert fields_of(html) == [f"goods-3-answers-{field.key}" for field in QUESTIONS]
    assert "入园核对" in html and "weipu-wrong" not in html
    assert fields_of(browser.get(ASKED, {"code": make_sku().code, "row": "0"}).content.decode()) == []
    assert fields_of(browser.get(ASKED, {"code": "NOPE", "row": "0"}).content.decode()) == []
    assert "<b>" not in browser.get(ASKED, {"code": asking.code, "row": '"<b>'}).content.decode()
    assert (
        browser_of(shop, make_staff("store@example.com", "仓库")).get(ASKED, {"code": asking.code}).status_code == 403
    )
