"""Events that promotions hear."""

from typing import Any

from shop.core import rewards
from shop.promotions.models import Perk
from shop.promotions.services import limits


def on_order_completed(event: Any) -> None:
    """Give what the order's activities promised beside money off; each once, however often the event comes."""
    for perk in Perk.objects.filter(order=event.ref):
        key = f"perk:{perk.order}:{perk.tool}:{perk.ref}:{perk.kind}"[:80]
        rewards.grant(perk.kind, perk.member_id, {"quantity": perk.quantity, "ref": perk.what}, key)


def on_member_erased(event: Any) -> None:
    """Forget by which phones and addresses an erased member took part in activities."""
    limits.forget_member(event.ids["member"])
