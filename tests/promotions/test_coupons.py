"""Coupons in an order: what they take off, when they are used up, when they come back."""

from datetime import timedelta

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils import timezone

from payments.models import Refund
from payments.services import reconciling
from payments.services.settling import settle, settle_refund
from shop.core.errors import ShopError
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.marketing.coupons.services import void
from shop.members.models import Member
from shop.orders import services as orders
from shop.orders.models import Order, OrderPromotion
from shop.pricing.models import FreightRule
from tenants.context import using_shop
from tenants.models import OutboxEvent
from tests.factories import broken, make_address, make_member, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import attempt, buy, make_activity, paid, quoted, refund, unsound
from tests.promotions.coupons import hold, let_end, make_template, state
from tests.shop.admin_browser import make_staff
from tests.shop.previews import enter

UNUSED, USED = ("UNUSED", ""), "USED"


@pytest.fixture
def freight(shop):
    FreightRule.objects.update(first_fee=1_000, extra_fee=0, free_over=None)


def answer(price, coupon):
    return next(each for each in price.coupons if each.ref == coupon.key)


def refusal(member, *items, coupons):
    with pytest.raises(ShopError) as refused:
        attempt(member, *items, coupons=[coupon.key for coupon in coupons])
    return refused.value.code, refused.value.detail


@pytest.mark.parametrize(
    ("rule", "title", "saved"),
    [
        ({}, "满 100 减 10", 1_000),
        ({"threshold": 0, "value": 350}, "立减 3.5", 350),
        (
            {"kind": "PERCENT", "value": 0, "share_bp": 1_500, "cap": 2_000, "threshold": 0},
            "打 8.5 折，最多减 20",
            2_000,
        ),
        ({"kind": "PERCENT", "value": 0, "share_bp": 955}, "满 100 打 9.045 折", 1_910),
        ({"threshold": 20_000, "value": 5_000}, "满 200 减 50", 5_000),
    ],
)
def test_a_coupon_takes_off_what_it_says_and_the_best_is_used(member, rule, title, saved):
    cup, tea = make_sku(price=15_001), make_sku(price=4_999)
    coupon = hold(member, **rule)
    order = buy(member, (cup, 1), (tea, 1))  # none is named: the best
    assert (order.subtotal, order.discount, order.total) == (20_000, saved, 20_000 - saved)
    again = hold(member, coupon.template)
    assert answer(quoted(member, (cup, 1), (tea, 1), coupons=[]), again).title == title
    rows = OrderPromotion.objects.filter(order=order).order_by("line__position").values_list("tool", "ref", "amount")
    assert [(tool, ref) for tool, ref, _amount in rows] == [("coupon", coupon.key)] * 2
    assert sum(amount for _tool, _ref, amount in rows) == saved
    assert state(coupon) == (USED, order.number)
    assert unsound() == {}


def test_none_is_used_when_none_is_wanted_and_one_that_is_named_is(member):
    sku = make_sku(price=20_000)
    small, large = hold(member), hold(member, value=3_000)
    assert buy(member, (sku, 1), coupons=[]).total == 20_000
    assert buy(member, (sku, 1), coupons=[small.key]).total == 19_000
    assert (state(small)[0], state(large)) == (USED, UNUSED)
    assert buy(member, (sku, 1)).total == 17_000
    assert state(large)[0] == USED


def test_what_is_missing_is_told_and_refused(member):
    sku = make_sku(price=9_000)
    coupon = hold(member)
    found = answer(quoted(member, (sku, 1)), coupon)
    assert (found.refused, found.missing, found.saves, found.is_used) == ("threshold", 1_000, 0, False)
    assert refusal(member, (sku, 1), coupons=[coupon]) == (
        "coupon_unusable",
        {"coupon": coupon.key, "reason": "threshold", "missing": 1_000},
    )
    assert (state(coupon), Order.objects.count()) == (UNUSED, 0)


def test_the_scope_is_all_categories_products_or_less(member):
    cup, tea = make_sku(price=10_000), make_sku(price=10_000)
    of_cup = hold(member, scope={"all": False, "products": [cup.product_id]})
    of_category = hold(member, scope={"all": False, "categories": [cup.product.category_id]}, value=1_500)
    without = hold(member, scope={"all": True, "without": [cup.product_id]}, value=1_200)
    price = quoted(member, (cup, 1))
    assert [answer(price, each).refused for each in (of_cup, of_category, without)] == ["", "", "out_of_scope"]
    both = buy(member, (cup, 1), (tea, 1), coupons=[without.key])
    assert [line.discount for line in both.lines.order_by("position")] == [0, 1_200]
    assert unsound() == {}


def test_freight_is_taken_off_without_a_line(member, freight):
    sku = make_sku(price=5_000)
    all_of_it = hold(member, kind="FREIGHT", value=0, threshold=0)
    part = hold(member, kind="FREIGHT", value=600, threshold=5_000)
    assert {each.title for each in quoted(member, (sku, 1)).coupons} == {"免运费", "满 50 运费减 6"}
    order = buy(member, (sku, 1), coupons=[part.key])
    assert (order.subtotal, order.discount, order.freight, order.total) == (5_000, 0, 400, 5_400)
    row = OrderPromotion.objects.get(order=order)
    assert (row.line, row.tool, row.ref, row.amount) == (None, "coupon", part.key, 600)
    assert buy(member, (sku, 1)).total == 5_000
    assert state(all_of_it)[0] == USED
    FreightRule.objects.update(first_fee=0)
    idle = hold(member, kind="FREIGHT", value=0, threshold=0)
    assert refusal(member, (sku, 1), coupons=[idle])[1]["reason"] == "saves_nothing"
    assert state(idle) == UNUSED
    assert unsound() == {}


def test_a_second_one_for_the_freight_is_refused_and_the_best_uses_one(member, freight):
    sku = make_sku(price=5_000)
    fields = {"kind": "FREIGHT", "value": 0, "threshold": 0, "is_stackable": True}
    pair = sorted([hold(member, **fields), hold(member, **fields)], key=lambda coupon: coupon.key)
    assert refusal(member, (sku, 1), coupons=pair)[0] == "coupon_unusable"
    order = buy(member, (sku, 1))
    assert (order.total, sorted(state(coupon)[0] for coupon in pair)) == (5_000, ["UNUSED", "USED"])
    assert unsound() == {}


def test_only_those_that_stack_are_used_together(member):
    sku = make_sku(price=20_000)
    one, two = hold(member, is_stackable=True), hold(member, is_stackable=True, value=500)
    alone = hold(member, value=1_400)
    assert refusal(member, (sku, 1), coupons=[one, alone])[0] == "coupons_not_combinable"
    assert buy(member, (sku, 1)).total == 18_500
    assert [state(each)[0] for each in (one, two, alone)] == [USED, USED, "UNUSED"]
    assert unsound() == {}


def test_it_shares_no_line_with_what_it_excludes(member):
    cup, tea = make_sku(price=20_000), make_sku(price=10_000)
    make_activity(items=[(cup, {"price": 15_000})])
    coupon = hold(member, excludes=[2], threshold=0)
    assert [line.discount for line in buy(member, (cup, 1), (tea, 1)).lines.order_by("position")] == [5_000, 1_000]
    other = hold(member, coupon.template)
    assert answer(quoted(member, (cup, 1)), other).refused == "excluded"


def test_it_is_good_from_its_beginning_to_before_its_end_by_the_databases_clock(member, monkeypatch):
    sku = make_sku(price=20_000)
    coupon = hold(member, days_after=1)
    assert answer(quoted(member, (sku, 1)), coupon).refused == "not_started"
    assert refusal(member, (sku, 1), coupons=[coupon])[1]["reason"] == "not_started"
    Coupon.objects.update(starts_at=TransactionNow())
    late = timezone.now() + timedelta(days=99)
    monkeypatch.setattr(timezone, "now", lambda: late)  # this machine's clock is wrong
    assert quoted(member, (sku, 1)).total == 19_000
    monkeypatch.undo()
    Coupon.objects.update(starts_at=timezone.now() - timedelta(days=1), ends_at=TransactionNow())
    assert quoted(member, (sku, 1)).coupons == ()
    assert refusal(member, (sku, 1), coupons=[coupon])[1]["reason"] == "unknown"


def test_what_ends_first_is_offered_first_and_at_most_two_hundred(member):
    sku = make_sku(price=20_000)
    template = make_template()
    coupons = [hold(member, template) for _number in range(3)]
    now = timezone.now()
    for days, coupon in zip((3, 1, 2), coupons, strict=True):
        Coupon.objects.filter(pk=coupon.pk).update(ends_at=now + timedelta(days=days))
    assert [each.ref for each in quoted(member, (sku, 1)).coupons] == [coupons[place].key for place in (1, 2, 0)]
    assert buy(member, (sku, 1)).total == 19_000
    assert state(coupons[1])[0] == USED
    rows = [
        Coupon(
            member=member,
            template=template,
            rule=template.rule(),
            starts_at=now,
            ends_at=now + timedelta(days=9),
            source="ISSUE",
            business_key=str(number),
        )
        for number in range(205)
    ]
    Coupon.objects.bulk_create(rows)
    assert len(quoted(member, (sku, 1)).coupons) == 200


def test_the_coupons_of_another_member_or_shop_are_unknown(member, other_shop):
    sku = make_sku(price=20_000)
    foreign = hold(make_member())
    with using_shop(other_shop):
        abroad = hold(make_member())
    for coupon in (foreign, abroad):
        code, detail = refusal(member, (sku, 1), coupons=[coupon])
        assert (code, detail) == ("coupon_unusable", {"coupon": coupon.key, "reason": "unknown", "missing": 0})
    assert state(foreign) == UNUSED
    with using_shop(other_shop):
        assert state(abroad) == UNUSED


def test_a_change_of_the_template_changes_no_coupon(member):
    sku = make_sku(price=20_000)
    coupon = hold(member)
    CouponTemplate.objects.update(value=9_000, threshold=0, state="ENDED")
    assert buy(member, (sku, 1)).total == 19_000
    assert state(coupon)[0] == USED


def test_cancelling_gives_it_back_once_and_only_its_own(member):
    sku = make_sku(price=20_000)
    coupon = hold(member)
    first = buy(member, (sku, 1))
    assert orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    assert state(coupon) == UNUSED
    second = buy(member, (sku, 1))
    assert not orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    assert state(coupon) == (USED, second.number)
    assert unsound() == {}


def test_a_refund_of_everything_gives_it_back_and_a_part_does_not(member):
    sku = make_sku(price=10_000)
    coupon = hold(member)
    order = paid(member, (sku, 3))
    assert refund(order, {1: 1}, "a") == 9_666
    assert state(coupon) == (USED, order.number)
    assert refund(order, {1: 2}, "b") == 29_000 - 9_666
    assert state(coupon) == UNUSED
    whole = paid(member, (sku, 2))
    orders.mark_refunded(whole, actor="test", note="退")
    assert state(coupon) == UNUSED
    assert unsound() == {}


def test_one_that_ended_meanwhile_comes_back_as_expired(member):
    sku = make_sku(price=20_000)
    coupon = hold(member)
    order = buy(member, (sku, 1))
    let_end(coupon)
    orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert state(coupon) == UNUSED
    assert list(Coupon.objects.of(member).usable()) == []
    assert list(Coupon.objects.of(member).expired()) == [coupon]
    assert quoted(member, (sku, 1)).coupons == ()


def expire(order):
    assert orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="system")


def test_money_that_comes_late_takes_the_coupon_again(member):
    sku = make_sku(price=20_000)
    coupon = hold(member)
    order = buy(member, (sku, 1))
    expire(order)
    assert orders.reopen(order, 19_000)
    assert state(coupon) == (USED, order.number)
    assert unsound() == {}


@pytest.mark.parametrize("gone", ["used", "over", "void"])
def test_money_that_comes_late_is_not_taken_when_the_coupon_is_gone(member, gone):
    sku = make_sku(price=20_000, stock=10)
    coupon = hold(member)
    order = buy(member, (sku, 1))
    expire(order)
    other = None
    if gone == "used":
        other = buy(member, (sku, 1), expected_total=19_000)
    elif gone == "over":
        let_end(coupon)
    else:
        void(coupon, note="误发")
    assert not orders.reopen(order, 19_000)
    order.refresh_from_db()
    assert order.state == "CANCELLED"
    assert state(coupon) == ((USED, other.number) if other else ("VOID" if gone == "void" else "UNUSED", ""))
    assert unsound() == {}


@pytest.mark.parametrize("is_used_elsewhere", [False, True])
def test_late_money_pays_with_the_coupon_or_goes_back_in_full(money, member, is_used_elsewhere):  # noqa: F811
    sku = make_sku(price=20_000, stock=10)
    coupon = hold(member)
    order = buy(member, (sku, 1))
    trade = money.pay(order)
    receipt = money.receipt(trade)
    expire(order)
    holder = buy(member, (sku, 1), expected_total=19_000) if is_used_elsewhere else order
    payment = settle(receipt)
    assert (payment.amount, payment.purpose) == (19_000, "RETURN" if is_used_elsewhere else "ORDER")
    if is_used_elsewhere:
        refund_row = Refund.objects.get(payment=payment)
        reconciling.send_refund(refund_row.pk)
        settle_refund(money.provider.query(trade.out_trade_no, refund_row.out_refund_no))
        assert money.book(trade) == (19_000, 19_000)
    assert Order.objects.get(pk=order.pk).state == ("CANCELLED" if is_used_elsewhere else "TO_SHIP")
    assert state(coupon) == (USED, holder.number)
    assert broken() == {}


def test_the_audit_notices(member):
    sku = make_sku(price=20_000)
    coupon, other = hold(member), hold(member, value=500)
    order = buy(member, (sku, 1))
    assert unsound() == {}
    wrongs = [
        lambda: CouponTemplate.objects.filter(pk=coupon.template_id).update(claimed=2),
        lambda: coupon.template.holdings.update(count=2),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(state="UNUSED", order="", used_at=None),
        lambda: Coupon.objects.filter(pk=other.pk).update(state="USED", order=order.number, used_at=timezone.now()),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(member=make_member()),
        lambda: Order.objects.filter(pk=order.pk).update(state="CANCELLED"),
        lambda: Coupon.objects.filter(pk=other.pk).update(source="CODE"),
    ]
    for wrong in wrongs:
        with transaction.atomic():
            wrong()
            assert unsound().get("I10", 0) >= 1, wrong
            transaction.set_rollback(True)
    assert unsound() == {}


def test_a_sandbox_member_has_none(api, shop):
    enter(api, shop, make_staff("a@example.com"))
    visitor = Member.everything.get(is_sandbox=True)
    visitor.address = make_address(visitor)
    coupon = hold(visitor)
    assert quoted(visitor, (make_sku(price=20_000), 1)).coupons == ()
    assert state(coupon) == UNUSED


def test_what_becomes_of_a_coupon_is_published_once(member):
    sku = make_sku(price=20_000, stock=10)
    one, other = (hold(member, is_stackable=True) for _ in range(2))
    order = buy(member, (sku, 1))
    for _twice in range(2):
        orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    both = sorted([one.key, other.key])
    told = {topic: events(topic) for topic in ("coupon.given", "coupon.used", "coupon.returned")}
    assert told["coupon.given"] == sorted((each.key, {"template": each.template.key}) for each in (one, other))
    assert told["coupon.used"] == told["coupon.returned"] == [(key, {"order": order.number}) for key in both]


def events(topic):
    """(coupon, what it names) of a topic's events, sorted."""
    return sorted(OutboxEvent.objects.filter(topic=topic).values_list("ref", "ids"))
