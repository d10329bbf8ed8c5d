"""What delivery costs (docs/pricing.md §8)."""

from collections.abc import Sequence

from shop.pricing.values import Freight, Item


def freight_fee(items: Sequence[Item], goods: int, rule: Freight) -> int:
    """Return the freight in fen for goods worth `goods` fen after discounts; 0 when nothing has to be sent."""
    sent = [item for item in items if item.ships]
    if not sent:
        return 0
    if rule.free_over is not None and goods >= rule.free_over:
        return 0
    size = sum(item.quantity * (item.weight if rule.by_weight else 1) for item in sent)
    further = max(size - rule.first, 0)
    steps = -(-further // rule.extra)
    return rule.first_fee + steps * rule.extra_fee
