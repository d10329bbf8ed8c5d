"""What a caller hands to the catalogue: complete, frozen descriptions of rows to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SKUDraft:
    """One combination of option values; `key` names an existing SKU whose code may change, prices are fen.

    What is None stays as it is; in a new SKU it is 0 or none. `picture` is the key of an asset, '' is none.
    """

    code: str
    price: int
    options: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    list_price: int = 0
    barcode: str = ""
    weight: int = 0
    cost_price: int | None = None
    member_price: int | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class OptionDraft:
    """An option type with its values in the order in which shoppers see them."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttributeDraft:
    """A fact about a product."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsDraft:
    """How many units one order, and one member in all orders, may hold; 0 is no limit."""

    most_per_order: int = 0
    most_per_member: int = 0
    least_per_order: int = 1


@dataclass(frozen=True, slots=True)
class ScheduleDraft:
    """When a product goes on the shelf by itself, and when it leaves it; None is never."""

    on_shelf_at: datetime | None = None
    off_shelf_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A whole product as it shall be; `key` names the existing product, '' makes a new one.

    `category` is a primary key, `brand` a name ('' is none), `tags` and `guarantees` are names, `related` codes of
    products, `video` the key of an asset ('' is none). A tag that is new is made. Without `options` the option
    types and the order of their values follow from the SKUs. What is None stays as it is, and has its default in a
    new product. With a `version` the draft is refused when the product has another one by now.
    """

    code: str
    title: str
    category: int
    skus: tuple[SKUDraft, ...]
    key: str = ""
    brand: str = ""
    subtitle: str = ""
    keywords: str = ""
    unit: str = "件"
    detail_html: str = ""
    is_on_shelf: bool = True
    is_new: bool = False
    is_hot: bool = False
    attributes: tuple[AttributeDraft, ...] = ()
    options: tuple[OptionDraft, ...] = ()
    kind: str | None = None
    limits: LimitsDraft | None = None
    schedule: ScheduleDraft | None = None
    tags: tuple[str, ...] | None = None
    guarantees: tuple[str, ...] | None = None
    related: tuple[str, ...] | None = None
    video: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDraft:
    """A category as it shall be; `parent` is a primary key, None is the top.

    `picture` is the key of an asset, '' is none, None leaves it as it is.
    """

    name: str
    parent: int | None = None
    tagline: str = ""
    position: int = 0
    is_shown: bool = True
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecTemplateDraft:
    """A named set of option types."""

    name: str
    options: tuple[OptionDraft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRowDraft:
    """An attribute that products of a category should have, with values to choose from."""

    name: str
    values: tuple[str, ...] = ()
    required: bool = False
