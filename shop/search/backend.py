"""The contract of whatever finds products."""

from abc import ABC, abstractmethod
from collections.abc import Collection

from shop.catalog.models import ProductQuerySet


class SearchBackend(ABC):
    """Finds a shop's products by words. `settings.SEARCH_BACKEND` names the class; it is made without arguments.

    All calls concern the current shop and must never show or touch another's products. `index` and `remove` run
    inside the transaction that changed the products: a backend kept elsewhere must only note the work there (an
    outbox or due row) and do it after the commit. Both may be repeated without effect.

    `search` narrows a query of products to those that match `text` and annotates each with `relevance`, a float,
    more is better; it neither orders nor slices, so that callers can add filters, sort and count. Every product
    that holds all words of `text` (title, subtitle, keywords, brand, category, attributes) must be found. Products
    that hold only some of the words follow with a lower relevance; with `strict` they are found only where nothing
    holds all words, for results that are sorted by something else. A product whose title is the text comes before
    one whose title begins with it, that one before a title that contains it, and that one before all others.
    A text without any word finds nothing. No text may raise an error.
    """

    @abstractmethod
    def index(self, products: Collection[int]) -> None:
        """Make these products (primary keys) findable with their present words; unknown ones are ignored."""

    @abstractmethod
    def remove(self, products: Collection[int]) -> None:
        """Make these products (primary keys) unfindable; unknown ones are ignored."""

    def renew(self, products: Collection[int]) -> None:
        """Make these products findable with their present words soon; for many at once, after the commit."""
        self.index(products)

    @abstractmethod
    def search(self, products: ProductQuerySet, text: str, *, strict: bool = False) -> ProductQuerySet:
        """Return the matching ones of `products`, annotated with `relevance`."""
