"""The worked examples of docs/pricing.md §12, and the sentences of §4 to §8, one by one."""

from dataclasses import replace

import pytest

from shop.pricing.quote import CouponsNotCombinable, CouponUnusable, quote
from shop.pricing.rules import UNITS, Scope, Tiered, share_off
from shop.pricing.values import Freight, Offer, Perk, PointsRule, Stage, Tier
from tests.pricing.tools import (
    COUPONS,
    FLASH,
    FREE,
    FREIGHT,
    LADDER,
    LIMITED,
    MEMBER,
    REDUCTION,
    Price,
    item,
    minus,
    only,
)

TEN = Freight(by_weight=False, first=1, first_fee=1_000, extra=1, extra_fee=0, free_over=None)


def totals(priced):
    return [line.total for line in priced.lines]


def reasons(priced):
    return {miss.ref: (miss.reason, miss.missing, miss.unit) for miss in priced.misses}


def test_a_largest_remainder():
    basket = [item(1, 333, 3), item(2, 1_000), item(3, 1)]
    priced = quote(basket, FREE, [(REDUCTION, [minus(REDUCTION, "r", 2_000, 100)])])
    assert [each.shares for each in priced.discounts] == [(50, 50, 0)]
    assert (totals(priced), priced.total) == ([949, 950, 1], 1_900)


def test_b_the_better_of_two_prices():
    basket = [item(1, 1_990, 2)]
    member = (MEMBER, [Offer("member_price", "", "会员价", Price(1, share_off(1_990, 500)))])
    limited = Offer("limited_discount", "l", "限时", Price(1, 1_950))
    priced = quote(basket, FREE, [member, (LIMITED, [limited])])
    assert ([each.tool for each in priced.discounts], priced.total) == (["member_price"], 3_980 - 198)
    assert reasons(priced)["l"] == ("better_offer", 0, "")
    cheaper = replace(limited, rule=Price(1, 1_500, units=1))
    priced = quote(basket, FREE, [member, (LIMITED, [cheaper])])
    assert ([each.tool for each in priced.discounts], priced.total) == (["limited_discount"], 1_500 + 1_990)


def test_c_groups():
    offers = [minus(REDUCTION, "all", 10_000, 1_000), minus(REDUCTION, "a", 5_000, 800, scope=only(1))]
    priced = quote([item(1, 6_000), item(2, 5_000)], FREE, [(REDUCTION, offers)])
    assert [(each.ref, each.saved) for each in priced.discounts] == [("all", 1_000)]
    assert reasons(priced) == {"a": ("better_offer", 0, "")}
    priced = quote([item(1, 6_000), item(2, 3_000)], FREE, [(REDUCTION, offers)])
    assert [(each.ref, each.shares) for each in priced.discounts] == [("a", (800, 0))]
    assert reasons(priced) == {"all": ("threshold", 1_000, "fen")}


def test_d_coupon_and_freight():
    rule = replace(TEN, free_over=9_900)
    offered = [(COUPONS, [minus(COUPONS, "c", 0, 500)])]
    priced = quote([item(1, 10_000)], rule, offered, coupons=None)
    assert (priced.total, priced.best, priced.coupons[0].saves) == (10_000, (), -500)
    assert quote([item(1, 10_000)], rule, offered, coupons=["c"]).total == 10_500


def test_e_points():
    rule = PointsRule(per_yuan=100, most_share_bp=5_000, balance=70_000, spent=900)
    priced = quote([item(1, 1_001), item(2, 500)], FREE, points=rule)
    assert [line.points_used for line in priced.lines] == [500, 250]
    assert (totals(priced), priced.points_used, priced.points_most) == ([501, 250], 750, 750)


def test_f_one_fen_is_left():
    offered = [(COUPONS, [minus(COUPONS, "c", 0, 500)])]
    priced = quote([item(1, 300)], FREE, offered, coupons=["c"])
    assert (priced.total, priced.discount) == (1, 299)


def test_points_are_the_fewest_that_are_worth_it():
    """§7: 30 points are worth ¥1, so 1,001 points are worth 3,336 fen, for which 1,001 are needed and 1,000 too few."""
    rule = PointsRule(per_yuan=30, most_share_bp=10_000, balance=5_000, spent=1_001)
    priced = quote([item(1, 100_000)], FREE, points=rule)
    assert (priced.discount, priced.points_used) == (3_336, 1_001)
    priced = quote([item(1, 100_000)], FREE, points=replace(rule, spent=1))
    assert (priced.discount, priced.points_used) == (3, 1)


def test_a_line_of_an_activity_takes_part_in_points_only():
    basket = [item(1, 1_000, activity=("flash_sale", "f")), item(2, 1_000)]
    flash = Offer(
        "flash_sale", "f", "秒杀", Price(1, 100), excludes=frozenset({Stage.PRICE, Stage.REDUCTION, Stage.COUPON})
    )
    offered = [
        (FLASH, [flash]),
        (REDUCTION, [minus(REDUCTION, "r", 1_000, 200)]),
        (COUPONS, [minus(COUPONS, "c", 0, 50)]),
    ]
    points = PointsRule(per_yuan=100, most_share_bp=10_000, balance=100, spent=85)
    priced = quote(basket, FREE, offered, coupons=["c"], points=points)
    assert totals(priced) == [100 - 10, 750 - 75]
    assert [(each.tool, each.shares) for each in priced.discounts] == [
        ("flash_sale", (900, 0)),
        ("full_reduction", (0, 200)),
        ("coupons", (0, 50)),
        ("points", (10, 75)),
    ]


def test_an_activity_may_be_shared():
    basket = [item(1, 1_000, activity=("flash_sale", "f"))]
    flash = Offer("flash_sale", "f", "秒杀", Price(1, 800), excludes=frozenset({Stage.PRICE}))
    offered = [(FLASH, [flash]), (REDUCTION, [minus(REDUCTION, "r", 800, 200)])]
    assert quote(basket, FREE, offered).total == 600


def test_offers_that_exclude_coupons_close_their_lines():
    basket = [item(1, 1_000), item(2, 1_000)]
    alone = minus(REDUCTION, "r", 500, 100, scope=only(1), excludes=frozenset({Stage.COUPON}))
    priced = quote(basket, FREE, [(REDUCTION, [alone]), (COUPONS, [minus(COUPONS, "c", 1_500, 50)])])
    assert (priced.coupons[0].refused, priced.coupons[0].missing) == ("threshold", 500)
    priced = quote(basket[:1], FREE, [(REDUCTION, [alone]), (COUPONS, [minus(COUPONS, "c", 0, 50)])])
    assert priced.coupons[0].refused == "excluded"


def test_a_coupon_that_excludes_reduced_lines():
    basket = [item(1, 1_000), item(2, 1_000)]
    coupon = minus(COUPONS, "c", 0, 900, excludes=frozenset({Stage.REDUCTION}))
    offered = [(REDUCTION, [minus(REDUCTION, "r", 500, 100, scope=only(1))]), (COUPONS, [coupon])]
    priced = quote(basket, FREE, offered, coupons=["c"])
    assert totals(priced) == [900, 100]


def test_an_offer_that_excludes_its_own_stage_keeps_other_groups_away():
    basket = [item(1, 1_000)]
    ladder = minus(LADDER, "l", 0, 100)
    reduction = minus(REDUCTION, "r", 0, 200)
    assert quote(basket, FREE, [(REDUCTION, [reduction]), (LADDER, [ladder])]).total == 700
    closed = replace(reduction, excludes=frozenset({Stage.REDUCTION}))
    priced = quote(basket, FREE, [(REDUCTION, [closed]), (LADDER, [ladder])])
    assert (priced.total, reasons(priced)["l"][0]) == (800, "excluded")


def test_the_tier_that_saves_most_holds_and_the_next_is_told():
    tiers = (Tier(1_000, minus=100), Tier(2_000, share=1_000, cap=150), Tier(3_000, minus=500))
    offer = Offer("full_reduction", "r", "", Tiered(Scope(), tiers))
    priced = quote([item(1, 2_500)], FREE, [(REDUCTION, [offer])])
    assert (priced.discount, reasons(priced)) == (150, {"r": ("threshold", 500, "fen")})


def test_units_decide_a_ladder():
    tiers = (Tier(2, share=1_000), Tier(3, share=2_000))
    offer = Offer("ladder", "l", "", Tiered(only(1), tiers, unit=UNITS))
    priced = quote([item(1, 999, 2), item(2, 500)], FREE, [(LADDER, [offer])])
    assert (priced.discounts[0].shares, reasons(priced)) == ((199, 0), {"l": ("threshold", 1, "units")})


def test_a_tier_repeats_up_to_its_limit():
    offer = Offer("full_reduction", "r", "", Tiered(Scope(), (Tier(1_000, minus=100),), times=3))
    assert quote([item(1, 2_999)], FREE, [(REDUCTION, [offer])]).discount == 200
    assert quote([item(1, 9_999)], FREE, [(REDUCTION, [offer])]).discount == 300


def test_a_gift_is_a_line_of_its_own_that_costs_nothing():
    gift = item(9, 350, 2)
    offer = Offer("full_reduction", "r", "", Tiered(Scope(), (Tier(1_000, minus=100, gifts=(gift,)),)))
    by_piece = replace(TEN, extra_fee=300)
    priced = quote([item(1, 1_000), item(2, 1_000)], by_piece, [(REDUCTION, [offer])], earned_per_yuan=1)
    last = priced.lines[-1]
    assert (last.sku, last.is_gift, last.amount, last.discount, last.total, last.points_earned) == (
        9,
        True,
        700,
        700,
        0,
        0,
    )
    assert priced.discounts[0].shares == (50, 50, 700)
    assert (priced.subtotal, priced.discount, priced.freight, priced.total) == (2_700, 800, 1_900, 3_800)
    assert [line.points_earned for line in priced.lines] == [9, 9, 0]


def test_free_freight_as_a_perk_and_then_a_coupon_for_the_freight():
    perk = Offer("full_reduction", "r", "", Tiered(Scope(), (Tier(1_000, perks=(Perk("free_freight"),)),)))
    coupon = Offer("freight_coupons", "f", "", 600)
    priced = quote([item(1, 900)], TEN, [(REDUCTION, [perk]), (FREIGHT, [coupon])], coupons=None)
    assert (priced.freight, priced.freight_discounts) == (400, (("freight_coupons", "f", 600),))
    assert (priced.best, priced.coupons[0].saves) == (("f",), 600)
    priced = quote([item(1, 1_000)], TEN, [(REDUCTION, [perk]), (FREIGHT, [coupon])], coupons=None)
    assert (priced.freight, priced.freight_discounts) == (0, (("full_reduction", "r", 1_000),))
    assert (priced.best, priced.coupons[0].refused) == ((), "saves_nothing")


def test_freight_is_free_by_the_goods_before_points():
    rule = replace(TEN, free_over=1_000)
    points = PointsRule(per_yuan=100, most_share_bp=10_000, balance=10_000, spent=500)
    assert quote([item(1, 1_000)], rule, points=points).total == 500


def test_coupons_that_do_not_stack_are_used_alone():
    offers = [minus(COUPONS, "a", 0, 100), minus(COUPONS, "b", 0, 150), minus(COUPONS, "c", 0, 90, stacks=True)]
    offers.append(minus(COUPONS, "d", 0, 80, stacks=True))
    priced = quote([item(1, 1_000)], FREE, [(COUPONS, offers)], coupons=None)
    assert (priced.best, priced.total) == (("c", "d"), 830)
    with pytest.raises(CouponsNotCombinable):
        quote([item(1, 1_000)], FREE, [(COUPONS, offers)], coupons=["b", "c"])


def test_a_coupon_that_takes_nothing_off_beside_the_others_is_refused():
    offers = [Offer(FREIGHT.code, name, "", 1_000, stacks=True) for name in ("x", "y")]
    assert quote([item(1, 900)], TEN, [(FREIGHT, offers)], coupons=["x"]).total == 900
    with pytest.raises(CouponUnusable) as refused:
        quote([item(1, 900)], TEN, [(FREIGHT, offers)], coupons=["x", "y"])
    assert (refused.value.answer.ref, refused.value.answer.refused) == ("y", "saves_nothing")
    assert len(quote([item(1, 900)], TEN, [(FREIGHT, offers)], coupons=None).best) == 1


def test_of_equal_coupons_the_one_that_ends_first_is_used():
    offers = [minus(COUPONS, "a", 0, 100, ends="2026-12-31"), minus(COUPONS, "b", 0, 100, ends="2026-12-01")]
    assert quote([item(1, 1_000)], FREE, [(COUPONS, offers)], coupons=None).best == ("b",)


def test_a_coupon_that_cannot_be_used_says_why():
    offers = [
        minus(COUPONS, "more", 5_000, 100),
        minus(COUPONS, "other", 0, 100, scope=only(7)),
        minus(COUPONS, "later", 0, 100, refused="not_started"),
    ]
    priced = quote([item(1, 1_000)], FREE, [(COUPONS, offers)], coupons=None)
    assert {each.ref: (each.refused, each.missing) for each in priced.coupons} == {
        "more": ("threshold", 4_000),
        "other": ("out_of_scope", 0),
        "later": ("not_started", 0),
    }
    assert priced.total == 1_000
    with pytest.raises(CouponUnusable) as refused:
        quote([item(1, 1_000)], FREE, [(COUPONS, offers)], coupons=["more"])
    assert refused.value.answer.missing == 4_000


@pytest.mark.parametrize(("quantity", "price"), [(0, 1), (-1, 1), (1, 0), (1, -5)])
def test_nothing_without_a_quantity_and_a_price(quantity, price):
    with pytest.raises(ValueError, match="at least 1"):
        quote([item(1, price, quantity)], FREE)
