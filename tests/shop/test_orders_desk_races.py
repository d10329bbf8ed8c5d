"""Two people at one order; the control shows that the same harness catches the obvious wrong way."""

import threading

import pytest

from shop.fulfilment.models import Package
from shop.fulfilment.services import ship
from shop.fulfilment.sheets import Row, ship_rows
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.orders.services import change_delivery_address, mark_paid, set_flag
from tests.factories import broken, make_order, make_sku
from tests.payments.test_races import arena  # noqa: F401
from tests.race import together
from tests.shop.test_orders_desk import ELSEWHERE

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]


@pytest.fixture
def in_arena(arena, django_db_blocker):  # noqa: F811
    from tenants.context import using_shop

    with django_db_blocker.unblock(), using_shop(arena):
        yield arena


def paid():
    order = make_order(None, (make_sku(stock=9), 2))
    mark_paid(order, order.total)
    return order


def send(order):
    return ship(order, None, carrier="sf", tracking_number="SF0000000001", actor="x")


def moved_after_it_left(order):
    """Whether the address was changed although the parcel had left."""
    events = list(OrderEvent.objects.filter(order=order).values_list("action", flat=True))
    return {"shipped", "address_changed"} <= set(events) and events.index("shipped") < events.index("address_changed")


def test_an_address_never_changes_after_the_parcel_left(in_arena):
    for _round in range(10):
        order = paid()
        together(
            in_arena,
            lambda order=order: send(order),
            lambda order=order: change_delivery_address(Order.objects.get(pk=order.pk), ELSEWHERE, actor="x"),
        )
        assert not moved_after_it_left(order)
        city = Order.objects.values_list("city", flat=True).get(pk=order.pk)
        changed = OrderEvent.objects.filter(order=order, action="address_changed").exists()
        assert city == ("苏州市" if changed else "杭州市")
    assert set(broken()) <= {"I5"}


def test_control_changing_after_a_look_moves_what_has_left(in_arena):
    def naive(order, looked, sent):
        if not OrderLine.objects.filter(order=order, shipped_quantity__gt=0).exists():
            looked.set()
            sent.wait(20)
            Order.objects.filter(pk=order.pk).update(city="苏州市")
            OrderEvent.objects.create(order=order, actor="x", action="address_changed")

    def later(order, looked, sent):
        looked.wait(20)
        send(order)
        sent.set()

    for _run in range(3):
        given = paid(), threading.Event(), threading.Event()
        order = given[0]
        together(in_arena, lambda given=given: later(*given), lambda given=given: naive(*given))
        assert moved_after_it_left(order)


def test_one_sheet_uploaded_by_eight_clerks_ships_once(in_arena):
    orders = [paid() for _ in range(3)]
    rows = [Row(line, order.number, "sf", f"SF000000{line:04}", "", "") for line, order in enumerate(orders, 2)]
    answers = together(in_arena, *[lambda: [one.result.value for one in ship_rows(rows, actor="x")]] * 8)
    for index in range(3):
        assert sorted(answer[index] for answer in answers) == ["ALREADY"] * 7 + ["SHIPPED"]
    assert Package.objects.filter(order__in=orders).count() == 3
    assert set_flag([order.pk for order in orders], "RED") == 3
