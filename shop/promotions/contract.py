"""What a marketing tool is to the shop: six methods, frozen values in and out. docs/promotions.md says it in prose.

A tool is a Django app whose ToolConfig (plugins.py) names its class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shop.catalog.models import SKU
from shop.members.models import Member
from shop.pricing.rules import Scope
from shop.pricing.values import Draft, Finding, Item, Offer, Stage
from shop.promotions.tree import Tree

ActivityName = tuple[str, str]  # (tool, key)


@dataclass(frozen=True, slots=True)
class Priced:
    """What an activity says of one SKU: its price in fen (None: not its own price), and the tool's own details."""

    sku: int
    price: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Live:
    """An activity that runs now, by the database's clock. `items` are those SKUs of the basket that it names.

    `summary` is its rule in a line, as shoppers read it.
    """

    pk: int
    tool: str
    key: str
    title: str
    rule: Mapping[str, Any]
    scope: Scope
    group: str
    priority: int
    excludes: frozenset[Stage]
    ends_at: datetime
    bucket: str  # where its own stock is, "" when it sells from the shop's
    pay_minutes: int | None
    most_per_order: int
    most_per_member: int
    most_per_phone: int
    most_per_address: int
    most_members: int
    used: int  # what counts towards most_per_member already
    items: Mapping[int, Priced] = field(default_factory=dict)
    summary: str = ""

    def uses(self, units: int) -> int:
        """Return how much units of its lines count towards its limits: sets, where a rule sells several together."""
        return units // int(self.rule.get("units_per_use", 1))

    @property
    def left(self) -> int | None:
        """Return how many units (or orders) this member may still have; None without a limit."""
        return max(self.most_per_member - self.used, 0) if self.most_per_member else None


@dataclass(frozen=True, slots=True)
class Gift:
    """A SKU that an activity may add, as an item of one unit, and how many of it may be sold."""

    sku: SKU
    item: Item
    left: int


@dataclass(frozen=True, slots=True)
class Context:
    """A basket that wants to be priced: whose, what is in it, what of the tool's activities runs.

    `gifts` are the SKUs that rules name under `gifts`.
    """

    member: Member
    items: tuple[Item, ...]
    live: tuple[Live, ...] = ()
    gifts: Mapping[int, Gift] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)

    def named(self, tool: str) -> frozenset[str]:
        """Return the keys of the tool's activities that lines of the basket name."""
        return frozenset(item.activity[1] for item in self.items if item.activity and item.activity[0] == tool)


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, as tools see it: its row, its number, whose it is, and where it goes (digests, "" for nowhere)."""

    pk: int
    number: str
    member: int
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an offer of a tool did to an order: `saved` fen off goods and freight, on lines (pk → units).

    `option` is what the shopper chose within the activity; it is not told again for an order that is taken up again.
    """

    ref: str
    saved: int
    units: Mapping[int, int] = field(default_factory=dict)
    option: str = ""


class Promotion:
    """A marketing tool. `code` is stored with orders and never changes.

    `is_chosen`: its activities are only for lines that name them. `pay_minutes`: for orders of activities that set
    none; None: the shop's own. The writing methods run inside the order's transaction, behind its locked row; they
    raise ShopError to refuse.
    """

    code: str
    title: Any  # a lazy text
    stage: Stage
    is_chosen: bool = False
    pay_minutes: int | None = None

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return what may apply to the basket; the only reader, two queries at most. ShopError for a line in vain."""
        raise NotImplementedError

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each offer, by itself, takes off the draft, or what it lacks. Pure."""
        raise NotImplementedError

    def claim(self, order: Placed, applied: Sequence[Applied]) -> None:
        """Use up what the order took (a coupon, a place). ShopError when a rival was quicker."""

    def release(self, order: Placed, units: Mapping[int, int] | None = None) -> None:
        """Give back what units (order line pk → units) took; None: the order ended, give back everything."""

    def paid(self, order: Placed) -> bool:
        """Hear that the order was paid; False when it came too late, and its money must go back."""
        return True

    def holds(self, order: Placed) -> bool:
        """Return whether a paid order must wait for others and may not be sent yet."""
        return False
