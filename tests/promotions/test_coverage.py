"""Every pair of our tools on one line, with every kind of refund: random baskets, priced by the tools' own rules.

The offers are those that the tools make of activities; where a tool reads the member's own things first (a bargain, a
group, a coupon), the offer is made of them as it does. docs/pricing.md §11 says what has to hold.
"""

from collections import Counter
from datetime import timedelta
from itertools import combinations
from random import Random

from django.utils import timezone

from shop.marketing.coupons.tool import rule_of
from shop.members.models import Member
from shop.pricing import member_price
from shop.pricing.quote import quote
from shop.pricing.refunds import share_of_units
from shop.pricing.rules import Scope
from shop.pricing.values import Freight, Item, Offer, PointsRule
from shop.promotions.contract import Context, Live, Priced
from shop.promotions.registry import tools
from shop.promotions.tree import Tree
from shop.promotions.unit_prices import price_offer

ROUNDS, LEAST = 4_000, 30
OWN_PRICE = ["add_on", "bargain", "bundle", "flash_sale", "group_buy"]
TIERED = ["full_reduction", "ladder_price"]
ALL = sorted([*OWN_PRICE, *TIERED, "coupon", "limited_discount", "member_price", "points"])
# A line is bought in one activity, and step 2 takes the better of its two.
NEVER = set(combinations(OWN_PRICE, 2)) | {("limited_discount", "member_price")}
MEMBER = member_price.MemberPrice()
FREIGHT = Freight(by_weight=False, first=1, first_fee=600, extra=1, extra_fee=100, free_over=9_900)
ENDS = timezone.now() + timedelta(days=1)


def live(tool, rule=None, items=(), scope=None):
    """An activity of a tool that shares its lines with everything."""
    return Live(
        1, tool, tool, tool, rule or {}, scope or Scope(), tool, 0, frozenset(), ENDS, "", None, 0, 0, 0, 0, 0, 0,
        {item.sku: item for item in items},
    )  # fmt: skip


def basket(random):
    """Up to five lines, some of them bought in activities of their own price: at most one activity of a tool."""
    prices = [random.choice([random.randint(2, 40), random.randint(100, 30_000)]) for _line in range(5)]
    items = [Item(sku, random.randint(1, 4), price) for sku, price in enumerate(prices[: random.randint(1, 5)], 1)]
    named = random.sample(OWN_PRICE, random.randint(0, min(2, len(items))))
    return [
        Item(item.sku, item.quantity, item.unit_price, product=item.sku,
             activity=(named[place], named[place]) if place < len(named) else None)
        for place, item in enumerate(items)
    ]  # fmt: skip


def own_price(random, tool, item):
    """The offer of the activity that one line names."""
    price = random.randint(1, item.unit_price)
    if tool in ("bargain", "group_buy"):
        return price_offer(live(tool), {item.sku: price})
    if tool == "bundle":
        priced = Priced(item.sku, details={"quantity": item.quantity})
        found = live(tool, {"price": price * item.quantity}, [priced])
    else:
        found = live(tool, {"threshold": 0}, [Priced(item.sku, price)])
    (offer,) = tools()[tool].offers(Context(Member(), (item,), (found,)))
    return offer


def limited(random, items):
    rows = [
        Priced(item.sku, random.randint(1, item.unit_price))
        if random.random() < 0.5
        else Priced(item.sku, details={"discount_bp": random.randint(1, 6_000)})
        for item in items
    ]
    return tools()["limited_discount"].offers(Context(Member(), tuple(items), (live("limited_discount", {}, rows),)))


def tiered(random, tool, items):
    tier = {"threshold": random.randint(1, 3), "share": random.randint(1, 5_000)}
    if tool == "full_reduction":
        tier = {"threshold": random.randint(1, 5_000), "minus": random.randint(1, 3_000)}
    rule = {"unit": "units" if tool == "ladder_price" else "fen", "tiers": [tier]}
    return tools()[tool].offers(Context(Member(), tuple(items), (live(tool, rule),)))


def coupon(random, number):
    stored = {
        "kind": random.choice(["FIXED", "PERCENT", "FREIGHT"]),
        "threshold": random.choice([0, 500]),
        "scope": {"all": True, "products": [], "categories": [], "without": []},
        "value": random.randint(1, 2_000),
        "share_bp": random.randint(1, 3_000),
        "cap": None,
    }
    return Offer("coupon", f"c{number}", "", rule_of(stored, Tree()), stacks=True)


def offered(random, items):
    """What runs for the basket: what its lines name, and some of everything else."""
    known, found = tools(), []
    for item in items:
        if item.activity:
            found.append((known[item.activity[0]], [own_price(random, item.activity[0], item)]))
    for tool in ("limited_discount", *TIERED, "coupon", "member_price"):
        if random.random() < 0.4:
            continue
        if tool == "member_price":
            found.append((MEMBER, [member_price.offer_for("金卡", random.randint(1, 3_000))]))
        elif tool == "coupon":
            found.append((known[tool], [coupon(random, number) for number in range(random.randint(1, 3))]))
        else:
            offers = limited(random, items) if tool == "limited_discount" else tiered(random, tool, items)
            found.append((known[tool], list(offers)))
    return found


def pairs(found):
    """The pairs of tools that share a line."""
    for place in range(len(found.lines)):
        yield from combinations(sorted({each.tool for each in found.discounts if each.shares[place]}), 2)


def sound(found):
    assert found.total == sum(line.total for line in found.lines) + found.freight >= 0
    for place, line in enumerate(found.lines):
        shares = [discount.shares[place] for discount in found.discounts]
        assert min(shares, default=0) >= 0
        assert line.total >= 0
        assert line.amount - sum(shares) == line.total


def back(line, parts):
    """What comes back of a line, refunded in parts of so many units, in fen."""
    gone, amount = 0, 0
    for units in parts:
        share = share_of_units(line.total, line.quantity, gone, amount, units)
        assert 0 <= share <= line.total - amount
        gone, amount = gone + units, amount + share
    return amount


def unit(random, lines):
    """One unit: never more than its part of the line, rounded up."""
    line = random.choice(lines)
    assert back(line, [1]) <= -(-line.total // line.quantity)


def whole_line(random, lines):
    line = random.choice(lines)
    assert back(line, [line.quantity]) == line.total


def everything(random, lines):
    """All lines, in random order and parts: exactly what was paid for them."""
    amount = 0
    for line in random.sample(lines, len(lines)):
        parts, left = [], line.quantity
        while left:
            parts.append(random.randint(1, left))
            left -= parts[-1]
        amount += back(line, parts)
    assert amount == sum(line.total for line in lines)


REFUNDS = {"none": lambda random, lines: None, "unit": unit, "line": whole_line, "everything": everything}


def test_every_pair_of_tools_meets_every_kind_of_refund():
    random = Random(20261123)
    seen = Counter()
    kinds = list(REFUNDS)
    for turn in range(ROUNDS):
        items = basket(random)
        points = PointsRule(100, 10_000, 10_000_000, random.choice([0, random.randint(1, 3_000)]))
        found = quote(items, FREIGHT, offered(random, items), coupons=None, points=points)
        sound(found)
        met, kind = set(pairs(found)), kinds[turn % len(kinds)]
        REFUNDS[kind](random, list(found.lines))
        seen.update((pair, kind) for pair in met)
    for (pair, kind), times in sorted(seen.items()):
        print(*pair, kind, times)
    assert {pair for pair, _kind in seen} & NEVER == set()
    wanted = set(combinations(ALL, 2)) - NEVER
    rare = {(pair, kind): seen[pair, kind] for pair in wanted for kind in kinds if seen[pair, kind] < LEAST}
    assert rare == {}


def test_the_table_names_every_tool_of_this_installation():
    assert set(ALL) - {"member_price", "points"} == set(tools())
