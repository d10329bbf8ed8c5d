"""What a shop may still do in each state, and the one way to change it."""

import re
from enum import Enum, auto
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants import registry
from tenants.context import ShopRef
from tenants.models import Tenant

State = Tenant.State


class Area(Enum):
    """Kinds of requests that a state allows or refuses."""

    BROWSE = auto()
    ORDER = auto()
    ADMIN_READ = auto()
    ADMIN_WRITE = auto()
    SHIP = auto()
    REFUND = auto()
    CALLBACK = auto()
    FILES = auto()


ALLOWED: dict[str, frozenset[Area]] = {
    State.OPEN: frozenset(Area),
    State.READ_ONLY: frozenset({Area.BROWSE, Area.ADMIN_READ, Area.SHIP, Area.REFUND, Area.CALLBACK, Area.FILES}),
    State.SUSPENDED: frozenset({Area.ADMIN_READ, Area.SHIP, Area.REFUND, Area.CALLBACK, Area.FILES}),
    State.CLOSED: frozenset(),
    State.MIGRATING: frozenset(),
}
# code, status and message of a refusal
REFUSALS: dict[str, tuple[str, int, object]] = {
    State.READ_ONLY: ("shop_read_only", 403, _("店铺暂停接单，请稍后再来")),
    State.SUSPENDED: ("shop_suspended", 403, _("店铺已停业")),
    State.CLOSED: ("shop_closed", 503, _("店铺已关闭")),
    State.MIGRATING: ("shop_unavailable", 503, _("店铺正在维护，请稍后再来")),
}
NEXT: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.READ_ONLY, State.SUSPENDED, State.CLOSED, State.MIGRATING}),
    State.READ_ONLY: frozenset({State.OPEN, State.SUSPENDED, State.CLOSED}),
    State.SUSPENDED: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.MIGRATING: frozenset({State.OPEN}),
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Money that is owed to shoppers goes back whatever the shop's state.
_REFUNDS = re.compile(
    r"/admin/(orders/order/\d+/refund|payments/refund"
    r"|virtual/(cardsecret|servicecode)/\d+/change|aftersale/aftersale/\d+/change)/"
)
# What was paid for is owed to shoppers: it can be sent whatever the shop's state.
_SHIPPING = re.compile(r"/admin/(orders/order/(\d+/(ship|together|tracking)|ship-sheet)|virtual/servicecode/redeem)/")
_SIGN_IN = ("/admin/login", "/admin/logout", "/admin/language", "/welcome")


class IllegalState(Exception):
    """The shop cannot go from its state to the wanted one."""


def area_of(method: str, path: str) -> Area:
    """Return which kind of request `method` on `path` (below the shop's root) is."""
    root = path.split("/", 2)[1] if path.startswith("/") else ""
    if root in {"pay", "hooks"}:
        return Area.CALLBACK
    if root in {"media", "static"}:
        return Area.FILES
    if root in {"admin", "welcome"}:
        if method in _SAFE_METHODS or path.startswith(_SIGN_IN):
            return Area.ADMIN_READ
        if _SHIPPING.match(path):
            return Area.SHIP
        return Area.REFUND if _REFUNDS.match(path) else Area.ADMIN_WRITE
    if method == "POST" and path.rstrip("/") == "/api/v1/orders":
        return Area.ORDER
    return Area.BROWSE


def allows(shop: ShopRef, method: str, path: str) -> bool:
    """Return whether the state of `shop` lets this request through."""
    return area_of(method, path) in ALLOWED[shop.state]


@transaction.atomic
def change_state(uuid: UUID, *, old: str, new: str) -> None:
    """Move a shop from `old` to `new`; IllegalState when the edge is not listed or the shop is not in `old`."""
    if new not in NEXT[old] or not Tenant.objects.filter(uuid=uuid, state=old).update(state=new):
        raise IllegalState(f"{old} -> {new}")
    registry.changed()
