"""The steps that take money off, one function each: a draft in, a draft and what was missed out (pricing.md §2)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from shop.pricing.values import Discount, Draft, Finding, Item, Miss, Offer, Stage


class Tool(Protocol):
    """The pure half of a promotion."""

    code: str
    stage: Stage

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each offer, by itself, takes off the draft, or what it lacks."""


Offered = tuple[Tool, Sequence[Offer]]


def begin(items: Iterable[Item]) -> Draft:
    """Return the basket at its normal prices."""
    found = tuple(items)
    amounts = tuple(item.unit_price * item.quantity for item in found)
    closed = {
        line: frozenset(Stage) - {Stage.ACTIVITY, Stage.POINTS} for line, item in enumerate(found) if item.activity
    }
    return Draft(found, amounts, amounts, closed=closed)


def apply_activities(draft: Draft, offered: Sequence[Offered]) -> tuple[Draft, list[Miss]]:
    """Step 1: each line that names an activity gets its price, and takes part later in what the activity lets it."""
    findings, offers = _look(draft, offered)
    for discount in _sorted(findings):
        draft = _take(draft, Stage.ACTIVITY, discount)
        shut = _later(offers[discount.tool, discount.ref], Stage.ACTIVITY)
        draft = replace(draft, closed={**draft.closed, **dict.fromkeys(discount.lines, shut)})
    return _enter(draft), _misses(findings)


def apply_prices(draft: Draft, offered: Sequence[Offered]) -> tuple[Draft, list[Miss]]:
    """Step 2: each line takes the one offer that saves it most."""
    findings, offers = _look(draft, offered)
    discounts = _sorted(findings)
    winners: dict[int, Discount] = {}
    for line in range(len(draft.items)):
        saving = [discount for discount in discounts if discount.shares[line] > 0]
        if saving:
            winners[line] = max(saving, key=lambda discount: discount.shares[line])
    for discount in discounts:
        won = frozenset(line for line, winner in winners.items() if winner is discount)
        if won:
            shares = tuple(share if line in won else 0 for line, share in enumerate(discount.shares))
            taken = replace(discount, shares=shares, lines=won)
            draft = _close(_take(draft, Stage.PRICE, taken), Stage.PRICE, offers[discount.tool, discount.ref], won)
    losers = [each for each in discounts if each.saved and all(each is not winner for winner in winners.values())]
    return _enter(draft), [*_misses(findings), *map(_beaten, losers)]


def apply_reductions(draft: Draft, offered: Sequence[Offered]) -> tuple[Draft, list[Miss]]:
    """Step 3: in each group the offer that saves most, then the one that saves most on the lines that are left."""
    everything = {offer.group or offer.tool for _tool, offers in offered for offer in offers}
    misses: list[Miss] = []
    for group in sorted(everything):
        of_group = [
            (tool, [offer for offer in offers if (offer.group or offer.tool) == group]) for tool, offers in offered
        ]
        draft, missed = _apply_group(_enter(draft), of_group)
        misses += missed
    return _enter(draft), misses


def _apply_group(draft: Draft, offered: Sequence[Offered]) -> tuple[Draft, list[Miss]]:
    findings, offers = _look(draft, offered)
    misses, matched = _misses(findings), _sorted(findings)
    used: frozenset[int] = frozenset()
    while discounts := [finding for finding in findings if isinstance(finding, Discount)]:
        best = min(discounts, key=lambda each: (-each.saved, offers[each.tool, each.ref].priority, each.tool, each.ref))
        offer = offers.pop((best.tool, best.ref))
        draft = _close(_take(draft, Stage.REDUCTION, best), Stage.REDUCTION, offer, best.lines)
        used |= best.lines
        left = [(tool, [each for each in some if (each.tool, each.ref) in offers]) for tool, some in offered]
        findings, _offers = _look(_without(draft, used), left)
    return draft, [*misses, *(_beaten(each) for each in matched if (each.tool, each.ref) in offers)]


def apply_coupons(draft: Draft, tools: dict[str, Tool], chosen: Sequence[Offer]) -> tuple[Draft, list[Miss]]:
    """Step 4: the chosen coupons, in the order of their ref; a miss for each that takes nothing off."""
    misses: list[Miss] = []
    for offer in sorted(chosen, key=lambda each: each.ref):
        for finding in tools[offer.tool].discounts(draft, [offer]):
            if isinstance(finding, Discount):
                draft = _take(draft, Stage.COUPON, finding)
            else:
                misses.append(finding)
    return draft, misses


def _look(draft: Draft, offered: Sequence[Offered]) -> tuple[list[Finding], dict[tuple[str, str], Offer]]:
    findings = [finding for tool, offers in offered if offers for finding in tool.discounts(draft, offers)]
    return findings, {(offer.tool, offer.ref): offer for _tool, offers in offered for offer in offers}


def _misses(findings: Iterable[Finding]) -> list[Miss]:
    return [finding for finding in findings if isinstance(finding, Miss)]


def _beaten(discount: Discount) -> Miss:
    """Return what is said of an offer whose lines another one has, because that saves more."""
    return Miss(discount.tool, discount.ref, discount.title, "better_offer")


def _sorted(findings: Iterable[Finding]) -> list[Discount]:
    discounts = [finding for finding in findings if isinstance(finding, Discount)]
    return sorted(discounts, key=lambda discount: (discount.tool, discount.ref))


def _take(draft: Draft, stage: Stage, discount: Discount) -> Draft:
    totals = tuple(total - share for total, share in zip(draft.totals, discount.shares, strict=True))
    if min(totals) < 0 or min(discount.shares) < 0:
        raise ValueError(f"{discount.tool} {discount.ref} takes more off a line than it costs, or less than nothing")
    return replace(draft, totals=totals, taken=(*draft.taken, (stage, discount)))


def _close(draft: Draft, stage: Stage, offer: Offer, lines: Iterable[int]) -> Draft:
    shut = _later(offer, stage)
    if not shut:
        return draft
    closed = {line: draft.closed.get(line, frozenset()) | shut for line in lines}
    return replace(draft, closed={**draft.closed, **closed})


def _later(offer: Offer, stage: Stage) -> frozenset[Stage]:
    return frozenset(each for each in offer.excludes if each >= stage)


def _without(draft: Draft, lines: Iterable[int]) -> Draft:
    """Return the draft with lines that are used up in this group."""
    closed = {line: draft.closed.get(line, frozenset()) | {Stage.REDUCTION} for line in lines}
    return replace(draft, closed={**draft.closed, **closed})


def _enter(draft: Draft) -> Draft:
    return replace(draft, entries=draft.totals)
