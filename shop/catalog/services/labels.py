"""What stands beside products: tags, guarantees and related products, brought to what the drafts say."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.drafts import ProductDraft
from shop.catalog.models import Guarantee, Product, ProductGuarantee, ProductTag, RelatedProduct, Tag
from shop.catalog.services.summary import announce, mark_edited
from shop.core.errors import ShopError

Pairs = Sequence[tuple[Product, ProductDraft]]
Wanted = dict[int, tuple[str, ...]]


def save_labels(pairs: Pairs) -> set[int]:
    """Bring tags, guarantees and related products to the drafts; return the products (pk) that changed.

    Raises ShopError `product_invalid` for a guarantee or a related product that does not exist.
    """
    tags = _wanted(pairs, "tags")
    names = {name for values in tags.values() for name in values}
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    guarantees, related = _wanted(pairs, "guarantees"), _wanted(pairs, "related")
    return (
        _link(ProductTag, "tag", tags, _keys(Tag, "name", tags))
        | _link(ProductGuarantee, "guarantee", guarantees, _known(Guarantee, "name", guarantees, "guarantees"))
        | _link(RelatedProduct, "related", related, _known(Product, "code", related, "related"))
    )


@transaction.atomic
def relate_products(product: Product, codes: Sequence[str]) -> None:
    """Let a product show these others (by code) in this order; ShopError `product_invalid` for an unknown one."""
    wanted = {product.pk: tuple(code for code in codes if code != product.code)}
    if _link(RelatedProduct, "related", wanted, _known(Product, "code", wanted, "related")):
        mark_edited([product.pk])
        announce([product])


def _wanted(pairs: Pairs, name: str) -> Wanted:
    return {product.pk: getattr(draft, name) for product, draft in pairs if getattr(draft, name) is not None}


def _keys(model: type[Any], column: str, wanted: Wanted) -> dict[str, int]:
    names = {name for values in wanted.values() for name in values}
    return dict(model.objects.filter(**{f"{column}__in": names}).values_list(column, "pk")) if names else {}


def _known(model: type[Any], column: str, wanted: Wanted, field: str) -> dict[str, int]:
    found = _keys(model, column, wanted)
    missing = sorted({name for values in wanted.values() for name in values} - set(found))
    if missing:
        reason = _("没有“%(name)s”") % {"name": "”“".join(missing[:5])}
        raise ShopError("product_invalid", _("商品填写有误"), detail={field: reason})
    return found


def _link(model: type[Any], column: str, wanted: Wanted, keys: dict[str, int]) -> set[int]:
    if not wanted:
        return set()
    stored = _stored(model.objects.filter(product__in=wanted).values_list("product_id", f"{column}_id"))
    changed = {
        product: rows
        for product, names in wanted.items()
        if (rows := [keys[name] for name in names]) != stored[product]
    }
    model.objects.filter(product__in=changed).delete()
    model.objects.bulk_create(
        model(product_id=product, position=position, **{f"{column}_id": key})
        for product, rows in changed.items()
        for position, key in enumerate(rows)
    )
    return set(changed)


def _stored(rows: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for product, key in rows:
        found[product].append(key)
    return found
