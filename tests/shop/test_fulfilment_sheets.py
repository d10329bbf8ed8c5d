"""Shipping with a spreadsheet, through the back office."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.core.models import AuditEntry
from shop.core.sheets import read_sheet, write_xlsx
from shop.fulfilment.models import Package
from shop.fulfilment.sheets import CARRIER, CODE, COLUMNS, NUMBER, TRACKING, UNITS
from shop.jobs.models import Job
from shop.orders.models import Order
from shop.orders.services import mark_paid
from tests.factories import make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

PAGE = "/admin/orders/order/ship-sheet/"


@pytest.fixture
def browser(shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return browser_of(shop, owner())


def paid(*items):
    order = make_order(make_member(), *(items or [(make_sku(), 1)]))
    mark_paid(order, order.total)
    return order


def downloaded(browser):
    answer = browser.get(f"{PAGE}?download")
    assert answer.status_code == 200
    return [values for _line, values in read_sheet(BytesIO(answer.content), "a.xlsx")]


def upload(browser, rows):
    data = write_xlsx(COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in rows])
    return browser.post(PAGE, {"file": SimpleUploadedFile("ship.xlsx", data)})


def results(answer):
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    job = Job.objects.get(key=answer["Location"].rstrip("/").rsplit("/", 1)[-1])
    return [(row[1], row[3], row[4]) for row in job.report["rows"]]


def test_the_sheet_holds_a_row_for_each_order_that_waits(browser):
    sku = make_sku(title="羊毛被", stock=9)
    order = paid((sku, 2))
    make_order()
    [row] = downloaded(browser)
    assert row[NUMBER] == order.number
    assert row["商品"] == f"羊毛被 标准（{sku.code}）× 2"
    assert (row["件数"], row["收货人"], row["手机"]) == ("2", "王小明", "13800138000")
    assert row["地址"] == "浙江省杭州市西湖区文三路 1 号"
    [entry] = AuditEntry.objects.filter(action="order.sheet")
    assert entry.after == {"orders": [order.number], "with_contact": True}


def test_the_filled_sheet_ships_and_a_second_time_changes_nothing(browser):
    orders = [paid() for _ in range(3)]
    rows = downloaded(browser)
    for index, row in enumerate(rows):
        row |= {CARRIER: ("顺丰", "zto", "圆通速递")[index], TRACKING: f"NO{index:08}"}
    assert [row[1:] for row in results(upload(browser, rows))] == [("SHIPPED", "发货成功")] * 3
    assert list(Package.objects.order_by("pk").values_list("order_id", "carrier", "tracking_number", "is_last")) == [
        (order.pk, carrier, f"NO{index:08}", True)
        for index, (order, carrier) in enumerate(zip(orders, ("sf", "zto", "yto"), strict=True))
    ]
    assert set(Order.objects.values_list("state", flat=True)) == {"SHIPPED"}
    assert AuditEntry.objects.filter(action="order.ship", object_ref=orders[0].number).count() == 1
    assert [row[1:] for row in results(upload(browser, rows))] == [("ALREADY", "已发货")] * 3
    assert Package.objects.count() == 3


def test_a_wrong_row_stops_no_other(browser):
    good, unpaid, short = paid(), make_order(), paid()
    rows = [
        {NUMBER: "20990101XXXX", CARRIER: "sf", TRACKING: "SF00000001"},
        {NUMBER: unpaid.number, CARRIER: "sf", TRACKING: "SF00000002"},
        {NUMBER: short.number, CARRIER: "信鸽", TRACKING: "SF00000003"},
        {NUMBER: short.number, CARRIER: "", TRACKING: "SF00000003"},
        {NUMBER: short.number, CARRIER: "sf", TRACKING: "12"},
        {NUMBER: good.number, CARRIER: "sf", TRACKING: "SF00000004"},
        {NUMBER: short.number},
    ]
    known = "可填：顺丰速运、中通快递、圆通速递、申通快递、韵达速递、京东物流、邮政 EMS、极兔速递、德邦快递"
    assert results(upload(browser, rows)) == [
        ("20990101XXXX", "REFUSED", "没有这个订单"),
        (unpaid.number, "REFUSED", "订单不是待发货状态"),
        (short.number, "REFUSED", f"不认识“信鸽”，{known}"),
        (short.number, "REFUSED", f"没有填快递公司，{known}"),
        (short.number, "REFUSED", "运单号不正确：6 到 40 位字母或数字"),
        (good.number, "SHIPPED", "发货成功"),
    ]
    assert list(Package.objects.values_list("order_id", flat=True)) == [good.pk]


def test_rows_with_skus_and_units_make_several_packages(browser):
    first, second = make_sku(stock=9), make_sku(stock=9)
    order = paid((first, 3), (second, 2))

    def row(tracking, sku, units):
        return {NUMBER: order.number, CARRIER: "sf", TRACKING: tracking, CODE: sku.code, UNITS: units}

    rows = [row("SF00000001", first, 2), row("SF00000002", first, 1), row("SF00000002", second, 2)]
    assert [state for _number, state, _text in results(upload(browser, rows))] == ["SHIPPED"] * 3
    packages = [[line.quantity for line in package.lines.order_by("pk")] for package in Package.objects.order_by("pk")]
    assert packages == [[2], [1, 2]]
    assert Order.objects.get(pk=order.pk).state == "SHIPPED"
    again = [state for _number, state, _text in results(upload(browser, rows))]
    assert again == ["ALREADY"] * 3
    assert Package.objects.count() == 2


@pytest.mark.parametrize(
    ("cells", "text"),
    [({CODE: "NOPE", UNITS: "1"}, "订单里没有 SKU“NOPE”"), ({UNITS: "1"}, "订单里没有 SKU“”"), ({UNITS: "9"}, None)],
)
def test_units_that_do_not_fit_ship_nothing(browser, cells, text):
    sku = make_sku(stock=9)
    order = paid((sku, 2))
    cells = cells if text else {CODE: sku.code, **cells}
    [row] = results(upload(browser, [{NUMBER: order.number, CARRIER: "sf", TRACKING: "SF00000001", **cells}]))
    assert row[1:] == ("REFUSED", text or "发货数量超过未发数量")
    assert not Package.objects.exists()


def test_a_file_without_the_columns_or_without_numbers_says_so(browser):
    order = paid()
    other = SimpleUploadedFile("a.xlsx", write_xlsx(("订单号", "备注"), [(order.number, "x")]))
    assert "文件里缺少这些列：快递公司、运单号" in browser.post(PAGE, {"file": other}).content.decode()
    assert "表格里还没有填运单号" in upload(browser, [{NUMBER: order.number}]).content.decode()
    assert "请选择填好的表格" in browser.post(PAGE, {}).content.decode()
    assert not Job.objects.exists() and not Package.objects.exists()


def test_only_those_who_ship_reach_the_sheet(shop, browser):
    paid()
    for role, status in (("仓库", 200), ("客服", 403), ("财务", 403)):
        colleague = browser_of(shop, make_staff(f"{role}@example.com", role))
        assert colleague.get(f"{PAGE}?download").status_code == status
        assert colleague.get(PAGE).status_code == status


def test_another_shops_order_number_ships_nothing(shop, other_shop, browser):
    from tenants.context import using_shop

    with using_shop(other_shop):
        foreign = make_order()
        mark_paid(foreign, foreign.total)
    [row] = results(upload(browser, [{NUMBER: foreign.number, CARRIER: "sf", TRACKING: "SF00000001"}]))
    assert row[1] == "REFUSED"
    with using_shop(other_shop):
        assert Order.objects.get(pk=foreign.pk).state == "TO_SHIP"


def test_chinese_names_of_carriers_are_known_in_every_language(shop):
    order = paid()
    row = {NUMBER: order.number, CARRIER: "中通", TRACKING: "ZT00000001"}
    assert results(upload(browser_of(shop, owner(), language="en"), [row]))[0][:2] == (order.number, "SHIPPED")


def test_files_have_chinese_names(browser):
    paid()

    def name(page):
        return unquote(browser.get(page)["Content-Disposition"].partition("utf-8''")[2])

    assert re.fullmatch(r"待发货-\d{8}-\d{4}\.xlsx", name("/admin/orders/order/ship-sheet/?download"))
    assert name("/admin/orders/order/print/?kind=notes&as=pdf") == "发货单.pdf"
    assert name("/admin/orders/order/print/?kind=picking&as=pdf") == "拣货单.pdf"
