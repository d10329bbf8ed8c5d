"""What every marketing tool promises, asked of each in the same way (shop/promotions/contract.py)."""

from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.orders.models import Order, OrderPromotion
from shop.orders.presentation import order_json
from shop.orders.services import promoting
from shop.pricing.steps import begin
from shop.pricing.values import Discount
from shop.promotions import reads
from shop.promotions.contract import Context
from shop.promotions.registry import tools
from shop.promotions.services import offered
from tests.factories import make_sku
from tests.promotions.activities import refund, unsound
from tests.promotions.kits import KITS, basket


def test_every_tool_of_this_installation_has_a_kit():
    assert set(tools()) <= set(KITS)


@pytest.fixture(params=sorted(KITS))
def kit(request):
    if request.param not in tools():
        pytest.fail(f"{request.param} is not installed")
    return KITS[request.param]


@pytest.fixture
def skus(member):
    return [make_sku(price=1_001, stock=9), make_sku(price=333, stock=9)]


def context_of(member, request, skus):
    by_key = {sku.key: sku for sku in skus}
    items = tuple(reads.item_of(by_key[each.sku], each.quantity, each.activity) for each in request.items)
    offering = offered(member, items)
    live = tuple(offering.live.values())
    return items, offering, live


def test_it_asks_twice_at_most(kit, member, skus):
    made = kit.make(member, skus)
    items, _offering, live = context_of(member, basket(kit, made, member, skus), skus)
    for tool in tools().values():
        own = tuple(each for each in live if each.tool == tool.code)
        with CaptureQueriesContext(connection) as asked:
            tool.offers(Context(member, items, own))
        assert len(asked) <= 2, tool.code


def test_its_discounts_are_pure_and_no_line_goes_below_nothing(kit, member, skus):
    made = kit.make(member, skus)
    items, offering, _live = context_of(member, basket(kit, made, member, skus), skus)
    draft = begin(items)
    for tool, offers in offering.offers:
        with CaptureQueriesContext(connection) as asked:
            found, again = tool.discounts(draft, offers), tool.discounts(draft, offers)
        assert (list(found) == list(again), len(asked)) == (True, 0), tool.code
        for discount in (each for each in found if isinstance(each, Discount)):
            assert len(discount.shares) == len(items)
            assert all(
                isinstance(share, int) and 0 <= share <= total
                for share, total in zip(discount.shares, draft.totals, strict=True)
            )
            assert (discount.tool, discount.ref) in {(offer.tool, offer.ref) for offer in offers}


def test_it_takes_something_off_and_the_ledger_says_what(kit, member, skus):
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    taken = OrderPromotion.objects.filter(order=order)
    assert sum(taken.values_list("amount", flat=True)) == order.discount > 0
    assert {row.tool for row in taken} == {made_tool(made)}
    assert unsound() == {}


def made_tool(made):
    return getattr(made, "tool", "coupon")


def test_what_a_cancelled_order_took_can_be_had_again(kit, member, skus):
    made = kit.make(member, skus)
    request = basket(kit, made, member, skus)
    for _times in range(3):
        order = orders.place_order(member, request)
        assert order.discount > 0
        assert orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
        promoting.release(order)  # again, as a repeated task would
        assert unsound() == {}


def test_an_order_that_expired_is_taken_up_again_or_its_money_refused_whole(kit, member, skus):
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    assert orders.mark_paid(order, order.total) == orders.Outcome.LATE
    assert orders.reopen(order, order.total)
    assert unsound() == {}


@pytest.mark.parametrize("sequence", range(5))
def test_refunds_of_all_units_in_any_order_add_up_to_what_was_paid(kit, member, skus, sequence):
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    order = Order.objects.get(pk=order.pk)
    if order.state == Order.State.WAIT_GROUP:
        assert orders.release_hold(order, note="")
    units = [line for line in (1, 2) for _unit in range(kit.quantity)]
    Random(sequence).shuffle(units)
    back = [refund(order, {line: 1}, f"part-{step}") for step, line in enumerate(units)]
    assert (sum(back) + order.freight, min(back) >= 0) == (order.total, True)
    assert unsound() == {}


def test_an_order_shows_what_it_was_though_the_activity_is_gone(kit, member, skus):
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    shown = order_json(order)["lines"]
    named = kit.named if kit.is_named else 0
    assert [bool(line["activity"]) for line in shown] == [True] * named + [False] * (len(shown) - named)
    assert {line["activity"]["tool"] for line in shown if line["activity"]} <= {made_tool(made)}


def test_an_order_waits_only_for_a_tool_that_holds_it(kit, member, skus):
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    orders.mark_paid(order, order.total)
    used = promoting.tools_of(order)
    assert used == {made_tool(made)}
    waits = Order.objects.get(pk=order.pk).state == Order.State.WAIT_GROUP
    assert waits is promoting.holds(order, used)


@pytest.mark.parametrize("code", sorted(code for code, kit in KITS.items() if kit.uses))
def test_a_member_limit_refuses_what_passes_it_and_changes_nothing(code, member, skus):
    kit = KITS[code]
    made = kit.make(member, skus, most_per_member=kit.uses)
    request = basket(kit, made, member, skus)
    first = orders.place_order(member, request)
    before = (Order.objects.count(), held(skus))
    if kit.is_named:
        with pytest.raises(ShopError) as refused, transaction.atomic():
            orders.place_order(member, request)
        assert refused.value.code == "limit_exceeded"
    else:
        assert orders.preview(member, request).quote.discount == 0
    assert (Order.objects.count(), held(skus)) == before
    orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    assert orders.preview(member, request).quote.discount > 0


def held(skus):
    return [item.reserved for sku in skus for item in sku.stock_items.order_by("pk")]
