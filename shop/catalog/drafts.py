"""What a caller hands to the catalogue: complete, frozen descriptions of rows to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SKUDraft:
    """One combination of option values; `key` names an existing SKU whose code may change, prices are fen."""

    code: str
    price: int
    options: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    list_price: int = 0
    barcode: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class AttributeDraft:
    """A fact about a product."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A whole product as it shall be; `key` names the existing product, '' makes a new one.

    `category` is a primary key, `brand` a name ('' is none). Option types and the order of their values follow
    from the SKUs.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDraft:
    """A category as it shall be; `parent` is a primary key, None is the top."""

    name: str
    parent: int | None = None
    tagline: str = ""
    position: int = 0
    is_shown: bool = True
