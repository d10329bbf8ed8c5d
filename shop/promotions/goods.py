"""Which products a promotion is for, as a filter of lists."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.module_loading import import_string

from shop.promotions import plugins
from shop.promotions.models import Activity
from shop.promotions.presentation import shown
from shop.promotions.tree import Tree, scope_of


def goods_of(key: str) -> Q:
    """Return the filter of the products that an activity is for, or something that a tool keeps itself: a coupon.

    Activity.DoesNotExist when none that runs, or will, has this key.
    """
    activity: Activity | None = shown().of_key(key)
    if activity is None:
        return _in(_kept_scope(key))
    items = activity.items.all()
    if not activity.scope and items.exists():
        return Q(pk__in=items.values("sku__product"))
    return _in(activity.scope)


def _kept_scope(key: str) -> Mapping[str, Any]:
    for config in plugins.configs():
        found: Mapping[str, Any] | None = import_string(config.scope)(key) if config.scope else None
        if found is not None:
            return found
    raise Activity.DoesNotExist


def _in(stored: Mapping[str, Any]) -> Q:
    scope = scope_of(stored, Tree())
    named = Q() if scope.is_all else Q(pk__in=scope.products) | Q(category__in=scope.categories)
    return named & ~Q(pk__in=scope.without)
