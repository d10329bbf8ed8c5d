"""Delivery notes and picking lists, as PDF and as pages."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from shop.core.models import AuditEntry
from shop.fulfilment.printing import DeliveryNote, NoteLine
from shop.fulfilment.printing.delivery_notes import delivery_notes_pdf
from shop.orders.models import Order
from shop.orders.services import mark_paid
from tests.factories import make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

PAGE = "/admin/orders/order/print/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def paid(*items, **fields):
    order = make_order(make_member(), *items, **fields)
    mark_paid(order, order.total)
    return order


def pages_of(data):
    """The text of each page, without blanks and without the zero bytes that pypdf puts before two-byte letters."""
    texts = (page.extract_text().replace("\0", "") for page in PdfReader(BytesIO(data)).pages)
    return ["".join(text.split()) for text in texts]


def test_a_note_for_each_order_with_goods_and_receiver(browser):
    one = paid((make_sku(title="羊毛被", stock=9), 2), remark="请放门口")
    two = paid((make_sku(title="竹席"), 1))
    answer = browser.get(f"{PAGE}?kind=notes&as=pdf&ids={one.pk},{two.pk}")
    assert answer["Content-Type"] == "application/pdf"
    first, second = pages_of(answer.content)
    for text in (one.number, "羊毛被", "王小明", "13800138000", "浙江省杭州市西湖区文三路1号", "请放门口", "共2件"):
        assert text in first, text
    assert two.number in second and "竹席" in second and one.number not in second
    [entry] = AuditEntry.objects.filter(action="order.print")
    assert entry.after == {"orders": [one.number, two.number], "with_contact": True}


def test_a_hundred_long_lines_flow_over_pages_and_lose_nothing(shop):
    order = paid((make_sku(), 1))
    title = "秋冬保暖澳洲羊毛被" * 6
    lines = [NoteLine(f"{index}号{title}", "颜色:月光白，尺码:2m×2.3m", f"CODE-{index}", 1) for index in range(100)]
    note = DeliveryNote(order.number, order.created_at, "王小明" * 10, "13800138000", "文三路" * 60, "好" * 200, lines)
    pages = pages_of(delivery_notes_pdf([note], shop_name="alpha 店"))
    assert len(pages) > 3
    text = "".join(pages)
    assert all(f"CODE-{index}" in text for index in range(100))
    assert all("SKU编码" in page for page in pages[:-1])
    assert f"1/{len(pages)}" in pages[0]


def test_letters_the_font_lacks_become_boxes(shop):
    order = paid((make_sku(), 1))
    note = DeliveryNote(order.number, order.created_at, "小明😀", "1", "x", "", [])
    assert "小明□" in pages_of(delivery_notes_pdf([note], shop_name="店"))[0]


def test_the_picking_list_adds_up_what_is_left(browser):
    sku = make_sku(title="羊毛被", stock=20)
    orders = [paid((sku, 2)), paid((sku, 3))]
    line = orders[0].lines.get()
    orders[0].lines.update(shipped_quantity=1)
    make_order(None, (sku, 5))
    answer = browser.get(f"{PAGE}?kind=picking&as=pdf")
    [text] = pages_of(answer.content)
    assert "2个订单，1种商品，共4件" in text
    assert line.sku_code in text
    page = browser.get(f"{PAGE}?kind=picking").content.decode()
    assert "共 4 件" in page and line.sku_code in page


def test_who_may_not_see_contacts_prints_none(shop):
    order = paid((make_sku(), 1))
    finance = browser_of(shop, make_staff("caiwu@example.com", "财务"))
    page = finance.get(f"{PAGE}?kind=notes&ids={order.pk}").content.decode()
    [text] = pages_of(finance.get(f"{PAGE}?kind=notes&as=pdf&ids={order.pk}").content)
    for shown in (page, text):
        assert "王小明" not in shown and "13800138000" not in shown and "文三路" not in shown
        assert "*******8000" in shown
    assert {entry.after["with_contact"] for entry in AuditEntry.objects.filter(action="order.print")} == {False}
    assert browser_of(shop, make_staff("nobody@example.com")).get(PAGE).status_code == 403


def test_the_print_page_has_a_code_and_no_foreign_address(browser):
    order = paid((make_sku(), 1))
    page = browser.get(f"{PAGE}?kind=notes&ids={order.pk}").content.decode()
    assert "<svg" in page and order.number in page
    assert 'src="http' not in page and 'href="http' not in page
    assert "没有待发货的订单" not in page


def test_nothing_to_print_says_so_and_odd_keys_find_nothing(browser):
    assert "没有待发货的订单" in browser.get(f"{PAGE}?kind=notes").content.decode()
    assert "没有待发货的订单" in browser.get(f"{PAGE}?kind=notes&ids=abc,-1,{'9' * 30}").content.decode()
    assert browser.get(f"{PAGE}?kind=picking&as=pdf").status_code == 200
    assert browser.get(f"{PAGE}?kind=notes&as=pdf").status_code == 200


def test_chosen_orders_lead_to_their_papers(browser):
    order = paid((make_sku(), 1))
    answer = browser.post("/admin/orders/order/", {"action": "print_notes", "_selected_action": [str(order.pk)]})
    assert answer["Location"] == f"{PAGE}?kind=notes&ids={order.pk}"
    assert Order.objects.get(pk=order.pk).state == "TO_SHIP"


def test_what_the_buyer_filled_in_is_on_the_papers(shop, browser):
    cup = make_sku(title="杯子", stock=9)
    one, two, three = (paid((cup, 1)) for _ in range(3))
    for order, text in ((one, "福"), (two, "福"), (three, "寿")):
        line = order.lines.get()
        line.form = [
            {"key": "a", "label": "刻字", "kind": "TEXT", "value": text},
            {"key": "b", "label": "称呼", "kind": "TEXT", "value": ""},
            {"key": "c", "label": "身份证", "kind": "ID_NUMBER", "value": ""},
        ]
        line.personal_answers = {"b": "老王", "c": "11010119900307001X"}
        line.save()
    page = browser.get(f"{PAGE}?kind=notes&ids={one.pk}").content.decode()
    assert "标准；刻字：福；称呼：老王" in page and "11010119900307001X" not in page
    assert "标准；刻字：福；称呼：老王" in pages_of(browser.get(f"{PAGE}?kind=notes&as=pdf&ids={one.pk}").content)[0]
    page = browser.get(f"{PAGE}?kind=picking").content.decode()
    assert re.findall(r"<td>标准；(刻字：.)；称呼：老王</td><td>[^<]*</td><td>(\d)</td><td>(\d)</td>", page) == [
        ("刻字：寿", "1", "1"),
        ("刻字：福", "2", "2"),
    ]
    books = browser_of(shop, make_staff("books@example.com", "财务"))
    page = books.get(f"{PAGE}?kind=notes&ids={one.pk}").content.decode()
    assert "刻字：福" in page and "老王" not in page
