"""The values that a price is made of: frozen, integer fen, nothing of the database. docs/pricing.md §1 names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Stage(IntEnum):
    """The steps in which promotions apply, in their order (§2). Points and freight come after them."""

    ACTIVITY = 1
    PRICE = 2
    REDUCTION = 3
    COUPON = 4
    POINTS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """What is wanted: a SKU at its unit price in fen, weight in grams per unit; `ships` is False for no goods.

    `activity` is (tool, key) of the activity that the shopper buys it in; `categories` holds their pks with all above.
    """

    sku: int
    quantity: int
    unit_price: int
    weight: int = 0
    ships: bool = True
    product: int = 0
    categories: frozenset[int] = frozenset()
    activity: tuple[str, str] | None = None
    option: str = ""  # what the shopper chose within the activity; its tool knows what it means
    left: int | None = None  # of a gift: how many units may be given; None: any number


@dataclass(frozen=True, slots=True)
class Perk:
    """What an offer gives besides money off: `kind` free_freight, points or coupon; how many, and of what."""

    kind: str
    quantity: int = 1
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """From `threshold` (fen or units) on: `minus` fen off, or `share` (basis points) up to `cap` fen; gifts, perks."""

    threshold: int
    minus: int = 0
    share: int = 0
    cap: int | None = None
    gifts: tuple[Item, ...] = ()
    perks: tuple[Perk, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One activity, or one coupon, that may apply. Its tool knows what `rule` means; the rest is the same for all."""

    tool: str
    ref: str
    title: str
    rule: object = None
    group: str = ""
    priority: int = 0
    excludes: frozenset[Stage] = frozenset()
    stacks: bool = False  # coupons: may be used beside other coupons that do
    ends: str = ""  # coupons: ISO time; of two that save the same the one that ends first is used
    refused: str = ""  # coupons: the tool's own reason why it cannot be used


@dataclass(frozen=True, slots=True)
class Discount:
    """What one offer takes off: `shares` in fen by line; `tool` and `ref` for the ledger, `title` for people."""

    tool: str
    ref: str
    shares: tuple[int, ...]
    title: str = ""
    freight: int = 0  # fen off the freight, at most
    gifts: tuple[Item, ...] = ()
    perks: tuple[Perk, ...] = ()
    lines: frozenset[int] = frozenset()  # the lines that took part
    uses: int = 1  # what counts towards the limits of its activity: units of a price, else the order

    @property
    def saved(self) -> int:
        """Return the fen that it takes off the goods."""
        return sum(self.shares)


@dataclass(frozen=True, slots=True)
class Miss:
    """An offer that does not apply, or not yet: why, and what is missing in `unit` fen or units to `threshold`."""

    tool: str
    ref: str
    title: str
    reason: str
    missing: int = 0
    unit: str = ""
    threshold: int = 0


Finding = Discount | Miss


@dataclass(frozen=True, slots=True)
class PointsRule:
    """What points are worth to this shopper: `spent` is how many the shopper names, at most `balance` are used."""

    per_yuan: int
    most_share_bp: int
    balance: int
    spent: int = 0


@dataclass(frozen=True, slots=True)
class Freight:
    """The freight rule: a fee for the first pieces (or grams), one for each further step, free from an amount."""

    by_weight: bool
    first: int
    first_fee: int
    extra: int
    extra_fee: int
    free_over: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One item priced: amount = unit price × quantity, total = amount - discount; points that pay it, that it earns."""

    sku: int
    quantity: int
    unit_price: int
    amount: int
    discount: int
    total: int
    points_used: int = 0
    points_earned: int = 0
    activity: tuple[str, str] | None = None
    option: str = ""
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class CouponAnswer:
    """A coupon of the shopper: used in this quote or not; `refused` says why it could not be, with what is missing."""

    tool: str
    ref: str
    title: str
    is_used: bool
    refused: str = ""
    missing: int = 0
    saves: int = 0  # fen that it alone would take off goods and freight


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole price: total = subtotal - discount + freight, each a sum over the lines (§11 G2)."""

    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    subtotal: int
    discount: int
    freight: int
    total: int
    misses: tuple[Miss, ...] = ()
    coupons: tuple[CouponAnswer, ...] = ()
    best: tuple[str, ...] = ()
    freight_discounts: tuple[tuple[str, str, int], ...] = ()  # (tool, ref, fen)
    perks: tuple[tuple[str, str, Perk], ...] = ()
    points_used: int = 0
    points_most: int = 0  # the most points that this basket can take


@dataclass(frozen=True, slots=True)
class Draft:
    """A basket on its way through the steps: what each line costs now and what it cost when the step began."""

    items: tuple[Item, ...]
    totals: tuple[int, ...]
    entries: tuple[int, ...]
    taken: tuple[tuple[Stage, Discount], ...] = ()
    closed: Mapping[int, frozenset[Stage]] = field(default_factory=dict)

    def open(self, stage: Stage, offer: Offer) -> frozenset[int]:
        """Return the lines on which an offer of this stage may apply (§4)."""
        shut = {line for line, stages in self.closed.items() if stage in stages}
        for earlier, discount in self.taken:
            if earlier in offer.excludes:
                shut |= discount.lines
        return frozenset(range(len(self.items))) - shut
