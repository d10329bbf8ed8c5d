"""Writes on virtual goods."""

from shop.virtual.services.cards import import_secrets, void_secret
from shop.virtual.services.delivery import deliver, deliver_again
from shop.virtual.services.redeeming import expire, find_code, redeem
from shop.virtual.services.refunds import lock_codes, refund_card, refund_service, refusing_lines, withdraw
from shop.virtual.services.terms import save_terms

__all__ = [
    "deliver",
    "deliver_again",
    "expire",
    "find_code",
    "import_secrets",
    "lock_codes",
    "redeem",
    "refund_card",
    "refund_service",
    "refusing_lines",
    "save_terms",
    "void_secret",
    "withdraw",
]
