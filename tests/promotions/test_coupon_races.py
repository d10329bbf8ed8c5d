"""One coupon, one code, the last of a template, wanted by many at the same moment."""

from types import SimpleNamespace

import pytest
from django.db.models import F

from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.marketing.coupons.models import CodeTries, Coupon, CouponCode, CouponHolding, CouponTemplate
from shop.marketing.coupons.receivers import on_member_registered
from shop.marketing.coupons.services import claim, generate_codes, grouped, issue, redeem_code
from shop.orders import services as orders
from shop.orders.models import Order
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import buy, unsound
from tests.promotions.coupons import hold, make_template, state
from tests.race import Meeting, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race
ROUNDS = 20
THREADS = 30


@pytest.fixture
def buyer(committed_shop):  # noqa: F811
    ShopSettings.objects.update(most_unpaid=1_000)
    found = make_member()
    found.address = make_address(found)
    return found


def codes_of(results):
    """Codes of refusals → how many; anything else that went wrong is raised."""
    for each in results:
        if isinstance(each, Exception) and not isinstance(each, ShopError):
            raise each
    refusals = [each.code for each in results if isinstance(each, ShopError)]
    return {code: refusals.count(code) for code in refusals}


def often(function, times):
    """What `times` calls of a function gave or raised."""

    def run():
        found = []
        for _number in range(times):
            try:
                found.append(function())
            except ShopError as error:
                found.append(error)
        return found

    return run


def flat(results):
    for each in results:
        if isinstance(each, Exception):
            raise each
    return [found for each in results for found in each]


@pytest.mark.timeout(900)
def test_one_coupon_in_three_hundred_orders_is_used_once(committed_shop, buyer, rounds):  # noqa: F811
    sku = make_sku(price=20_000, stock=1_000)
    for turn in range(1, rounds + 1):
        coupon = hold(buyer)
        order = often(lambda coupon=coupon: buy(buyer, (sku, 1), coupons=[coupon.key]), 300 // THREADS)
        results = flat(together(committed_shop, *[order] * THREADS))
        placed = [each for each in results if isinstance(each, Order)]
        assert (len(placed), len(results), codes_of(results)) == (1, 300, {"coupon_unusable": 299})
        assert (state(coupon), Order.objects.count()) == (("USED", placed[0].number), turn)
    assert unsound() == {}


def test_one_coupon_again_and_again_by_orders_and_cancellations(committed_shop, buyer):  # noqa: F811
    sku = make_sku(price=20_000, stock=1_000)
    coupon, last = hold(buyer), None
    for _round in range(ROUNDS):
        order = [lambda: buy(buyer, (sku, 1), coupons=[coupon.key])] * 4
        cancel = [lambda last=last: orders.mark_cancelled(last, Order.CancelReason.MEMBER, actor="test")] * 2
        results = together(committed_shop, *order, *(cancel if last else []))
        placed = [each for each in results[:4] if isinstance(each, Order)]
        assert set(codes_of(results)) <= {"coupon_unusable"}
        assert results[4:].count(True) == bool(last)  # a double cancel gives it back once
        if last and not placed:  # every order came before the cancellation
            placed = [buy(buyer, (sku, 1), coupons=[coupon.key])]
        assert (len(placed), state(coupon)) == (1, ("USED", placed[0].number))
        last = placed[0]
    assert unsound() == {}


def test_control_looking_first_uses_it_twice(committed_shop, buyer):  # noqa: F811
    for _round in range(3):
        coupon, meeting, used = hold(buyer), Meeting(), []

        def naive(coupon=coupon, meeting=meeting, used=used):
            unused = Coupon.objects.get(pk=coupon.pk).state == "UNUSED"
            meeting.wait()
            if unused:
                Coupon.objects.filter(pk=coupon.pk).update(state="USED", order="1", used_at=F("starts_at"))
                used.append(1)

        together(committed_shop, naive, naive)
        assert sum(used) == 2


@pytest.mark.timeout(900)
def test_a_thousand_claims_of_a_hundred_give_a_hundred(committed_shop, rounds):  # noqa: F811
    members = [make_member() for _number in range(25)]
    for _round in range(rounds):
        template = make_template(total=100)
        calls = [often(lambda m=member, t=template: claim(m, t), 40) for member in members]
        results = flat(together(committed_shop, *calls))
        assert (len(results), codes_of(results)) == (1_000, {"coupon_gone": 900})
        template.refresh_from_db()
        assert (template.claimed, Coupon.objects.filter(template=template).count()) == (100, 100)
    assert unsound() == {}


def test_the_last_coupon_goes_to_one_of_many(committed_shop):  # noqa: F811
    members = [make_member() for _number in range(4)]
    for _round in range(ROUNDS):
        template = make_template(total=1)
        results = together(committed_shop, *[lambda m=m, t=template: claim(m, t) for m in members])
        assert codes_of(results) == {"coupon_gone": 3}
        template.refresh_from_db()
        assert (template.claimed, template.coupons.count(), template.holdings.count()) == (1, 1, 1)
    assert unsound() == {}


def test_who_may_have_one_gets_one(committed_shop):  # noqa: F811
    member = make_member()
    for _round in range(ROUNDS):
        template = make_template(most_per_member=1)
        results = together(committed_shop, *[lambda t=template: claim(member, t)] * 4)
        assert codes_of(results) == {"coupon_limit": 3}
        assert (template.coupons.count(), CouponHolding.objects.get(template=template).count) == (1, 1)
    assert unsound() == {}


def test_control_counting_first_gives_too_many(committed_shop):  # noqa: F811
    for _round in range(3):
        template, meeting, given = make_template(total=1), Meeting(), []

        def naive(template=template, meeting=meeting, given=given):
            found = CouponTemplate.objects.get(pk=template.pk)
            meeting.wait()
            if found.claimed < found.total:
                CouponTemplate.objects.filter(pk=template.pk).update(claimed=found.claimed + 1)
                given.append(1)

        together(committed_shop, naive, naive)
        assert sum(given) == 2


def test_one_code_typed_by_many_gives_one(committed_shop):  # noqa: F811
    template = make_template(given="CODE")
    members = [make_member() for _number in range(10)]
    for code in generate_codes(template, ROUNDS, batch="a"):
        text = grouped(code)
        calls = [often(lambda member=member, text=text: redeem_code(member, text), 5) for member in members]
        results = flat(together(committed_shop, *calls))
        assert (len(results), codes_of(results)) == (50, {"code_used": 49})
        assert CouponCode.objects.get(pk=code.pk).coupon.business_key == f"code:{code.pk}"
    assert (Coupon.objects.count(), set(CodeTries.objects.values_list("tries", flat=True))) == (ROUNDS, {0})
    assert unsound() == {}


def test_parallel_wrong_codes_are_counted(committed_shop):  # noqa: F811
    member = make_member()
    results = together(committed_shop, *[lambda: redeem_code(member, "WRONG")] * 25)
    assert codes_of(results) == {"code_unknown": 10, "too_many_requests": 15}


def test_control_looking_up_the_code_first_redeems_it_twice(committed_shop):  # noqa: F811
    template = make_template(given="CODE")
    for code in generate_codes(template, 3, batch="a"):
        meeting, given = Meeting(), []

        def naive(code=code, meeting=meeting, given=given):
            is_free = CouponCode.objects.get(pk=code.pk).coupon is None
            meeting.wait()
            if is_free:
                given.append(1)

        together(committed_shop, naive, naive)
        assert sum(given) == 2


def test_issuing_and_welcoming_at_once_give_once(committed_shop):  # noqa: F811
    for round_number in range(ROUNDS):
        given = make_template(given="ISSUE", total=3)
        newcomers = make_template(given="REGISTER", claim_until=None, most_per_member=1)
        members = [make_member() for _number in range(3)]
        pks = [member.pk for member in members]
        issues = [lambda t=given, p=pks, k=str(round_number): issue(t, p, key=k)] * 3
        event = SimpleNamespace(ref=members[0].key)
        events = [lambda e=event: on_member_registered(e)] * 3
        results = together(committed_shop, *issues, *events)
        assert codes_of(results) == {}
        assert sorted(results[:3]) == [0, 0, 3]
        assert (given.coupons.count(), newcomers.coupons.count()) == (3, 1)
        CouponTemplate.objects.filter(pk=newcomers.pk).update(state="ENDED")
    assert unsound() == {}


def test_late_money_and_another_order_share_one_coupon(committed_shop, buyer):  # noqa: F811
    sku = make_sku(price=20_000, stock=1_000)
    for _round in range(ROUNDS):
        coupon = hold(buyer)
        late = buy(buyer, (sku, 1), coupons=[coupon.key])
        orders.mark_cancelled(late, Order.CancelReason.EXPIRED, actor="system")
        again = [lambda o=late: orders.reopen(o, 19_000)] * 2
        results = together(committed_shop, *again, lambda c=coupon: buy(buyer, (sku, 1), coupons=[c.key]))
        codes_of(results)
        taken_up, bought = results[:2].count(True), isinstance(results[2], Order)
        assert taken_up + bought == 1
        assert state(coupon) == ("USED", results[2].number if bought else late.number)
    assert unsound() == {}
