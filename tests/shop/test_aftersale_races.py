"""After-sales under threads; each control shows that the same harness catches the obvious wrong way."""
# ruff: noqa: F811

import pytest
from django.db.models import F, Sum

from payments.models import Refund
from shop.aftersale import services
from shop.aftersale.models import AfterSale, AfterSaleLine
from shop.orders.models import OrderLine
from tenants.context import using_shop
from tests.factories import broken, make_sku
from tests.payments.cashier import Cashier
from tests.payments.conftest import paysim  # noqa: F401
from tests.race import Meeting, refused, together
from tests.shop.after_sales import ask, bought, held, line, order_state, send, state
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,):
        yield opened


@pytest.fixture
def money(arena, paysim, settings, django_db_blocker):
    from payments.services.accounts import connect_paysim

    settings.PAYSIM_URL = paysim.url
    settings.PAYMENT_URLS = {"wechat": paysim.url}
    settings.SHARED_URL = "http://127.0.0.1:1"
    with django_db_blocker.unblock(), using_shop(arena):
        yield Cashier(paysim.url, connect_paysim())


@pytest.mark.parametrize(("units", "granted"), [(1, 5), (2, 2), (3, 1)])
def test_parallel_applications_stay_within_what_was_bought(arena, money, units, granted):
    order = bought(money, (make_sku(price=333), 5))
    results = together(arena, *[lambda: ask(order, {1: units})] * 8)
    assert 8 - refused(results) == granted
    asked = AfterSaleLine.objects.filter(order_line=line(order)).aggregate(Sum("quantity"), Sum("amount"))
    assert (asked["quantity__sum"], asked["amount__sum"]) == held(order)[:2] == (granted * units, granted * units * 333)
    assert broken() == {}


def test_control_applying_after_a_look_asks_for_too_much(arena, money):
    def naive(row, asked, looked):
        if OrderLine.objects.get(pk=row.pk).held_quantity + 2 <= row.quantity:
            looked.wait()
            asked.append(2)

    for _run in range(3):
        row, asked, looked = line(bought(money, (make_sku(), 3))), [], Meeting()
        together(arena, *[lambda row=row, asked=asked, looked=looked: naive(row, asked, looked)] * 8)
        assert sum(asked) > row.quantity


def test_agreeing_twice_refunds_once(arena, money):
    order = bought(money, (make_sku(), 3))
    after_sale = ask(order, {1: 1})
    results = together(arena, *[lambda: services.agree(after_sale, actor="x")] * 8)
    assert 8 - refused(results) == 1
    assert Refund.objects.filter(cause=after_sale.cause).count() == 1
    assert held(order) == (1, 1000, 1)
    assert broken() == {}


def test_control_agreeing_after_a_look_refunds_twice(arena, money):
    def naive(after_sale, refunds, looked):
        if AfterSale.objects.get(pk=after_sale.pk).state == "APPLIED":
            looked.wait()
            AfterSale.objects.filter(pk=after_sale.pk).update(answer="agreed")
            refunds.append(after_sale.amount)

    for _run in range(3):
        after_sale, refunds, looked = ask(bought(money, (make_sku(), 3)), {1: 1}), [], Meeting()
        together(arena, *[lambda a=after_sale, r=refunds, m=looked: naive(a, r, m)] * 8)
        assert len(refunds) > 1


def test_agreeing_rejecting_and_cancelling_at_once_have_one_winner(arena, money):
    for _round in range(10):
        order = bought(money, (make_sku(), 2))
        after_sale = ask(order, {1: 2})
        results = together(
            arena,
            lambda row=after_sale: services.agree(row, actor="x"),
            lambda row=after_sale: services.cancel(row, actor="y"),
            lambda row=after_sale: services.reject(row, answer="z", actor="z"),
        )
        assert refused(results) == 2
        won = state(after_sale)
        assert (won, held(order), order_state(order)) in (
            ("REFUNDING", (2, 2000, 2), "CANCELLED"),
            ("CANCELLED", (0, 0, 0), "TO_SHIP"),
            ("REJECTED", (0, 0, 0), "TO_SHIP"),
        )
    assert broken() == {}


def test_shipping_and_agreeing_at_once_end_in_one_truth(arena, money):
    for _round in range(10):
        order = bought(money, (make_sku(), 2))
        after_sale = ask(order, {1: 2})
        sent, agreed = together(
            arena,
            lambda order=order: send(order, {1: 2}),
            lambda row=after_sale: services.agree(row, actor="x"),
        )
        assert agreed is None
        assert order_state(order) == ("CANCELLED" if isinstance(sent, Exception) else "SHIPPED")
    assert broken() == {}


def test_a_failed_refund_is_asked_for_again_once(arena, money):
    from payments.services.settling import refund_failed

    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    services.agree(after_sale, actor="x")
    refund_failed(Refund.objects.get(cause=after_sale.cause), "frozen")
    results = together(arena, *[lambda: services.refund_again(after_sale, actor="x")] * 8)
    assert 8 - refused(results) == 1
    live = Refund.objects.filter(cause=after_sale.cause).exclude(state__in=["FAILED", "RETRIED"])
    assert live.count() == 1
    assert not OrderLine.objects.filter(held_quantity__gt=F("quantity")).exists()
    assert broken() == {}
