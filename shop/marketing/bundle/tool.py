"""套餐: several SKUs together at one price (docs/pricing.md §2, step 1).

Rule: {"price": fen of one set}; each item's details say how many units of it a set holds: {"quantity": 2}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.pricing.rules import spread
from shop.pricing.values import Discount, Draft, Finding, Item, Offer, Stage
from shop.promotions.contract import Context, Live, Promotion

CODE = "bundle"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one set costs (fen), and how many sets are bought."""

    price: int
    sets: int


class Bundle(Promotion):
    """Whole sets at their own price, shared out over their parts in proportion to what those cost."""

    code = CODE
    title = _("优惠套餐")
    stage = Stage.ACTIVITY
    is_chosen = True

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offers that lines name. ShopError 409 `bundle_incomplete` unless they make up whole sets."""
        return [self._offer(live, context.items) for live in context.live]

    def _offer(self, live: Live, items: Sequence[Item]) -> Offer:
        rule = Rule(live.rule["price"], _sets(live, items))
        return Offer(CODE, live.key, live.title, rule, excludes=live.excludes)

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what sets take off the lines that name them; nothing where the parts cost less by now."""
        return [_discount(draft, offer) for offer in offers]


def _sets(live: Live, items: Sequence[Item]) -> int:
    own = {item.sku: item.quantity for item in items if item.activity == (CODE, live.key)}
    parts: Mapping[int, int] = {sku: item.details["quantity"] for sku, item in live.items.items()}
    sets = own[next(iter(own))] // parts[next(iter(own))] if own else 0
    if not sets or own != {sku: quantity * sets for sku, quantity in parts.items()}:
        message = _("套餐“%(title)s”要整套购买") % {"title": live.title}
        raise ShopError("bundle_incomplete", message, status=409, detail={"activity": live.key})
    return sets


def _discount(draft: Draft, offer: Offer) -> Discount:
    rule = offer.rule
    assert isinstance(rule, Rule)
    lines = frozenset(line for line, item in enumerate(draft.items) if item.activity == (CODE, offer.ref))
    normal = sum(draft.totals[line] for line in lines)
    off = max(normal - rule.price * rule.sets, 0)
    return Discount(CODE, offer.ref, spread(off, draft, lines), offer.title, lines=lines, uses=rule.sets)
