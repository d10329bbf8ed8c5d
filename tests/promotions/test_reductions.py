"""Reductions over several lines: tiers, gifts, perks, what is missing; ladders beside them."""

import pytest

from shop.catalog.models import Category
from shop.core import rewards
from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine, OrderPromotion
from shop.orders.presentation import quote_json
from shop.promotions.models import Perk
from shop.promotions.tiers import check_tiers
from shop.promotions.wording import tiers_in_words
from tests.factories import make_sku
from tests.promotions.activities import attempt, buy, make_activity, paid, quoted, refund, request_of, unsound


def reduction(*tiers, tool="full_reduction", gifts=(), **fields):
    rule = {"tiers": list(tiers), "gifts": list(gifts), **fields.pop("rule", {})}
    return make_activity(tool, rule=rule, scope=fields.pop("scope", {"all": True}), **fields)


def tier(threshold, minus=0, **more):
    return {"threshold": threshold, "minus": minus, **more}


def test_the_best_tier_is_shared_out_to_the_fen_and_the_next_one_is_told(member):
    lines = [make_sku(price=333), make_sku(price=1_000), make_sku(price=1)]
    further = tier(3_000, 200, perks=[{"kind": "free_freight"}])
    activity = reduction(tier(2_000, 100), further, title="满减", summary="满 20 元减 1 元")
    order = buy(member, (lines[0], 3), (lines[1], 1), (lines[2], 1))
    # The worked example A of docs/pricing.md §12.
    assert [line.discount for line in order.lines.all()] == [50, 50, 0]
    assert order.total == 1_900
    basket = orders.preview(member, request_of(member, (lines[0], 3), (lines[1], 1), (lines[2], 1)))
    assert quote_json(member, request_of(member, (lines[0], 1)), basket)["misses"] == [
        {
            "tool": "full_reduction",
            "key": activity.key,
            "title": "满减",
            "reason": "threshold",
            "message": "还差 ¥10.00",
            "missing": 1_000,
            "unit": "fen",
            "gain": "减 2 元、包邮",
            "summary": "满 20 元减 1 元",
        }
    ]


def test_a_preview_says_of_every_line_what_took_how_much_off_it(member):
    cup, tea = make_sku(price=1_000), make_sku(price=2_000)
    sale = make_activity(items=[(cup, {"price": 600})], title="限时")
    off = reduction(tier(2_000, 260), title="满减")
    wanted = request_of(member, (cup, 1), (tea, 1))
    answer = quote_json(member, wanted, orders.preview(member, wanted))
    limited = {"tool": "limited_discount", "key": sale.key, "title": "限时", "amount": 400}
    reduced = {"tool": "full_reduction", "key": off.key, "title": "满减"}
    assert [line["promotions"] for line in answer["lines"]] == [
        [limited, {**reduced, "amount": 60}],
        [{**reduced, "amount": 200}],
    ]
    assert [sum(each["amount"] for each in line["promotions"]) for line in answer["lines"]] == [
        line["discount"] for line in answer["lines"]
    ]


def test_all_matching_reductions_are_looked_at_and_the_best_wins(member):
    sku = make_sku(price=10_000)
    reduction(tier(100, 10), title="小")
    best = reduction(tier(5_000, 1_000), title="大")
    assert [(each.ref, each.saved) for each in quoted(member, (sku, 1)).discounts] == [(best.key, 1_000)]


def test_a_scope_of_categories_holds_for_those_below_and_not_for_products_left_out(member):
    sku, other, out = make_sku(price=1_000), make_sku(price=1_000), make_sku(price=1_000)
    top = Category.objects.create(name="食品")
    below = Category.objects.create(name="茶", parent=top)
    for each in (sku, out):
        each.product.category = below
        each.product.save()
    reduction(tier(500, 100), scope={"all": False, "categories": [top.pk], "without": [out.product_id]})
    priced = quoted(member, (sku, 1), (other, 1), (out, 1))
    assert [line.discount for line in priced.lines] == [100, 0, 0]


def test_a_repeating_reduction_holds_as_often_as_it_fits(member):
    sku = make_sku(price=1_000)
    reduction(tier(1_000, 90), rule={"times": 3})
    assert [quoted(member, (sku, count)).total for count in (1, 2, 5)] == [910, 1_820, 4_730]


def test_a_gift_is_a_line_of_its_own_that_holds_stock_and_goes_back_with_the_rest(member):
    sku, cup = make_sku(price=1_000), make_sku(price=300, stock=2)
    reduction(tier(1_000, gifts=[{"sku": cup.pk, "quantity": 1}]), gifts=[cup.pk])
    order = paid(member, (sku, 2))
    rows = list(order.lines.values_list("sku", "quantity", "amount", "discount", "total", "is_gift"))
    assert rows == [(sku.pk, 2, 2_000, 0, 2_000, False), (cup.pk, 1, 300, 300, 0, True)]
    assert (order.total, OrderPromotion.objects.get().amount, cup.stock_items.get().on_hand) == (2_000, 300, 1)
    assert refund(order, {1: 1}, "first") == 1_000
    assert cup.stock_items.get().on_hand == 1  # it stays while something of the order does
    assert refund(order, {1: 1}, "rest") == 1_000
    assert (cup.stock_items.get().on_hand, OrderLine.objects.get(is_gift=True).refunded_quantity) == (2, 1)
    assert Order.objects.get().state == Order.State.CANCELLED
    assert unsound() == {}


def test_a_gift_beside_the_same_sku_bought_is_held_once_with_both(member):
    sku = make_sku(price=1_000, stock=4)
    reduction(tier(1_000, gifts=[{"sku": sku.pk, "quantity": 1}]), gifts=[sku.pk])
    order = buy(member, (sku, 3))
    assert sku.stock_items.get().reserved == 4
    orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert sku.stock_items.get().reserved == 0
    assert unsound() == {}


def test_a_gift_that_is_sold_out_is_left_out(member):
    sku, cup = make_sku(price=1_000), make_sku(price=300, stock=0)
    reduction(tier(1_000, 50, gifts=[{"sku": cup.pk, "quantity": 1}]), gifts=[cup.pk])
    order = buy(member, (sku, 1))
    assert (order.lines.count(), order.total) == (1, 950)


def test_what_several_activities_give_of_a_sku_is_one_line(member):
    sku, cup = make_sku(price=1_000), make_sku(price=300, stock=5)
    gives = {"gifts": [{"sku": cup.pk, "quantity": 1}, {"sku": cup.pk, "quantity": 1}]}
    reduction(tier(1_000, 100, **gives), gifts=[cup.pk])
    reduction(tier(900, 90, gifts=[{"sku": cup.pk, "quantity": 1}]), gifts=[cup.pk], tool="ladder_price")
    order = paid(member, (sku, 1))
    assert list(order.lines.values_list("sku", "quantity", "discount", "total")) == [
        (sku.pk, 1, 190, 810),
        (cup.pk, 3, 900, 0),
    ]
    shares = OrderPromotion.objects.filter(line__is_gift=True).order_by("tool").values_list("tool", "amount")
    assert list(shares) == [("full_reduction", 600), ("ladder_price", 300)]
    assert refund(order, {1: 1}, "all") == 810
    assert cup.stock_items.get().on_hand == 5
    assert unsound() == {}


def test_the_last_unit_of_a_sku_is_sold_before_it_is_given(member):
    sku = make_sku(price=1_000, stock=1)
    reduction(tier(1_000, 50, gifts=[{"sku": sku.pk, "quantity": 1}]), gifts=[sku.pk])
    order = buy(member, (sku, 1))
    assert (order.lines.count(), order.total) == (1, 950)


def test_the_last_unit_of_a_gift_is_given_once(member):
    sku, cup = make_sku(price=1_000), make_sku(price=300, stock=1)
    for tool, minus in (("full_reduction", 100), ("ladder_price", 90)):
        reduction(tier(900, minus, gifts=[{"sku": cup.pk, "quantity": 1}]), gifts=[cup.pk], tool=tool)
    order = buy(member, (sku, 1))
    assert (order.total, order.lines.get(is_gift=True).quantity) == (810, 1)
    assert unsound() == {}


def test_units_of_an_activitys_own_stock_leave_the_gifts_alone(member):
    sku = make_sku(price=1_000, stock=3)
    session = make_activity("flash_sale", items=[(sku, {"price": 500, "units": 2})], has_stock=True, excludes=[2, 4])
    reduction(tier(500, 50, gifts=[{"sku": sku.pk, "quantity": 1}]), gifts=[sku.pk])
    order = buy(member, (sku, 1), activity=session)
    assert sorted(order.lines.values_list("bucket", "is_gift", "total")) == [("", True, 0), (session.key, False, 450)]
    assert unsound() == {}


def test_freight_free_of_charge_is_a_discount_without_a_line(member):
    from shop.pricing.models import FreightRule

    FreightRule.objects.update(first_fee=800, extra_fee=0)
    sku = make_sku(price=1_000)
    reduction(tier(2_000, perks=[{"kind": "free_freight"}]))
    order = buy(member, (sku, 2))
    assert (order.freight, order.total) == (0, 2_000)
    assert list(OrderPromotion.objects.values_list("line", "tool", "amount")) == [(None, "full_reduction", 800)]
    assert buy(member, (sku, 1)).total == 1_800
    assert unsound() == {}


def test_points_promised_by_an_order_come_when_it_is_complete_once(member):
    from types import SimpleNamespace

    from shop.ledgers.models import Account
    from shop.promotions.receivers import on_order_completed

    sku = make_sku(price=1_000)
    reduction(tier(1_000, perks=[{"kind": "points", "quantity": 66}]))
    order = paid(member, (sku, 1))
    assert (Perk.objects.get().quantity, Account.objects.count()) == (66, 0)
    for _times in range(2):
        on_order_completed(SimpleNamespace(ref=order.number))
    assert Account.objects.get(member=member).balance == 66
    assert not rewards.grant("nothing known", member.pk, {}, "x")
    assert unsound() == {}


def test_a_ladder_by_units_and_a_reduction_follow_each_other(member):
    sku = make_sku(price=1_000)
    reduction(tier(2, share=1_000), tier(3, share=2_000), tool="ladder_price", rule={"unit": "units"})
    assert [quoted(member, (sku, count)).total for count in (1, 2, 3)] == [1_000, 1_800, 2_400]
    reduction(tier(2_400, 400))
    # Groups in the order of their names: full_reduction first, on 3,000, then the ladder on 2,600.
    assert quoted(member, (sku, 3)).total == 2_600 - 520


def test_an_activity_that_does_not_share_coupons_closes_its_lines_to_them(member):
    sku = make_sku(price=1_000)
    make_activity(items=[(sku, {"price": 900})], excludes=[3])
    reduction(tier(500, 100))
    priced = quoted(member, (sku, 1))
    assert (priced.total, [miss.reason for miss in priced.misses]) == (900, ["excluded"])


@pytest.mark.parametrize(
    "rule",
    [
        {"tiers": []},
        {"tiers": [tier(100)]},
        {"tiers": [tier(100, 100)]},
        {"tiers": [tier(200, 10), tier(100, 20)]},
        {"tiers": [tier(100, 20), tier(200, 10)]},
        {"tiers": [tier(100, 10), tier(200, 20)], "times": 2},
        {"tiers": [tier(100, 10, share=100)]},
        {"tiers": [tier(100, 10, perks=[{"kind": "gold"}])]},
        {"tiers": [tier(100, gifts=[{"sku": 1, "quantity": 0}])]},
    ],
)
def test_a_rule_that_nobody_would_understand_is_refused(rule, shop):
    with pytest.raises(ShopError) as refused:
        check_tiers(rule)
    assert refused.value.code == "rule_invalid"


def test_a_rule_in_words(shop):
    rule = {"tiers": [tier(10_000, 1_000), tier(19_990, 2_550, perks=[{"kind": "free_freight"}])]}
    assert tiers_in_words(rule) == "满 100 元减 10 元，满 199.9 元减 25.5 元、包邮"
    ladder = {"unit": "units", "tiers": [tier(2, share=1_000), tier(3, share=1_550, cap=5_000)]}
    assert tiers_in_words({"times": 3, "tiers": [tier(10_000, 1_000)]}) == "每满 100 元减 10 元，最多 3 次"
    assert tiers_in_words(ladder) == "满 2 件打 9 折，满 3 件打 8.45 折（最多减 50 元）"


def test_the_limit_of_an_activity_counts_orders(member):
    sku = make_sku(price=1_000)
    reduction(tier(500, 100), most_per_member=1)
    assert buy(member, (sku, 1)).total == 900
    with pytest.raises(ShopError):
        attempt(member, (sku, 1), expected_total=900)
    assert quoted(member, (sku, 1)).total == 1_000
