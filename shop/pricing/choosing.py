"""Which of the shopper's coupons to use: the valid set with the lowest total to pay (docs/pricing.md §6)."""

from collections.abc import Callable, Sequence
from itertools import combinations

from shop.pricing.values import Offer

MOST_COUPONS = 6
MOST_TRIED = 24  # of more coupons that stack; each of them is priced many times

Chosen = tuple[Offer, ...]
Price = Callable[[Chosen], int | None]


def combinable(offers: Sequence[Offer]) -> bool:
    """Return whether these coupons may be used in one order."""
    return len(offers) <= 1 or (len(offers) <= MOST_COUPONS and all(offer.stacks for offer in offers))


def choose(usable: Sequence[Offer], price: Price) -> Chosen:
    """Return the set of coupons with the lowest `price` (None: the set is not valid), none of them if that is it."""
    ordered = sorted(usable, key=lambda offer: (offer.ends or "~", offer.tool, offer.ref))
    stacking = [offer for offer in ordered if offer.stacks]
    candidates: list[Chosen] = [(), *((offer,) for offer in ordered)]
    if len(stacking) <= MOST_COUPONS:
        candidates += [some for count in range(2, len(stacking) + 1) for some in combinations(stacking, count)]
    else:
        tried = _best_alone(stacking, price)
        candidates.append(_improved(_greedy(tried, price), tried, price))
    return _cheapest(candidates, price)


def _best_alone(stacking: Sequence[Offer], price: Price) -> list[Offer]:
    """Return those that by themselves save most, in the order that they came in."""
    totals = {offer: price((offer,)) or 0 for offer in stacking}
    best = set(sorted(stacking, key=lambda offer: totals[offer])[:MOST_TRIED])
    return [offer for offer in stacking if offer in best]


def _cheapest(candidates: Sequence[Chosen], price: Price) -> Chosen:
    """Return the first of the cheapest; candidates come in the order in which equals are preferred."""
    priced = [(found, len(some), place) for place, some in enumerate(candidates) if (found := price(some)) is not None]
    return candidates[min(priced)[2]]


def _greedy(stacking: Sequence[Offer], price: Price) -> Chosen:
    """Add the best coupon while the price falls."""
    chosen: Chosen = ()
    while len(chosen) < MOST_COUPONS:
        further = [(*chosen, offer) for offer in stacking if offer not in chosen]
        best = _cheapest([chosen, *further], price)
        if best == chosen:
            break
        chosen = best
    return chosen


def _improved(chosen: Chosen, stacking: Sequence[Offer], price: Price) -> Chosen:
    """Try once for each coupon to leave it out, or to take another in its place."""
    for offer in chosen:
        rest = tuple(each for each in chosen if each is not offer)
        others = [(*rest, other) for other in stacking if other not in chosen]
        chosen = _cheapest([chosen, rest, *others], price) if offer in chosen else chosen
    return chosen
