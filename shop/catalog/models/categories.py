"""The category tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.library.models import Asset
from tenants.models import new_key


class CategoryQuerySet(ShopQuerySet):
    """Reads of categories; the whole tree is one query."""

    def by_path(self) -> "dict[tuple[str, ...], Category]":
        """Every category under its path of names from the top."""
        rows = {category.pk: category for category in self.all()}
        paths: dict[int, tuple[str, ...]] = {}

        def path(category: "Category") -> tuple[str, ...]:
            if category.pk not in paths:
                above = path(rows[category.parent_id]) if category.parent_id else ()
                paths[category.pk] = (*above, category.name)
            return paths[category.pk]

        return {path(category): category for category in rows.values()}

    def in_tree_order(self) -> "list[tuple[int, Category]]":
        """Every category after the one above it and with its depth, as the tree is shown."""
        rows = list(self.order_by("position", "pk"))

        def below(parent: int | None, depth: int) -> "list[tuple[int, Category]]":
            children = [row for row in rows if row.parent_id == parent]
            return [found for row in children for found in ((depth, row), *below(row.pk, depth + 1))]

        return below(None, 0)

    def subtree(self, key: str) -> list[int]:
        """Return the primary keys of a category and of all below it; none for a key that nobody has."""
        nodes = list(self.order_by().values_list("pk", "parent_id", "key"))
        found = [pk for pk, _parent, own in nodes if own == key]
        for above in found:  # grows while it is walked
            found += [pk for pk, parent, _key in nodes if parent == above]
        return found


class Category(ShopModel):
    """A node of the category tree."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级分类")
    )
    name = models.CharField(_("名称"), max_length=40)
    tagline = models.CharField(_("一句话介绍"), max_length=80, blank=True)
    picture = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("图片")
    )
    position = models.PositiveIntegerField(_("排序"), default=0)
    is_shown = models.BooleanField(_("显示"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("商品分类")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="category_key_unique"),
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_unique", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")), name="category_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name
