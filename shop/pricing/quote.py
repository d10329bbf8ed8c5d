"""The price of what a member wants to buy. Pure: frozen values in, a priced quote out, integer fen throughout.

docs/pricing.md says what it promises; the numbers with § are its sections.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from shop.pricing import points as paying
from shop.pricing import steps
from shop.pricing.choosing import choose, combinable
from shop.pricing.freight import freight_fee
from shop.pricing.values import (
    CouponAnswer,
    Discount,
    Draft,
    Freight,
    Item,
    Line,
    Miss,
    Offer,
    PointsRule,
    Quote,
    Stage,
)

FREE_FREIGHT = "free_freight"
NO_POINTS = PointsRule(per_yuan=100, most_share_bp=0, balance=0)

_Given = tuple[Discount, Item]  # what offer gives what


class CouponsNotCombinable(ValueError):
    """Coupons were named that may not be used together."""


class CouponUnusable(ValueError):
    """A coupon was named that takes nothing off this basket: `answer` says why."""

    def __init__(self, answer: CouponAnswer) -> None:
        super().__init__(answer.refused)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Basket:
    """Everything that the last steps need."""

    draft: Draft
    freight: Freight
    tools: dict[str, steps.Tool]
    points: PointsRule
    gifts: tuple[_Given, ...] = ()
    misses: tuple[Miss, ...] = ()
    earned_per_yuan: int = 0
    free_freight: bool = False


@dataclass(frozen=True, slots=True)
class _Priced:
    """A basket with its coupons, points and freight."""

    draft: Draft
    spent: paying.Spent
    freight: int
    freight_discounts: tuple[tuple[str, str, int], ...]
    misses: tuple[Miss, ...]

    @property
    def total(self) -> int:
        return sum(self.draft.totals) - self.spent.discount.saved + self.freight


def quote(
    items: Sequence[Item],
    freight: Freight,
    offered: Sequence[steps.Offered] = (),
    *,
    coupons: Sequence[str] | None = (),
    points: PointsRule = NO_POINTS,
    earned_per_yuan: int = 0,
) -> Quote:
    """Return the price of `items` with what the tools offer; `coupons` names the refs to use, None the best of them.

    ValueError when there are no items, or for a quantity or price below 1; CouponsNotCombinable; CouponUnusable.
    """
    if not items or any(item.quantity < 1 or item.unit_price < 1 for item in items):
        raise ValueError("every item needs a quantity and a price of at least 1")
    basket = _automatic(items, freight, offered, points, earned_per_yuan)
    offers = [offer for tool, some in offered if tool.stage == Stage.COUPON for offer in some]
    price = cache(lambda chosen: _finish(basket, chosen))
    answers = {offer: _answer(offer, price((offer,)), price(())) for offer in offers}
    usable = [offer for offer, answer in answers.items() if not answer.refused]
    best = choose(usable, lambda chosen: found.total if not (found := price(chosen)).misses else None)
    chosen = best if coupons is None else _named(coupons, answers)
    for miss in price(chosen).misses:  # beside the others it takes nothing off
        raise CouponUnusable(CouponAnswer(miss.tool, miss.ref, miss.title, False, miss.reason, miss.missing))
    used = [replace(answer, is_used=offer in chosen) for offer, answer in answers.items()]
    return _quote(basket, price(chosen), used, best)


def _automatic(
    items: Sequence[Item], freight: Freight, offered: Sequence[steps.Offered], points: PointsRule, earned: int
) -> _Basket:
    """Apply what needs no choice: steps 1 to 3."""
    of_stage = {stage: [(tool, some) for tool, some in offered if tool.stage == stage] for stage in Stage}
    draft, first = steps.apply_activities(steps.begin(items), of_stage[Stage.ACTIVITY])
    draft, second = steps.apply_prices(draft, of_stage[Stage.PRICE])
    draft, third = steps.apply_reductions(draft, of_stage[Stage.REDUCTION])
    perks = {perk.kind for _stage, discount in draft.taken for perk in discount.perks}
    tools = {tool.code: tool for tool, _offers in of_stage[Stage.COUPON]}
    misses = (*first, *second, *third)
    return _Basket(draft, freight, tools, points, _given(draft), misses, earned, FREE_FREIGHT in perks)


def _given(draft: Draft) -> tuple[_Given, ...]:
    """Return the gifts, those of earlier offers first, as far as there are units of them."""
    given: list[_Given] = []
    for _stage, giver in draft.taken:
        for gift in giver.gifts:
            before = sum(other.quantity for _giver, other in given if other.sku == gift.sku)
            if gift.left is None or before + gift.quantity <= gift.left:
                given.append((giver, gift))
    return tuple(given)


def _finish(basket: _Basket, chosen: Sequence[Offer]) -> _Priced:
    """Apply coupons, points and freight: steps 4 to 6."""
    draft, misses = steps.apply_coupons(basket.draft, basket.tools, chosen)
    spent = paying.spend(draft, basket.points)
    fee = freight_fee([*draft.items, *(gift for _giver, gift in basket.gifts)], sum(draft.totals), basket.freight)
    taken: list[tuple[str, str, int]] = []
    if basket.free_freight and fee:
        taken.append(_free(basket.draft, fee))
    for stage, discount in draft.taken:
        left = fee - sum(fen for _tool, _ref, fen in taken)
        off = min(discount.freight, left)
        if off:
            taken.append((discount.tool, discount.ref, off))
        elif stage == Stage.COUPON and not discount.saved:
            misses.append(Miss(discount.tool, discount.ref, discount.title, "saves_nothing"))
    return _Priced(draft, spent, fee - sum(fen for _tool, _ref, fen in taken), tuple(taken), tuple(misses))


def _free(draft: Draft, fee: int) -> tuple[str, str, int]:
    giver = next(each for _stage, each in draft.taken if any(perk.kind == FREE_FREIGHT for perk in each.perks))
    return giver.tool, giver.ref, fee


def _answer(offer: Offer, alone: _Priced, without: _Priced) -> CouponAnswer:
    """Return what is said of a coupon: what it saves by itself, or why it cannot be used."""
    miss = next((miss for miss in alone.misses if (miss.tool, miss.ref) == (offer.tool, offer.ref)), None)
    reason = offer.refused or (miss.reason if miss else "")
    missing = miss.missing if miss else 0
    saves = 0 if reason else without.total - alone.total
    return CouponAnswer(offer.tool, offer.ref, offer.title, False, reason, missing, saves)


def _named(refs: Sequence[str], answers: dict[Offer, CouponAnswer]) -> tuple[Offer, ...]:
    """Return the coupons named, when they may be used, together."""
    by_ref = {offer.ref: offer for offer in answers}
    if unknown := sorted(set(refs) - set(by_ref)):
        raise CouponUnusable(CouponAnswer("", unknown[0], "", False, "unknown"))
    chosen = tuple(by_ref[ref] for ref in sorted(set(refs)))
    for offer in chosen:
        if answers[offer].refused:
            raise CouponUnusable(answers[offer])
    if not combinable(chosen):
        raise CouponsNotCombinable(", ".join(offer.ref for offer in chosen))
    return chosen


def _quote(basket: _Basket, priced: _Priced, answers: Sequence[CouponAnswer], best: Sequence[Offer]) -> Quote:
    taken = [discount for _stage, discount in priced.draft.taken]
    if priced.spent.discount.saved:
        taken.append(priced.spent.discount)
    lines = (*_lines(basket, priced), *_gift_lines(basket.gifts))
    discounts = _with_gifts(taken, basket.gifts)
    return Quote(
        lines=lines,
        discounts=discounts,
        subtotal=sum(line.amount for line in lines),
        discount=sum(line.discount for line in lines),
        freight=priced.freight,
        total=sum(line.total for line in lines) + priced.freight,
        misses=basket.misses,
        coupons=tuple(answers),
        best=tuple(offer.ref for offer in best),
        freight_discounts=priced.freight_discounts,
        perks=tuple((each.tool, each.ref, perk) for each in taken for perk in each.perks),
        points_used=sum(priced.spent.used),
        points_most=priced.spent.most,
    )


def _lines(basket: _Basket, priced: _Priced) -> list[Line]:
    draft, spent = priced.draft, priced.spent
    lines = []
    for item, before, off, used in zip(draft.items, draft.totals, spent.discount.shares, spent.used, strict=True):
        amount, total = item.unit_price * item.quantity, before - off
        earned = total * basket.earned_per_yuan // 100
        lines.append(
            Line(
                sku=item.sku,
                quantity=item.quantity,
                unit_price=item.unit_price,
                amount=amount,
                discount=amount - total,
                total=total,
                points_used=used,
                points_earned=earned,
                activity=item.activity,
                option=item.option,
            )
        )
    return lines


def _of_skus(given: Sequence[_Given]) -> list[list[_Given]]:
    """Return the gifts SKU by SKU, however many offers give one."""
    found: dict[int, list[_Given]] = {}
    for giver, gift in given:
        found.setdefault(gift.sku, []).append((giver, gift))
    return list(found.values())


def _gift_lines(given: Sequence[_Given]) -> list[Line]:
    """Return a line for each SKU that is given (§1)."""
    lines = []
    for gifts in _of_skus(given):
        sku, price = gifts[0][1].sku, gifts[0][1].unit_price
        quantity = sum(gift.quantity for _giver, gift in gifts)
        lines.append(Line(sku, quantity, price, price * quantity, price * quantity, 0, is_gift=True))
    return lines


def _with_gifts(taken: Sequence[Discount], given: Sequence[_Given]) -> tuple[Discount, ...]:
    """Return the discounts with a share for every gift: the amount of what each of them gives."""

    def share(each: Discount, gifts: Sequence[_Given]) -> int:
        return sum(gift.unit_price * gift.quantity for giver, gift in gifts if giver is each)

    return tuple(
        replace(each, shares=(*each.shares, *(share(each, gifts) for gifts in _of_skus(given)))) for each in taken
    )
