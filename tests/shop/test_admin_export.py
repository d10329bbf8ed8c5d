"""Orders, members and stock as spreadsheets: what the user may read, safe to open, audited."""

import re
from io import BytesIO

import pytest

from shop.core.models import AuditEntry
from shop.core.sheets import read_sheet
from shop.inventory.models import StockItem
from shop.jobs.models import Job
from shop.members.models import Member
from shop.orders.models import Order, OrderLine
from shop.reviews.models import Review
from tenants.context import using_shop
from tests.factories import make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def export(browser, path, *rows):
    answer = browser.post(f"/admin/{path}/", {"action": "export_rows", "_selected_action": [row.pk for row in rows]})
    assert answer.status_code == 302 and "/jobs/job/" in answer.headers["Location"]
    data = b"".join(browser.get(answer.headers["Location"] + "result").streaming_content)
    return data, [values for _line, values in read_sheet(BytesIO(data), "a.xlsx")]


def test_orders_are_exported_line_by_line(shop):
    order = make_order()
    OrderLine.objects.update(title="=被子")
    Order.objects.update(remark="+86 请快", freight=1000, subtotal=1000, total=2000)
    _data, rows = export(browser_of(shop, owner()), "orders/order", order)
    line = order.lines.get()
    assert len(rows) == 1
    assert (rows[0]["订单号"], rows[0]["商品"], rows[0]["SKU 编码"]) == (order.number, "=被子", line.sku_code)
    assert (rows[0]["运费"], rows[0]["应付"], rows[0]["数量"]) == ("10", "20", str(line.quantity))
    assert (rows[0]["收货人"], rows[0]["手机号"]) == (order.name, order.phone)
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.after) == (owner().username, {"model": "orders.order", "rows": 1})


@pytest.mark.parametrize(("role", "whole"), [("客服", True), ("仓库", True), ("财务", False), ("运营", False)])
def test_contacts_only_for_who_needs_them(shop, role, whole):
    order = make_order()
    _data, (row,) = export(browser_of(shop, make_staff("s@example.com", role)), "orders/order", order)
    assert (row["手机号"] == order.phone, row["收货人"] == order.name, order.detail in row["地址"]) == (whole,) * 3
    assert row["手机号"].endswith(order.phone_last4)


def test_members_are_exported_with_masked_phones(shop):
    make_order()
    member = Member.objects.get()
    Member.objects.update(nickname="@小明", phone_last4="8000")
    _data, (row,) = export(browser_of(shop, owner()), "members/member", member)
    assert (row["会员编号"], row["昵称"], row["手机号"]) == (member.key, "@小明", "*******8000")


def test_stock_is_exported(shop):
    sku = make_sku(stock=7)
    _data, (row,) = export(browser_of(shop, owner()), "inventory/stockitem", StockItem.objects.get(sku=sku))
    assert (row["SKU 编码"], row["现有"], row["可售"]) == (sku.code, "7", "7")


@pytest.mark.parametrize("path", ["orders/order", "members/member", "inventory/stockitem"])
def test_lists_are_exported_as_csv_too(shop, path):
    row = {"orders/order": make_order(), "members/member": Member.objects.get()}.get(path) or StockItem.objects.get()
    browser = browser_of(shop, owner())
    _data, [expected] = export(browser, path, row)
    answer = browser.post(f"/admin/{path}/", {"action": "export_csv", "_selected_action": [row.pk]})
    data = b"".join(browser.get(answer.headers["Location"] + "result").streaming_content)
    [(_line, values)] = read_sheet(BytesIO(data), "a.csv")
    assert {title: text.removesuffix(".00") for title, text in values.items()} == expected
    assert data.startswith(b"\xef\xbb\xbf")


def test_nobody_else_fetches_an_export(shop, other_shop):
    order = make_order()
    clerk = make_staff("c@example.com", "客服")
    export(browser_of(shop, clerk), "orders/order", order)
    address = f"/admin/jobs/job/{Job.objects.get().key}/result"
    assert browser_of(shop, owner()).get(address).status_code == 404
    with using_shop(other_shop):
        assert browser_of(other_shop, owner()).get(address).status_code == 404
    clerk.groups.clear()
    assert browser_of(shop, clerk).get(address).status_code == 404
    warehouse = browser_of(shop, make_staff("w@example.com", "仓库"))
    assert warehouse.post("/admin/members/member/", {"action": "export_rows"}).status_code == 403


def test_many_rows_are_left_to_a_worker(shop, monkeypatch):
    monkeypatch.setattr("shop.jobs.admin_export.AT_ONCE", 0)
    order = make_order()
    browser = browser_of(shop, owner())
    browser.post("/admin/orders/order/", {"action": "export_rows", "_selected_action": [order.pk]})
    assert Job.objects.get().state == "QUEUED"


def test_reviews_are_exported_as_the_page_filters_them(shop):
    product = make_sku(title="羊毛被").product
    Review.objects.create(product=product, author="王**", content="很暖和", score=5, tags=["保暖"], reply="谢谢")
    Review.objects.create(product=product, author="李**", content="=太薄", score=1)
    browser = browser_of(shop, make_staff("ke@example.com", "客服"))

    def exported(**asked):
        answer = browser.post("/admin/reviews/review/export/", asked)
        file = browser.get(answer.headers["Location"] + "result")
        suffix = asked.get("format", "xlsx")
        assert file.headers["Content-Disposition"].endswith(f".{suffix}")
        return [values for _line, values in read_sheet(BytesIO(b"".join(file.streaming_content)), f"a.{suffix}")]

    assert sorted(row["内容"] for row in exported()) == ["=太薄", "很暖和"]
    [row] = exported(q="暖和")
    assert (row["商品"], row["昵称"], row["星级"], row["标签"], row["商家回复"]) == (
        "羊毛被",
        "王**",
        "5",
        "保暖",
        "谢谢",
    )
    assert [row["星级"] for row in exported(tab="bad")] == ["1"]
    assert exported(format="csv") == exported(format="xlsx") and len(exported(format="csv")) == 2
    page = browser.get("/admin/reviews/review/").content.decode()
    assert re.findall(r'name="format" value="(\w+)"', page) == ["xlsx", "csv"]
    assert AuditEntry.objects.filter(action="export").count() == 6
    assert browser.get("/admin/reviews/review/export/").status_code == 403
    assert (
        browser_of(shop, make_staff("c@example.com", "仓库")).post("/admin/reviews/review/export/").status_code == 403
    )
