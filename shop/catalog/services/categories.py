"""Writes on the category tree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from shop.catalog.drafts import CategoryDraft
from shop.catalog.models import Category, Product
from shop.catalog.rules import DEEPEST_CATEGORY, category_problems
from shop.catalog.services.assets import held
from shop.catalog.services.summary import announce, renew
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.reading import catalogue_changed

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a category stands: below which one (pk, None is the top), and whether shoppers see it."""

    pk: int
    parent: int | None
    is_shown: bool


@transaction.atomic
def save_category(draft: CategoryDraft, category: Category | None = None) -> Category:
    """Make a category, or change the given one.

    Raises ShopError `category_invalid` (detail names the fields), `category_exists`, `category_cycle`,
    `category_too_deep`.
    """
    if problems := category_problems(draft):
        raise ShopError(
            "category_invalid", _("分类填写有误"), detail={problem.field: problem.reason for problem in problems}
        )
    saved = category or Category()
    _check_place(saved.pk, draft.parent)
    renamed = saved.pk is not None and saved.name != draft.name
    moved = saved.pk is not None and saved.parent_id != draft.parent
    saved.name, saved.parent_id, saved.tagline = draft.name, draft.parent, draft.tagline
    saved.position, saved.is_shown = draft.position, draft.is_shown
    if draft.picture is not None:
        saved.picture_id = held([draft.picture]).get(draft.picture)
    _store(saved)
    if renamed:
        announce(Product.objects.filter(category=saved))
    if renamed or moved:
        renew(_found_by([saved]))
    publish("category.changed", "category", saved.key)
    catalogue_changed()
    return saved


def _store(category: Category) -> None:
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as error:
        raise ShopError("category_exists", _("同一级已有同名分类"), status=409) from error


def _found_by(categories: Sequence[Category]) -> list[int]:
    """Return the products (primary keys) that are found by these categories' names: in them or right below."""
    inside = Q(category__in=categories) | Q(category__parent__in=categories)
    return list(Product.objects.filter(inside).values_list("pk", flat=True))


def _check_place(moved: int | None, parent: int | None) -> None:
    """Refuse a parent below `moved` itself and a tree that gets too deep.

    All categories are locked first: two moves at the same time could otherwise close a circle together.
    """
    parents = dict(Category.objects.select_for_update().order_by("pk").values_list("pk", "parent_id"))
    if parent is not None and parent not in parents:
        raise ShopError("category_invalid", _("分类填写有误"), detail={"parent": str(_("上级分类不存在"))})
    above = 0
    node = parent
    while node is not None:
        if node == moved:
            raise ShopError("category_cycle", _("不能把分类移到它自己或它的下级里"))
        above, node = above + 1, parents[node]
    if above + _height(parents, moved) > DEEPEST_CATEGORY:
        raise ShopError("category_too_deep", _("分类最多 %(most)d 级") % {"most": DEEPEST_CATEGORY})


def _height(parents: dict[int, int | None], top: int | None) -> int:
    """Return how many levels the subtree of `top` has; a new category has one."""
    children = [pk for pk, parent in parents.items() if top is not None and parent == top]
    return 1 + max((_height(parents, child) for child in children), default=0)


def tree_digest(rows: Iterable[tuple[int, int | None, int, bool]]) -> str:
    """Return a short text that differs when any (pk, parent, position, shown) differs."""
    return sha256(repr(sorted(rows)).encode()).hexdigest()[:16]


@transaction.atomic
def arrange_categories(places: Sequence[Place], *, digest: str) -> list[tuple[Category, Place]]:
    """Bring the whole tree to these places, in this order; return what changed, with each one's old place.

    Raises ShopError 409 `categories_changed` when the tree is no longer the one with `digest`, `category_cycle`,
    `category_too_deep`, 409 `category_exists`.
    """
    rows = {row.pk: row for row in Category.objects.select_for_update().order_by("pk")}
    present = tree_digest((row.pk, row.parent_id, row.position, row.is_shown) for row in rows.values())
    if present != digest or {place.pk for place in places} != set(rows) or len(places) != len(rows):
        raise ShopError("categories_changed", _("分类已被别人修改，请刷新后重新调整"), status=409)
    _check_tree({place.pk: place.parent for place in places})
    before = {row.pk: Place(row.pk, row.parent_id, row.is_shown) for row in rows.values()}
    changed, moved = [], []
    counts: dict[int | None, int] = defaultdict(int)
    for place in places:
        row, position = rows[place.pk], counts[place.parent]
        counts[place.parent] += 1
        if (row.parent_id, row.position, row.is_shown) != (place.parent, position, place.is_shown):
            moved += [row] if row.parent_id != place.parent else []
            row.parent_id, row.position, row.is_shown = place.parent, position, place.is_shown
            changed.append(row)
    _store_places(changed)
    renew(_found_by(moved))
    return [(row, before[row.pk]) for row in changed]


def _check_tree(parents: Mapping[int, int | None]) -> None:
    if any(parent is not None and parent not in parents for parent in parents.values()):
        raise ShopError("category_invalid", _("分类填写有误"), detail={"parent": str(_("上级分类不存在"))})
    for node in parents:
        depth, above = 1, parents[node]
        while above is not None:
            if above == node or depth > len(parents):
                raise ShopError("category_cycle", _("不能把分类移到它自己或它的下级里"))
            depth, above = depth + 1, parents[above]
        if depth > DEEPEST_CATEGORY:
            raise ShopError("category_too_deep", _("分类最多 %(most)d 级") % {"most": DEEPEST_CATEGORY})


def _store_places(changed: Sequence[Category]) -> None:
    if not changed:
        return
    try:
        with transaction.atomic():
            Category.objects.bulk_update(changed, ["parent", "position", "is_shown"])
    except IntegrityError as error:
        raise ShopError("category_exists", _("同一级已有同名分类"), status=409) from error
    for category in changed:
        publish("category.changed", "category", category.key)
    catalogue_changed()


@transaction.atomic
def delete_category(category: Category) -> None:
    """Remove a category; ShopError `category_in_use` while it has products or children."""
    key = category.key
    try:
        category.delete()
    except ProtectedError as error:
        raise ShopError("category_in_use", _("分类下还有商品或子分类，不能删除"), status=409) from error
    publish("category.changed", "category", key)
    catalogue_changed()


@transaction.atomic
def ensure_categories(paths: Iterable[Path]) -> tuple[dict[Path, Category], int]:
    """Return the category of each path and of every path above it, and how many had to be made."""
    known = Category.objects.by_path()
    wanted = {path[:depth]: None for path in paths for depth in range(1, len(path) + 1)}  # a dict keeps the order
    made = 0
    for depth in range(1, DEEPEST_CATEGORY + 1):
        missing = [path for path in wanted if len(path) == depth and path not in known]
        rows = [
            Category(name=path[-1], parent=known[path[:-1]] if depth > 1 else None, position=position)
            for position, path in enumerate(missing)
        ]
        for path, category in zip(missing, Category.objects.bulk_create(rows), strict=True):
            known[path] = category
            publish("category.changed", "category", category.key)
        made += len(rows)
    if made:
        catalogue_changed()
    return known, made


@transaction.atomic
def set_taglines(taglines: Mapping[Category, str]) -> None:
    """Write these categories' taglines where they differ."""
    changed = [category for category, tagline in taglines.items() if category.tagline != tagline]
    for category in changed:
        category.tagline = taglines[category]
        publish("category.changed", "category", category.key)
    Category.objects.bulk_update(changed, ["tagline"], batch_size=500)
    if changed:
        catalogue_changed()
