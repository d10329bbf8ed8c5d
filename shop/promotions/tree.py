"""The category tree, for scopes that name categories."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from shop.catalog.models import Category
from shop.core.prepared import Prepared
from shop.pricing.rules import Scope

_TREE = Prepared(lambda: Category.objects.order_by().values("pk", "parent_id"))


class Tree:
    """The category tree, read once and only when somebody asks."""

    @cached_property
    def _children(self) -> dict[int | None, list[int]]:
        children: dict[int | None, list[int]] = {}
        for row in _TREE.rows():
            children.setdefault(row["parent_id"], []).append(row["pk"])
        return children

    def below(self, categories: Iterable[int]) -> frozenset[int]:
        """Return these categories (pks) with all that are below them; no query for none."""
        found = list(categories)
        for above in found:  # grows while it is walked
            found += self._children.get(above, ())
        return frozenset(found)


def scope_of(stored: Mapping[str, Any], tree: Tree) -> Scope:
    """Return a stored scope with its categories unfolded; {} holds for everything."""
    return Scope(
        is_all=stored.get("all", not stored),
        products=frozenset(stored.get("products", ())),
        categories=tree.below(stored.get("categories", ())),
        without=frozenset(stored.get("without", ())),
    )
