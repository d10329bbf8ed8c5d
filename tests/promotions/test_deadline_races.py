"""An order of a flash sale that is paid in the instant in which its own time to pay runs out."""

import time
from collections import Counter
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from payments.models import Payment, Refund
from payments.services.settling import settle
from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.inventory.models import StockItem
from shop.orders.models import Order
from tenants import due
from tenants.models import Due
from tests.factories import broken, make_sku
from tests.payments.cashier import Cashier
from tests.payments.conftest import paysim  # noqa: F401
from tests.promotions.activities import buy
from tests.promotions.test_flash_sale import another, flash
from tests.race import Meeting, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = [pytest.mark.race, pytest.mark.timeout(900)]
TURNS, PRICE = 16, 100
OFFSETS = [-0.2, -0.02, 0, 0.02, 0.04, 0.08, 0.3, 0.6]  # seconds after the deadline at which the shopper pays


@pytest.fixture
def cashier(committed_shop, paysim, settings):  # noqa: F811
    from payments.services.accounts import connect_paysim

    settings.PAYSIM_URL = paysim.url
    settings.PAYMENT_URLS = {"wechat": paysim.url}
    settings.SHARED_URL = "http://127.0.0.1:1"  # no notice arrives: the shopper's page asks, as the worker does
    ShopSettings.objects.update(pay_minutes=30)
    return Cashier(paysim.url, connect_paysim())


def expiry(shop, order):
    return Due.objects.of(shop.uuid, "orders.expire", order.number)


def sale(units):
    """A session of one SKU with units of its own, which must be paid within a minute."""
    sku = make_sku(price=1_000, stock=units + 5)
    return sku, flash((sku, PRICE, units), pay_minutes=1)


def wait_for(moment):
    time.sleep(max((moment - timezone.now()).total_seconds(), 0))


def let_time_run_out(shop, order):
    """Let the time to pay be over in half a second, for whoever looks; return the moment."""
    moment = timezone.now() + timedelta(seconds=0.5)
    Order.objects.filter(pk=order.pk).update(pay_deadline=moment)
    expiry(shop, order).update(run_at=moment)
    return moment


def expire(shop, order, moment):
    wait_for(moment)
    rows = expiry(shop, order)
    row = rows.first()
    return row is not None and due.run(shop.uuid, "orders.expire", order.number, row.ticket)


def pay(cashier, attempt, moment):
    """Pay at the cashier; False when the attempt is closed there."""
    wait_for(moment)
    answer = requests.post(f"{cashier.url}/_control/pay", json={"out_trade_no": attempt.out_trade_no}, timeout=5)
    if answer.status_code == 200:
        settle(cashier.receipt(attempt))
    return answer.status_code == 200


def snatch(sku, session, order, moment):
    """A rival who takes the unit as soon as it can be had, until it is paid for."""
    wait_for(moment)
    rival, end = another(), time.monotonic() + 10
    while time.monotonic() < end and not Order.objects.filter(pk=order.pk, paid__gt=0).exists():
        try:
            return buy(rival, (sku, 1), activity=session)
        except ShopError as refusal:
            assert refusal.code == "sold_out"
            time.sleep(0.02)
    return None


def ending(cashier, order, attempt, was_paid, rival):
    """What became of it: paid with the unit, or over without the money, and the unit the rival's who wanted it."""
    state = Order.objects.values_list("state", flat=True).get(pk=order.pk)
    purposes = list(Payment.objects.filter(order=order).values_list("purpose", flat=True))
    charged, _refunded = cashier.book(attempt)
    if state == Order.State.TO_SHIP:
        assert (was_paid, purposes, charged, rival) == (True, ["ORDER"], PRICE, None)
        return "paid"
    assert (state, was_paid, purposes, charged) == (Order.State.CANCELLED, False, [], 0)
    assert rival is not None
    return "over"


def test_paying_in_the_instant_in_which_the_time_is_over(committed_shop, cashier, long_faults):  # noqa: F811
    ends = Counter()
    for turn in range(TURNS * (10 if long_faults else 1)):
        sku, session = sale(1)
        order = buy(another(), (sku, 1), activity=session)
        assert 58 < (expiry(committed_shop, order).get().run_at - order.created_at).total_seconds() < 62
        attempt = cashier.start(order)
        moment = let_time_run_out(committed_shop, order)
        offset = timedelta(seconds=OFFSETS[turn % len(OFFSETS)])
        results = together(
            committed_shop,
            lambda order=order, moment=moment: expire(committed_shop, order, moment),
            lambda attempt=attempt, moment=moment, offset=offset: pay(cashier, attempt, moment + offset),
            lambda sku=sku, session=session, order=order, moment=moment: snatch(sku, session, order, moment),
        )
        errors = [each for each in results if isinstance(each, Exception)]
        assert errors == []
        ends[ending(cashier, order, attempt, results[1], results[2])] += 1
        item = StockItem.objects.get(sku=sku, bucket=session.key)
        assert item.on_hand - item.reserved == 0  # of the one unit there is exactly one buyer
    print(dict(ends))
    assert set(ends) == {"paid", "over"}
    assert (Refund.objects.count(), broken()) == (0, {})


def test_expiring_after_a_look_takes_away_what_was_paid(committed_shop, cashier):  # noqa: F811
    """The control: who looks whether the order is paid, and then cancels it, cancels paid orders; the auditor tells."""
    for turn in range(1, 4):
        sku, session = sale(1)
        order = buy(another(), (sku, 1), activity=session)
        attempt, meeting = cashier.start(order), Meeting()

        def naive(order=order, meeting=meeting):
            is_unpaid = Order.objects.get(pk=order.pk).state == Order.State.UNPAID
            meeting.wait()
            if is_unpaid:
                Order.objects.filter(pk=order.pk).update(state="CANCELLED", cancel_reason="EXPIRED")

        def pays(attempt=attempt, meeting=meeting):
            assert pay(cashier, attempt, timezone.now())
            meeting.wait()

        assert together(committed_shop, naive, pays) == [None, None]
        assert Order.objects.get(pk=order.pk).state == "CANCELLED"
        assert broken()["I8"] == turn
