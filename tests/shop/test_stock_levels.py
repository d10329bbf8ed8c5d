"""Adjusting stock, what is kept back, warnings, the ledger, and what is held."""

import io

import openpyxl
import pytest
from django.db import transaction

from shop.core.errors import ShopError
from shop.core.models import AuditEntry, ShopSettings
from shop.inventory import levels, services
from shop.inventory.levels import Why
from shop.inventory.low_stock import tell_of_low
from shop.inventory.models import Reservation, StockItem, StockMove
from tenants.context import using_shop
from tenants.models import OutboxEvent
from tests.factories import broken, make_member, make_order, make_sku
from tests.race import Meeting, refused, together
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.tenants.conftest import open_shops


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def item_of(sku):
    return StockItem.objects.get(sku=sku)


def adjust(deltas, cause="DAMAGED", ref="a"):
    levels.adjust({item_of(sku).pk: delta for sku, delta in deltas.items()}, Why(cause, ""), ref=ref, actor="test")


def told(shop):
    return [event.ids["skus"] for event in OutboxEvent.objects.filter(topic="stock.low", shop=shop.uuid).order_by("pk")]


def test_many_items_are_adjusted_all_or_none(shop):
    plenty, promised = make_sku(stock=10), make_sku(stock=5)
    make_order(make_member(), (promised, 4))
    with pytest.raises(levels.BelowReserved) as refusal:
        adjust({plenty: -3, promised: -2})
    assert refusal.value.detail == {"items": [item_of(promised).pk]}
    assert (item_of(plenty).on_hand, item_of(promised).on_hand) == (10, 5)
    adjust({plenty: -3, promised: -1})
    assert (item_of(plenty).on_hand, item_of(promised).on_hand) == (7, 4)
    assert set(StockMove.objects.filter(kind="ADJUST").values_list("quantity", "cause")) == {
        (-3, "DAMAGED"),
        (-1, "DAMAGED"),
    }
    assert broken() == {}


def test_a_cause_that_is_not_on_the_list_is_refused(shop):
    sku = make_sku(stock=10)
    with pytest.raises(ShopError) as refusal:
        adjust({sku: -1}, cause="STOLEN")
    assert (refusal.value.code, item_of(sku).on_hand) == ("cause_unknown", 10)


def test_keeping_everything_back_sells_the_product_out_at_once(api, shop):
    sku = make_sku(stock=3)
    levels.keep_back({item_of(sku).pk: 3})
    shown = api.get(f"/api/v1/products/{sku.product.key}").json()
    assert (shown["sold_out"], shown["skus"][0]["sold_out"]) == (True, True)
    with pytest.raises(ShopError) as refusal, transaction.atomic():
        make_order(make_member(), (sku, 1))
    assert refusal.value.code == "sold_out"
    levels.keep_back({item_of(sku).pk: 2})
    assert api.get(f"/api/v1/products/{sku.product.key}").json()["sold_out"] is False


def test_low_follows_the_shops_figure_and_the_items_own(shop):
    few, own, never = make_sku(stock=5), make_sku(stock=50), make_sku(stock=0)
    make_sku(stock=6)
    levels.warn_at({item_of(own).pk: 50, item_of(never).pk: 0})
    assert set(StockItem.objects.low().values_list("sku", flat=True)) == {few.pk, own.pk}
    ShopSettings.objects.update(low_stock_units=0)
    assert set(StockItem.objects.low().values_list("sku", flat=True)) == {own.pk}


def test_the_shop_is_told_once_for_each_time_it_becomes_low(shop):
    sku = make_sku(stock=10)
    tell_of_low([sku.pk])
    assert told(shop) == []
    for _order in range(3):  # the first takes it below
        make_order(make_member(), (sku, 5 if not StockItem.objects.low().exists() else 1))
        tell_of_low([sku.pk])
    assert told(shop) == [[sku.pk]]
    adjust({sku: 20})
    tell_of_low([sku.pk])
    assert item_of(sku).low_since is None
    adjust({sku: -20}, ref="b")
    assert told(shop) == [[sku.pk], [sku.pk]]


@pytest.mark.parametrize("way", ["import", "cancelled", "returned"])
def test_stock_that_came_back_by_any_way_is_told_of_again(shop, way):
    sku = make_sku(stock=10)
    order = make_order(make_member(), (sku, 6))
    tell_of_low([sku.pk])
    assert told(shop) == [[sku.pk]]
    if way == "import":
        services.set_on_hand({sku.pk: 30}, kind=StockMove.Kind.IMPORT, ref="r", actor="test")
        adjust({sku: -20}, ref="b")
    elif way == "cancelled":
        services.release(order.number)
        make_order(make_member(), (sku, 6))
    else:
        services.commit(order.number, actor="test")
        services.put_back(order.number, {(sku.pk, ""): 6}, cause="c", actor="test")
        make_order(make_member(), (sku, 6))
    tell_of_low([sku.pk])
    assert told(shop) == [[sku.pk], [sku.pk]]


def test_a_booked_count_tells_of_low_stock(shop):
    from shop.inventory import counting

    sku, fine = make_sku(stock=10), make_sku(stock=10)
    sheet = counting.start_count(counting.Scope(codes=[sku.code, fine.code]), note="", actor="test")
    counting.save_counts(sheet, {item_of(sku).pk: 2, item_of(fine).pk: 9}, actor="test")
    counting.apply_count(sheet, actor="test")
    for _twice in range(2):
        counting.tell_after_count(sheet.number)
    assert told(shop) == [[sku.pk]]


def test_a_paid_order_tells_of_low_stock(shop):
    from shop.orders.receivers import on_order_paid
    from shop.orders.services import mark_paid

    sku = make_sku(stock=6)
    order = make_order(make_member(), (sku, 2))
    mark_paid(order, order.total)
    on_order_paid(OutboxEvent.objects.get(topic="order.paid", ref=order.number))
    assert told(shop) == [[sku.pk]]


def test_the_ledger_counts_back_from_what_is_there(shop):
    sku = make_sku(stock=10)
    adjust({sku: 5}, cause="INBOUND")
    order = make_order(make_member(), (sku, 4))
    services.commit(order.number, actor="test")
    other = make_sku(stock=99)
    moves = StockMove.objects.with_balance().order_by("pk")
    assert [(move.quantity, move.balance) for move in moves] == [(10, 10), (5, 15), (-4, 11), (99, 99)]
    assert item_of(other).on_hand == 99


def test_the_ledger_is_exported_as_it_is_filtered(browser):
    sku = make_sku(stock=10, title="=碗")
    adjust({sku: -2}, cause="GIFT")
    make_sku(stock=3)
    assert browser.get("/admin/inventory/stockmove/?kind__exact=ADJUST").status_code == 200
    answer = browser.get(f"/admin/inventory/stockmove/file/?kind__exact=ADJUST&item={item_of(sku).pk}")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert rows[1][3:10] == (sku.code, "手工调整", -2, 8, "赠送", None, "a")


def test_what_is_held_names_its_order_and_adds_up(browser):
    sku = make_sku(stock=10)
    order = make_order(make_member(), (sku, 3))
    make_order(make_member(), (sku, 2))
    gone = make_order(make_member(), (sku, 1))
    services.release(gone.number)
    text = browser.get("/admin/inventory/reservation/").content.decode()
    assert f"/admin/orders/order/{order.pk}/change/" in text
    assert gone.number not in text
    assert Reservation.objects.totals() == {"units": 5, "orders": 2}
    assert "<strong>5</strong>" in text
    assert gone.number in browser.get("/admin/inventory/reservation/?state=RELEASED").content.decode()


# In the back office.


def bulk(*skus):
    return f"/admin/inventory/stockitem/bulk/?ids={','.join(str(item_of(sku).pk) for sku in skus)}"


def typed(sku, delta="", safety="0", low=""):
    pk = item_of(sku).pk
    old = item_of(sku)
    return {
        f"delta_{pk}": delta,
        f"initial-delta_{pk}": "",
        f"safety_{pk}": safety,
        f"initial-safety_{pk}": str(old.safety),
        f"low_{pk}": low,
        f"initial-low_{pk}": "" if old.low_at is None else str(old.low_at),
    }


def test_many_are_changed_on_one_page_and_audited(browser):
    first, second = make_sku(stock=10), make_sku(stock=5)
    assert browser.get(bulk(first, second)).status_code == 200
    data = {**typed(first, delta="-4"), **typed(second, safety="2", low="9"), "cause": "LOST", "note": "", "ref": "b1"}
    for _twice in range(2):
        assert browser.post(bulk(first, second), data).status_code == 302
    one, two = item_of(first), item_of(second)
    assert (one.on_hand, one.safety, one.low_at) == (6, 0, None)
    assert (two.on_hand, two.safety, two.low_at) == (5, 2, 9)
    entries = {entry.object_ref: entry for entry in AuditEntry.objects.all()}
    assert entries[str(one.pk)].after == {"on_hand": 6, "cause": "LOST", "note": ""}
    assert (entries[str(two.pk)].action, entries[str(two.pk)].before) == ("stock.levels", {"safety": 0, "low_at": None})
    assert AuditEntry.objects.count() == 2


def test_units_without_a_cause_and_below_what_is_promised_are_refused_with_all_that_was_typed(browser):
    sku = make_sku(stock=5)
    make_order(make_member(), (sku, 4))
    answer = browser.post(bulk(sku), {**typed(sku, delta="-1"), "cause": "", "note": "纸箱", "ref": "b2"})
    assert "请选择原因" in answer.content.decode()
    answer = browser.post(bulk(sku), {**typed(sku, delta="-3"), "cause": "OTHER", "note": "", "ref": "b2"})
    assert "请写一下说明" in answer.content.decode()
    answer = browser.post(bulk(sku), {**typed(sku, delta="-3"), "cause": "LOST", "note": "纸箱", "ref": "b2"})
    assert f"现有库存不能少于已占用数量：{sku.code}" in answer.content.decode()
    assert 'value="纸箱"' in answer.content.decode()
    assert (item_of(sku).on_hand, AuditEntry.objects.count()) == (5, 0)


def test_levels_are_set_on_the_items_page(browser):
    sku = make_sku(stock=5)
    page = f"/admin/inventory/stockitem/{item_of(sku).pk}/change/"
    data = {"levels": "1", "safety": "5", "initial-safety": "0", "low_at": "", "initial-low_at": ""}
    assert browser.post(page, data).status_code == 302
    assert (item_of(sku).safety, item_of(sku).available) == (5, 0)
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.before, entry.after) == ("stock.levels", {"safety": 0}, {"safety": 5})


def test_the_list_shows_what_is_low(browser):
    low, fine = make_sku(stock=2, title="快没了"), make_sku(stock=90, title="还很多")
    text = browser.get("/admin/inventory/stockitem/?left=low").content.decode()
    assert low.product.title in text
    assert fine.product.title not in text


def test_who_may_only_look_adjusts_nothing(shop):
    sku = make_sku(stock=5)
    looking = browser_of(shop, make_staff("ops@example.com", "运营"))
    assert looking.get(bulk(sku)).status_code == 403
    data = {**typed(sku, delta="1"), "cause": "INBOUND", "note": "", "ref": "b3"}
    assert looking.post(bulk(sku), data).status_code == 403
    assert item_of(sku).on_hand == 5


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
def test_of_many_that_find_it_low_one_tells(live):
    sku = make_sku(stock=2)
    results = together(live, *[lambda: _told(sku)] * 8)
    assert refused(results) == 0
    assert len(told(live)) == 1


def _told(sku):
    with transaction.atomic():
        tell_of_low([sku.pk])


@pytest.mark.race
def test_control_telling_after_a_look_tells_more_than_once(live):
    def naive(sku, said, looked):
        if StockItem.objects.get(sku=sku).low_since is None:
            looked.wait()
            StockItem.objects.filter(sku=sku).update(low_since="2026-01-01T00:00Z")
            said.append(1)

    for _run in range(3):
        said, sku, looked = [], make_sku(stock=2), Meeting()
        together(live, *[lambda sku=sku, said=said, looked=looked: naive(sku, said, looked)] * 8)
        assert len(said) > 1


@pytest.mark.race
def test_parallel_adjustments_stop_at_what_is_promised(live):
    sku = make_sku(stock=10)
    make_order(make_member(), (sku, 4))
    results = together(live, *[lambda n=n: adjust({sku: -2}, ref=f"r{n}") for n in range(8)])
    assert (refused(results), item_of(sku).on_hand) == (5, 4)
    assert broken() == {}
