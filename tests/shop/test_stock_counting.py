"""Counting stock: what moves since the count stays, what was found is booked once."""

import io
import json
import threading

import openpyxl
import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.inventory import counting, services
from shop.inventory.counting import Scope
from shop.inventory.invariants import INVARIANTS
from shop.inventory.models import CountLine, CountScan, CountSheet, StockItem, StockMove
from tenants.context import using_shop
from tests.factories import make_member, make_order, make_sku
from tests.race import Meeting, refused, together, until, waiting
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.tenants.conftest import open_shops


def item_of(sku):
    return StockItem.objects.get(sku=sku)


def sell(sku, units):
    """A paid order."""
    order = make_order(make_member(), (sku, units))
    services.commit(order.number, actor="test")


def wrong_rows():
    """Rows of stock that break what must hold of it."""
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.sql)
            if rows := cursor.fetchall():
                return [invariant.title, *rows]
    return []


def is_sold_out(sku):
    return Product.objects.with_sold_out().get(pk=sku.product_id).sold_out


def start(*skus, **options):
    return counting.start_count(Scope(codes=[sku.code for sku in skus]), note="", actor="test", **options)


def count(sheet, sku, units, **options):
    counting.save_counts(sheet, {item_of(sku).pk: units}, actor="test", **options)


def test_what_is_sold_between_counting_and_booking_stays_sold(shop):
    sku = make_sku(stock=10)
    sheet = start(sku)
    sell(sku, 2)
    count(sheet, sku, 7)  # eight on the books at that moment: one is missing
    sell(sku, 3)
    assert counting.apply_count(sheet, actor="test") == {item_of(sku).pk: -1}
    assert item_of(sku).on_hand == 4
    [move] = StockMove.objects.filter(kind="COUNT")
    assert (move.ref, move.quantity, move.cause) == (sheet.number, -1, "DEFICIT")
    assert wrong_rows() == []


def test_numbers_counted_when_the_sheet_was_made_are_compared_with_the_books_of_then(shop):
    sku = make_sku(stock=10)
    sheet = start(sku)
    sell(sku, 2)
    count(sheet, sku, 10, at_opening=True)
    assert counting.apply_count(sheet, actor="test") == {}
    assert item_of(sku).on_hand == 8


def test_a_sheet_is_booked_once_and_then_takes_nothing_more(shop):
    sku = make_sku(stock=10)
    sheet = start(sku)
    count(sheet, sku, 12)
    counting.apply_count(sheet, actor="test")
    for again in (
        lambda: counting.apply_count(sheet, actor="test"),
        lambda: counting.cancel_count(sheet, actor="test"),
        lambda: count(sheet, sku, 5),
        lambda: counting.clear_counts(sheet, [item_of(sku).pk]),
    ):
        with pytest.raises(ShopError) as refusal:
            again()
        assert refusal.value.code == "count_closed"
    assert (item_of(sku).on_hand, CountLine.objects.get().counted) == (12, 12)


def test_promised_units_are_not_counted_away_and_nothing_else_is_booked(shop):
    promised, other = make_sku(stock=5), make_sku(stock=5)
    make_order(make_member(), (promised, 4))
    sheet = start(promised, other)
    count(sheet, promised, 3)
    count(sheet, other, 9)
    with pytest.raises(ShopError) as refusal:
        counting.apply_count(sheet, actor="test")
    assert (refusal.value.code, refusal.value.detail) == ("stock_below_reserved", {"items": [item_of(promised).pk]})
    assert [line.stock_item_id for line in sheet.lines.short()] == [item_of(promised).pk]
    assert (item_of(promised).on_hand, item_of(other).on_hand) == (5, 5)
    sheet.refresh_from_db()
    assert sheet.state == "DRAFT"
    counting.clear_counts(sheet, [item_of(promised).pk])
    assert counting.apply_count(sheet, actor="test") == {item_of(other).pk: 4}


def test_what_became_a_card_product_is_not_booked(shop):
    sku = make_sku(stock=0)
    sheet = start(sku)
    count(sheet, sku, 5)
    Product.objects.update(kind="CARD")
    with pytest.raises(ShopError) as refusal:
        counting.apply_count(sheet, actor="test")
    assert refusal.value.code == "stock_of_cards"
    assert (item_of(sku).on_hand, CountSheet.objects.get().state) == (0, "DRAFT")


def test_an_item_is_on_one_open_sheet_only(shop):
    first, second = make_sku(), make_sku()
    sheet = start(first)
    with pytest.raises(ShopError) as refusal:
        start(first)
    assert refusal.value.code == "nothing_to_count"
    assert CountSheet.objects.count() == 1
    assert list(start(first, second).lines.values_list("stock_item__sku", flat=True)) == [second.pk]
    counting.cancel_count(sheet, actor="test")
    assert start(first).lines.count() == 1


def test_a_category_is_counted_with_what_lies_below_it(shop):
    from tests.shop.catalogue import category, product

    inside = product("C1", path="居家/被枕")
    product("C2", title="壶", path="茶具")
    sheet = counting.start_count(Scope(category=category("居家/被枕").parent_id), note="", actor="test")
    assert [line.stock_item.sku.product_id for line in sheet.lines.all()] == [inside.pk]
    assert counting.start_count(Scope(), note="", actor="test").lines.count() == 1


def test_unknown_codes_are_named(shop):
    with pytest.raises(ShopError) as refusal:
        counting.start_count(Scope(codes=["nothing-like-it"]), note="", actor="test")
    assert refusal.value.detail == {"codes": ["nothing-like-it"]}
    assert CountSheet.objects.count() == 0


@pytest.mark.parametrize("units", [-1, 10**6 + 1])
def test_impossible_counts_are_refused(shop, units):
    sku = make_sku()
    sheet = start(sku)
    with pytest.raises(ShopError):
        count(sheet, sku, units)
    assert CountLine.objects.get().counted is None


def test_counting_to_nothing_makes_the_product_sold_out_and_back(shop):
    sku = make_sku(stock=3)
    sheet = start(sku)
    count(sheet, sku, 0)
    counting.apply_count(sheet, actor="test")
    assert is_sold_out(sku)
    sheet = start(sku)
    count(sheet, sku, 1)
    counting.apply_count(sheet, actor="test")
    assert not is_sold_out(sku)


# In the back office.


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def page(sheet, name="change"):
    return f"/admin/inventory/countsheet/{sheet.pk}/{name}/"


def test_a_merchant_counts_by_page_and_books(browser):
    first, second = make_sku(stock=10, title="碗"), make_sku(stock=4, title="盘")
    answer = browser.post("/admin/inventory/countsheet/add/", {"what": "all", "note": "月底"})
    sheet = CountSheet.objects.get()
    assert answer["Location"] == page(sheet)
    assert "碗" in browser.get(page(sheet)).content.decode()
    one, two = item_of(first).pk, item_of(second).pk
    shown = {f"item_{one}": "", f"was_{one}": "", f"item_{two}": "", f"was_{two}": ""}
    assert browser.post(page(sheet), shown | {f"item_{one}": "8", "apply": "1"}).status_code == 302
    assert (item_of(first).on_hand, item_of(second).on_hand) == (8, 4)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["count.start", "count.apply"]
    assert AuditEntry.objects.last().after == {"lines": 1, "units": -2}


def test_numbers_that_the_page_showed_are_not_written_again(browser):
    sku = make_sku(stock=10)
    sheet = start(sku)
    count(sheet, sku, 9)
    item = item_of(sku).pk
    count(sheet, sku, 7)  # somebody else, after the page was opened
    browser.post(page(sheet), {f"item_{item}": "9", f"was_{item}": "9", "save": "1"})
    assert CountLine.objects.get().counted == 7


def test_a_refused_booking_keeps_the_typed_numbers_and_names_the_sku(browser):
    sku = make_sku(stock=5)
    make_order(make_member(), (sku, 4))
    sheet, item = start(sku), item_of(sku).pk
    answer = browser.post(page(sheet), {f"item_{item}": "1", f"was_{item}": "", "apply": "1"})
    assert answer.status_code == 200
    assert sku.code in answer.content.decode()
    assert "没有入账" in answer.content.decode()
    assert (CountLine.objects.get().counted, item_of(sku).on_hand) == (1, 5)


def test_scanning_finds_by_barcode_and_adds_one(browser):
    sku = make_sku(stock=5, barcode="6901234567892")
    sheet = start(sku)
    for expected in (1, 2):
        answer = browser.post(page(sheet, "count"), scanned("6901234567892", f"scan {expected}"))
        assert json.loads(answer.content)["counted"] == expected
    found = json.loads(browser.post(page(sheet, "count"), {"code": sku.code}).content)
    assert (found["counted"], found["difference"], found["expected"]) == (2, -3, 5)
    assert browser.post(page(sheet, "count"), {"code": "nothing"}).status_code == 404
    assert browser.post(page(sheet, "count"), {"code": sku.code, "units": "1.5"}).status_code == 422
    assert json.loads(browser.post(page(sheet, "count"), {"code": sku.code, "units": ""}).content)["counted"] is None


def scanned(code, ref):
    return {"code": code, "units": "1", "add": "1", "ref": ref}


def test_a_scan_that_is_sent_again_counts_once(browser):
    first, second = make_sku(stock=5), make_sku(stock=5)
    sheet = start(first, second)
    for code in (first.code, first.code, second.code):
        answer = browser.post(page(sheet, "count"), scanned(code, "the same"))
        assert answer.status_code == 200
    assert json.loads(answer.content)["counted"] is None
    assert dict(CountLine.objects.values_list("stock_item__sku", "counted")) == {first.pk: 1, second.pk: None}
    other = start(make_sku(stock=5))
    sku = other.lines.get().stock_item.sku
    assert json.loads(browser.post(page(other, "count"), scanned(sku.code, "the same")).content)["counted"] == 1


@pytest.mark.parametrize("ref", ["", "x" * 41])
def test_a_scan_without_a_reference_is_not_counted(browser, ref):
    sku = make_sku(stock=5)
    sheet = start(sku)
    answer = browser.post(page(sheet, "count"), scanned(sku.code, ref))
    assert (answer.status_code, CountLine.objects.get().counted) == (422, None)


def test_a_refused_scan_may_come_again(shop):
    sku, later = make_sku(stock=5), make_sku(stock=5)
    sheet = start(sku)
    with pytest.raises(ShopError) as refusal:
        counting.add_scanned(sheet, item_of(later).pk, 1, ref="a", actor="test")
    assert refusal.value.code == "not_on_sheet"
    assert counting.add_scanned(sheet, item_of(sku).pk, 1, ref="a", actor="test") is True
    assert counting.add_scanned(sheet, item_of(sku).pk, 1, ref="a", actor="test") is False


def test_a_closed_sheet_takes_no_scan_and_forgets_those_it_had(shop):
    sku = make_sku(stock=5)
    sheet = start(sku)
    counting.add_scanned(sheet, item_of(sku).pk, 1, ref="a", actor="test")
    counting.cancel_count(sheet, actor="test")
    for ref in "ab":
        with pytest.raises(ShopError) as refusal:
            counting.add_scanned(sheet, item_of(sku).pk, 1, ref=ref, actor="test")
        assert refusal.value.code == "count_closed"
    assert (CountLine.objects.get().counted, CountScan.objects.count()) == (1, 0)


def upload(browser, sheet, *rows, columns=("SKU 编码", "实盘数量"), moment="now"):
    book = openpyxl.Workbook()
    for row in (columns, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "盘点.xlsx"
    return browser.post(page(sheet, "upload"), {"file": file, "moment": moment})


def test_a_filled_in_file_is_taken_over(browser):
    first, second = make_sku(stock=10), make_sku(stock=4)
    sheet = start(first, second)
    assert upload(browser, sheet, (first.code, 11), (second.code, None)).status_code == 302
    counted = dict(CountLine.objects.values_list("stock_item__sku", "counted"))
    assert counted == {first.pk: 11, second.pk: None}


def test_the_sheet_as_a_file_reads_back(browser):
    sku = make_sku(stock=10)
    sheet = start(sku)
    count(sheet, sku, 6)
    rows = list(openpyxl.load_workbook(io.BytesIO(browser.get(page(sheet, "file")).content)).active.values)
    assert rows[0] == ("商品", "规格", "SKU 编码", "条形码", "建单时账面", "实盘数量")
    assert rows[1][2:] == (sku.code, None, 10, 6)


def test_a_file_with_wrong_rows_is_refused_whole_and_says_which(browser):
    first, foreign = make_sku(), make_sku()
    sheet = start(first)
    rows = [(first.code, 3), ("nothing", 1), (foreign.code, 1), (first.code, 4), (first.code, "三")]
    text = upload(browser, sheet, *rows).content.decode()
    assert "有 4 行不对，什么都没有保存" in text
    assert "第 3 行：这张盘点单里没有这个商品" in text
    assert "第 5 行：这个商品在文件里出现了两次" in text
    assert "第 6 行：“三”不是数量" in text
    assert CountLine.objects.get().counted is None


def test_a_file_without_the_columns_says_which_are_missing(browser):
    sku = make_sku()
    answer = upload(browser, start(sku), (sku.code, 1), columns=("编码", "数量"))
    assert "“实盘数量”和“SKU 编码”两列" in answer.content.decode()


def test_only_who_may_counts_and_other_shops_have_no_such_sheet(shop, other_shop):
    sku = make_sku()
    sheet = start(sku)
    item = item_of(sku).pk
    looking = browser_of(shop, make_staff("money@example.com", "财务"))
    assert looking.get(page(sheet)).status_code == 403
    assert looking.post(page(sheet, "count"), {"item": item, "units": "1"}).status_code == 403
    with using_shop(other_shop):
        foreign = browser_of(other_shop, owner())
        for name in ("change", "file", "upload"):
            assert foreign.get(page(sheet, name)).status_code == 404
        assert foreign.post(page(sheet, "count"), {"item": item, "units": "1"}).status_code == 404
    assert CountLine.objects.get().counted is None


def test_the_auditor_sees_a_count_that_moved_nothing(shop):
    sku = make_sku(stock=10)
    sheet = start(sku)
    count(sheet, sku, 8)
    CountSheet.objects.update(state="APPLIED", closed_at=timezone.now())
    assert wrong_rows()[0] == "a stock count moved its differences, once, and only when it was booked"


# Two at once.


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,):
        yield opened


@pytest.fixture
def live(arena, django_db_blocker):
    with django_db_blocker.unblock(), using_shop(arena):
        yield arena


@pytest.mark.race
def test_sales_during_booking_are_kept_and_the_sheet_is_booked_once(live):
    sku = make_sku(stock=100)
    sheet = start(sku)
    count(sheet, sku, 90)
    orders = [make_order(make_member(), (sku, 1)) for _ in range(8)]
    sales = [lambda number=order.number: services.commit(number, actor="test") for order in orders]
    results = together(live, *sales, *[lambda: counting.apply_count(sheet, actor="test")] * 4)
    assert refused(results) == 3
    assert item_of(sku).on_hand == 100 - 10 - 8
    assert wrong_rows() == []


@pytest.mark.race
def test_control_setting_the_counted_number_undoes_sales(live):
    def naive(item, units, looked, sold):
        found = StockItem.objects.get(pk=item)
        looked.set()
        assert sold.wait(20)
        found.on_hand = units
        found.save()

    def sell(number, looked, sold):
        assert looked.wait(20)
        services.commit(number, actor="test")
        sold.set()

    for _run in range(3):
        sku, events = make_sku(stock=100), (threading.Event(), threading.Event())
        orders = [make_order(make_member(), (sku, 1)) for _ in range(8)]
        sales = [lambda number=order.number, events=events: sell(number, *events) for order in orders]
        together(live, *sales, lambda sku=sku, events=events: naive(item_of(sku).pk, 90, *events))
        assert item_of(sku).on_hand != 100 - 10 - 8
        StockItem.objects.filter(sku=sku).update(on_hand=92, reserved=0)


@pytest.mark.race
def test_a_number_typed_while_the_sheet_is_booked_is_booked_or_refused(live):
    for _run in range(5):
        sku = make_sku(stock=10)
        sheet = start(sku)
        count(sheet, sku, 9)
        together(
            live,
            lambda sheet=sheet: counting.apply_count(sheet, actor="test"),
            lambda sheet=sheet, sku=sku: count(sheet, sku, 4),
        )
        line = CountLine.objects.get(sheet=sheet)
        assert item_of(sku).on_hand == line.counted
    assert wrong_rows() == []


@pytest.mark.race
def test_of_sheets_started_at_once_one_has_the_item(live):
    sku = make_sku()
    results = together(live, *[lambda: start(sku)] * 6)
    assert refused(results) == 5
    assert CountLine.objects.filter(stock_item__sku=sku).count() == 1


@pytest.mark.race
def test_one_scan_sent_eight_times_at_once_counts_once(live):
    sku = make_sku(stock=10)
    sheet, item = start(sku), item_of(sku).pk
    results = together(live, *[lambda: counting.add_scanned(sheet, item, 1, ref="same", actor="test")] * 8)
    assert sorted(results) == [False] * 7 + [True]
    refs = [f"scan {number}" for number in range(8)]
    others = [lambda ref=ref: counting.add_scanned(sheet, item, 1, ref=ref, actor="test") for ref in refs]
    assert together(live, *others) == [True] * 8
    assert CountLine.objects.get(sheet=sheet).counted == 9


@pytest.mark.race
def test_control_looking_for_the_scan_first_counts_it_several_times(live):
    sku, looked = make_sku(stock=10), Meeting(8)
    sheet, item = start(sku), item_of(sku).pk

    def naive(attempt):
        if not CountScan.objects.filter(sheet=sheet, ref__startswith="same").exists():
            looked.wait()
            counting.add_scanned(sheet, item, 1, ref=f"same {attempt}", actor="test")

    together(live, *[lambda attempt=attempt: naive(attempt) for attempt in range(8)])
    assert CountLine.objects.get(sheet=sheet).counted == 8


def large_sheet():
    """A sheet so large that PostgreSQL looks every number's line up, in the order in which the numbers come."""
    product = make_sku().product
    rows = (SKU(product=product, code=f"{product.code}-{n}", price=1, options={"n": str(n)}) for n in range(2, 1502))
    SKU.objects.bulk_create(rows)
    sheet = counting.start_count(Scope(), note="", actor="test")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inventory_stockitem, inventory_countline")
    return sheet


@pytest.mark.race
def test_pages_with_the_same_lines_in_other_orders_wait_for_each_other(live):
    sheet, held = large_sheet(), threading.Event()
    items = list(sheet.lines.order_by("pk").values_list("stock_item", flat=True)[:3])

    def hold():
        with transaction.atomic():
            list(sheet.lines.filter(stock_item=items[1]).select_for_update())
            held.set()
            until(lambda: waiting() == 2)

    def save(order, units):
        assert held.wait(20)
        counting.save_counts(sheet, dict.fromkeys(order, units), actor="test")

    results = together(live, hold, lambda: save(items, 1), lambda: save(items[::-1], 2))
    assert results == [None] * 3
    assert set(sheet.lines.filter(stock_item__in=items).values_list("counted", flat=True)) in ({1}, {2})


@pytest.mark.race
def test_control_writing_lines_as_they_come_is_a_deadlock(live):
    skus, written = [make_sku(stock=10) for _ in range(2)], Meeting()
    sheet = start(*skus)
    items = [item_of(sku).pk for sku in skus]

    @transaction.atomic
    def naive(first, second):
        counting.save_counts(sheet, {first: 1}, actor="test")
        written.wait()
        counting.save_counts(sheet, {second: 1}, actor="test")

    results = together(live, lambda: naive(*items), lambda: naive(*items[::-1]))
    assert [type(error) for error in results if error] == [OperationalError]
