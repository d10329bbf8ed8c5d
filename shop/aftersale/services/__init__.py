"""Writes on after-sales."""

from shop.aftersale.services.applying import apply, cancel, claimable
from shop.aftersale.services.deciding import agree, erase_member, failed_refund, refund_again, reject, settle

__all__ = [
    "agree",
    "apply",
    "cancel",
    "claimable",
    "erase_member",
    "failed_refund",
    "refund_again",
    "reject",
    "settle",
]
