"""What the tools share: thresholds, tiers and the sharing-out of what they take off (docs/pricing.md §3 to §5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from shop.core.money import allocate
from shop.pricing.values import Discount, Draft, Finding, Item, Miss, Offer, Stage, Tier

FEN, UNITS = "fen", "units"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which items an offer is for: all, some products or categories, less those that are left out."""

    is_all: bool = True
    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    without: frozenset[int] = frozenset()  # products

    def holds(self, item: Item) -> bool:
        """Return whether the item is meant."""
        named = self.is_all or item.product in self.products or bool(item.categories & self.categories)
        return named and item.product not in self.without


@dataclass(frozen=True, slots=True)
class Tiered:
    """Tiers over an amount (unit fen) or a number of units; the one tier of a rule that repeats holds `times` times."""

    scope: Scope
    tiers: tuple[Tier, ...]
    unit: str = FEN
    times: int = 1


def spread(amount: int, draft: Draft, lines: Collection[int]) -> tuple[int, ...]:
    """Return the shares by line of `amount` fen over `lines`, in proportion to their totals (§3.2)."""
    if not lines:
        return (0,) * len(draft.items)
    return tuple(allocate(amount, [total if line in lines else 0 for line, total in enumerate(draft.totals)]))


def spare(draft: Draft, lines: Collection[int]) -> int:
    """Return the most that may be taken off these lines: all of them, but 1 fen of the goods stays (§3.3)."""
    return max(min(sum(draft.totals[line] for line in lines), sum(draft.totals) - 1), 0)


def apply_tiers(draft: Draft, stage: Stage, offer: Offer, rule: Tiered) -> list[Finding]:
    """Return what a tiered offer takes off, and what it lacks up to its next tier."""
    open_lines = draft.open(stage, offer)
    meant = {line for line, item in enumerate(draft.items) if rule.scope.holds(item)}
    lines = frozenset(line for line in meant & open_lines if draft.totals[line] > 0)
    if not lines:
        return [_miss(offer, "excluded" if meant else "out_of_scope")]
    entry = sum(draft.entries[line] for line in lines)
    reach = entry if rule.unit == FEN else sum(draft.items[line].quantity for line in lines)
    found: list[Finding] = []
    reached = [_times(tier, reach, rule.times) for tier in rule.tiers if tier.threshold <= reach]
    if reached:
        best = max(reached, key=lambda tier: (_worth(tier, entry), tier.threshold))
        off = min(_worth(best, entry), spare(draft, lines))
        found.append(_discount(offer, spread(off, draft, lines), best, lines))
    if further := [tier.threshold for tier in rule.tiers if tier.threshold > reach]:
        nearest = min(further)
        missed = replace(_miss(offer, "threshold"), missing=nearest - reach, unit=rule.unit, threshold=nearest)
        found.append(missed)
    return found


def _times(tier: Tier, reach: int, most: int) -> Tier:
    """Return the tier as often as its threshold fits into `reach`, `most` times at most."""
    count = min(reach // tier.threshold, most) if tier.threshold else 1
    if count <= 1:
        return tier
    gifts = tuple(replace(gift, quantity=gift.quantity * count) for gift in tier.gifts)
    perks = tuple(replace(perk, quantity=perk.quantity * count) for perk in tier.perks)
    return replace(tier, minus=tier.minus * count, gifts=gifts, perks=perks)


def _worth(tier: Tier, entry: int) -> int:
    share = entry * tier.share // 10_000
    return tier.minus + (share if tier.cap is None else min(share, tier.cap))


def _discount(offer: Offer, shares: Sequence[int], tier: Tier, lines: frozenset[int]) -> Discount:
    return Discount(offer.tool, offer.ref, tuple(shares), offer.title, gifts=tier.gifts, perks=tier.perks, lines=lines)


def _miss(offer: Offer, reason: str) -> Miss:
    return Miss(offer.tool, offer.ref, offer.title, reason)


def unit_price(draft: Draft, offer: Offer, line: int, price: int, *, units: int | None = None) -> Discount:
    """Return what a price of `price` fen per unit (at least 1) takes off a line, for at most `units` of it (§3.1)."""
    quantity = draft.items[line].quantity
    count = quantity if units is None else max(min(units, quantity), 0)
    off = max(price_now(draft, line) - max(price, 1), 0) * count
    shares = tuple(off if place == line else 0 for place in range(len(draft.items)))
    return Discount(offer.tool, offer.ref, shares, offer.title, lines=frozenset({line}), uses=count)


def price_now(draft: Draft, line: int) -> int:
    """Return what a unit of a line cost when the step began; an activity may have made it cheaper."""
    return draft.entries[line] // draft.items[line].quantity


def share_off(price: int, basis_points: int) -> int:
    """Return a unit price less a share, which is rounded down to the fen (§3.1); at least 1."""
    return max(price - price * basis_points // 10_000, 1)
