"""What complete orders give beside money off: points, a coupon. It goes back when all of the order goes back."""

from typing import Any

from shop.core import rewards
from shop.promotions.models import Perk


def give_perks(order: str) -> None:
    """Give what a complete order (its number), whose row is locked, promised; each once, however often it is called."""
    for perk in Perk.objects.filter(order=order).order_by("pk"):
        rewards.grant(perk.kind, perk.member_id, _spec(perk), _key(perk))


def take_back_perks(order: str) -> None:
    """Take back what an order, whose row is locked and of which nothing is left, has given. Repeating has no effect."""
    for perk in Perk.objects.filter(order=order).order_by("pk"):
        rewards.take_back(perk.kind, perk.member_id, _spec(perk), _key(perk))


def _spec(perk: Perk) -> dict[str, Any]:
    return {"quantity": perk.quantity, "ref": perk.what}


def _key(perk: Perk) -> str:
    return f"perk:{perk.order}:{perk.tool}:{perk.ref}:{perk.kind}"[:80]
