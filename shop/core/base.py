"""Base of every model in a shop's schema: rows and queries that refuse to cross into another shop."""

from typing import Any, Self

from django.db import models

from tenants.context import ShopMismatch, current_shop


def key_of(text: str) -> int:
    """Return the primary key that `text` writes; 0, which no row has, for anything else ("²" is a digit too)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


class ShopQuerySet(models.QuerySet[Any]):
    """A query that remembers which shop it was built in; the SQL compiler checks it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hasattr(self.query, "shop"):
            self.query.shop = current_shop.get()  # type: ignore[attr-defined]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Insert rows; ShopMismatch when one of them came from another shop."""
        created = super().bulk_create(_of_this_shop(objs), *args, **kwargs)
        for row in created:
            row._state.shop = current_shop.get()
        return created

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        """Update rows; ShopMismatch when one of them came from another shop."""
        return super().bulk_update(_of_this_shop(objs), *args, **kwargs)


def _of_this_shop(objs: Any) -> list[Any]:
    rows = list(objs)
    shop = current_shop.get()
    for row in rows:
        if getattr(row._state, "shop", shop) != shop:
            raise ShopMismatch(f"{row._meta.label} of one shop written in another")
    return rows


class ShopModel(models.Model):
    """A row that can only be saved in the shop it was loaded from."""

    objects = ShopQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Return the row, stamped with its shop."""
        instance = super().from_db(*args, **kwargs)
        instance._state.shop = current_shop.get()  # type: ignore[attr-defined]
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        """Save; ShopMismatch when the row came from another shop."""
        shop = current_shop.get()
        if getattr(self._state, "shop", shop) != shop:
            raise ShopMismatch(f"{self._meta.label} of one shop saved in another")
        super().save_base(*args, **kwargs)
        self._state.shop = shop  # type: ignore[attr-defined]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete; ShopMismatch when the row came from another shop."""
        if getattr(self._state, "shop", current_shop.get()) != current_shop.get():
            raise ShopMismatch(f"{self._meta.label} of one shop deleted in another")
        return super().delete(*args, **kwargs)
