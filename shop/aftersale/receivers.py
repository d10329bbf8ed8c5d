"""Events that after-sales hear."""

from typing import Any

from shop.aftersale import services


def on_refund_done(event: Any) -> None:
    """Book that the money of an after-sale has gone back."""
    services.settle(event.ref)


def on_member_erased(event: Any) -> None:
    """Take what an erased member wrote from the after-sales."""
    services.erase_member(event.ids["member"])
