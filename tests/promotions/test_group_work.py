"""What a group that is done leaves to be done: one work for each order, which outlives workers and stops no other."""

import signal
import subprocess
import sys

import pytest
from django.db import transaction
from django.db.models.functions import Now

from payments.models import Refund
from payments.services.settling import settle
from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group, Seat
from shop.orders.models import Order
from tenants import due
from tenants.models import Due
from tests.e2e.driver import REPOSITORY
from tests.factories import broken, make_sku
from tests.payments.cashier import Cashier
from tests.payments.conftest import paysim  # noqa: F401
from tests.promotions.test_group_buy import buyer, group_buy, over, place
from tests.race import together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
SERVICES = "shop.marketing.group_buy.services"
PRICE = 600


@pytest.fixture
def cashier(committed_shop, paysim, settings):  # noqa: F811
    from payments.services.accounts import connect_paysim

    settings.PAYSIM_URL = paysim.url
    settings.PAYMENT_URLS = {"wechat": paysim.url}
    settings.SHARED_URL = "http://127.0.0.1:1"
    return Cashier(paysim.url, connect_paysim())


def pay(cashier, order):
    settle(cashier.receipt(cashier.pay(order)))
    return order


@pytest.fixture
def company(cashier):
    """A group of four in which three have paid, and whose time is over; its orders, the leader's first."""
    sku = make_sku(price=1_000, stock=60)
    activity = group_buy(sku, sizes=(4,))
    orders = [pay(cashier, place(buyer(), activity, sku))]
    group = Seat.objects.get(order=orders[0].number).group
    orders += [pay(cashier, place(buyer(), activity, sku, group.key)) for _more in range(2)]
    over(group)
    return group, orders


def run(shop, kind, ref):
    """Run due work as the next worker does, whose turn has come."""
    rows = Due.objects.of(shop.uuid, kind, ref)
    rows.update(run_at=Now())
    return due.run(shop.uuid, kind, ref, rows.get().ticket)


def killed(shop, kind, ref, name, when, module=SERVICES):
    Due.objects.of(shop.uuid, kind, ref).update(run_at=Now())
    worker = subprocess.run(
        [sys.executable, "-m", "tests.promotions.killed_worker", shop.slug, kind, ref, module, name, when],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert worker.returncode == -signal.SIGKILL, worker.stderr[-2_000:]


def work(shop, kind):
    return set(Due.objects.filter(shop=shop.uuid, kind=f"group_buy.{kind}").values_list("ref", flat=True))


def state_of(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def refunds(order):
    return list(Refund.objects.filter(payment__order=order).values_list("amount", flat=True))


def fail(shop, group, orders):
    run(shop, "group_buy.expire", group.key)
    assert work(shop, "refund") == {order.number for order in orders}


def test_a_worker_killed_while_a_group_fails_leaves_it_to_the_next(committed_shop, company):  # noqa: F811
    group, orders = company
    killed(committed_shop, "group_buy.expire", group.key, "publish", "before")  # all is written, nothing committed
    assert (Group.objects.get().state, work(committed_shop, "refund")) == ("OPEN", set())
    assert work(committed_shop, "expire") == {group.key}
    fail(committed_shop, group, orders)
    assert (Group.objects.get().state, work(committed_shop, "expire")) == ("FAILED", set())
    assert broken() == {}


@pytest.mark.parametrize(
    ("module", "name", "when"),
    [
        (SERVICES, "refund_failed", "before"),  # the work is claimed
        ("payments.services.refunding", "give_back", "before"),  # the order is cancelled, the money not asked for
        (SERVICES, "refund_failed", "after"),  # all is committed but that the work is done
    ],
)
def test_a_worker_killed_while_it_refunds_loses_and_doubles_nothing(
    committed_shop, company, module, name, when  # noqa: F811
):  # fmt: skip
    group, orders = company
    fail(committed_shop, group, orders)
    first, *others = orders
    killed(committed_shop, "group_buy.refund", first.number, name, when, module)
    assert first.number in work(committed_shop, "refund")
    is_done = when == "after"
    assert (state_of(first), refunds(first)) == (("CANCELLED", [PRICE]) if is_done else ("WAIT_GROUP", []))
    for order in others:
        assert run(committed_shop, "group_buy.refund", order.number)
        assert (state_of(order), refunds(order)) == ("CANCELLED", [PRICE])
    assert run(committed_shop, "group_buy.refund", first.number)
    assert (state_of(first), refunds(first), work(committed_shop, "refund")) == ("CANCELLED", [PRICE], set())
    assert broken() == {}


def test_a_refund_that_fails_stops_no_other_and_comes_again(committed_shop, company):  # noqa: F811
    group, orders = company
    fail(committed_shop, group, orders)
    stuck = orders[0]
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=stuck.pk)  # somebody has the order and does not let it go
        results = together(
            committed_shop,
            *[lambda order=order: run(committed_shop, "group_buy.refund", order.number) for order in orders],
        )
    assert results == [True] * 3
    assert [refunds(order) for order in orders] == [[], [PRICE], [PRICE]]
    assert [state_of(order) for order in orders] == ["WAIT_GROUP", "CANCELLED", "CANCELLED"]
    row = Due.objects.of(committed_shop.uuid, "group_buy.refund", stuck.number).get()
    assert (row.failures, row.dead, "lock timeout" in row.error) == (1, False, True)
    assert work(committed_shop, "refund") == {stuck.number}
    run(committed_shop, "group_buy.refund", stuck.number)
    assert (state_of(stuck), refunds(stuck), work(committed_shop, "refund")) == ("CANCELLED", [PRICE], set())
    assert broken() == {}


def test_one_work_for_all_orders_would_leave_those_behind_the_stuck_one(committed_shop, company):  # noqa: F811
    """The control: a single work that refunds one order after the other stops at the first that fails."""
    group, orders = company
    fail(committed_shop, group, orders)

    def naive():
        for order in orders:
            services.refund_failed(order.number)

    with transaction.atomic():
        Order.objects.select_for_update().get(pk=orders[0].pk)
        (stopped,) = together(committed_shop, naive)
    assert isinstance(stopped, Exception)
    assert [refunds(order) for order in orders] == [[], [], []]
