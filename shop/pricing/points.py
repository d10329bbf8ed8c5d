"""Points as a way of paying (docs/pricing.md §7)."""

from dataclasses import dataclass

from shop.core.money import allocate
from shop.pricing.rules import spread
from shop.pricing.values import Discount, Draft, Offer, PointsRule, Stage

TOOL = "points"


@dataclass(frozen=True, slots=True)
class Spent:
    """Points spent on a basket: what they take off, how many pay for each line, and the most that could be used."""

    discount: Discount
    used: tuple[int, ...]
    most: int


def spend(draft: Draft, rule: PointsRule) -> Spent:
    """Return what the points that the shopper names take off."""
    lines = frozenset(line for line in draft.open(Stage.POINTS, Offer(TOOL, "", "")) if draft.totals[line] > 0)
    goods = sum(draft.totals[line] for line in lines)
    most = min(goods * rule.most_share_bp // 10_000, sum(draft.totals) - 1, worth(rule.balance, rule))
    most = max(most, 0)
    fen = min(worth(rule.spent, rule), most)
    shares = spread(fen, draft, lines)
    used = allocate(needed(fen, rule), shares) if fen else [0] * len(draft.items)
    return Spent(Discount(TOOL, "", shares, lines=lines), tuple(used), needed(most, rule))


def worth(points: int, rule: PointsRule) -> int:
    """Return the fen that points are worth, rounded down."""
    return points * 100 // rule.per_yuan


def needed(fen: int, rule: PointsRule) -> int:
    """Return the fewest points that are worth so many fen."""
    return -(-fen * rule.per_yuan // 100)
