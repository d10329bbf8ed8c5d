"""The rows below a product: option types, SKUs and attributes, brought to what the draft says."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.models import SKU, Attribute, Option, Product
from shop.catalog.services.assets import held

Pairs = Sequence[tuple[Product, ProductDraft]]

_DRAFT_FIELDS = ("code", "options", "price", "list_price", "barcode", "weight")
_OPTIONAL_FIELDS = ("cost_price", "member_price")


def save_parts(pairs: Pairs) -> set[int]:
    """Bring the parts of these stored products to their drafts; return the keys (pk) of products that changed."""
    return _save_skus(pairs) | _save_options(pairs) | _save_attributes(pairs)


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.product_id].append(row)
    return groups


def _save_skus(pairs: Pairs) -> set[int]:
    stored = _grouped(SKU.objects.filter(product__in=[product.pk for product, _ in pairs]))
    pictures = held(sku.picture for _, draft in pairs for sku in draft.skus)
    missing: list[SKU] = []
    changed: list[SKU] = []
    reshaped: list[int] = []
    new: list[SKU] = []
    written = {"archived_at"}  # the columns that change in any row: writing all of them takes several times as long
    for product, draft in pairs:
        rows = stored[product.pk]
        kept = [_match(rows, sku) for sku in draft.skus]
        missing += [row for row in rows if row.archived_at is None and row not in kept]
        for position, (row, sku) in enumerate(zip(kept, draft.skus, strict=True)):
            values = _values(sku, position, row)
            values["picture_id"] = _picture(sku, row, pictures)
            if row is None:
                new.append(SKU(product=product, **values))
            elif row.archived_at or any(getattr(row, name) != value for name, value in values.items()):
                if row.options != values["options"] and row.archived_at is None:
                    reshaped.append(row.pk)
                written |= {name for name, value in values.items() if getattr(row, name) != value}
                _assign(row, values)
                changed.append(row)
    for row in missing:
        _discard(row)
    # SKUs may trade their options, and live ones must be distinct at every moment in between.
    SKU.objects.filter(pk__in=reshaped).update(archived_at=timezone.now())
    SKU.objects.bulk_update(changed, sorted(written), batch_size=500)
    SKU.objects.bulk_create(new)
    return {row.product_id for row in (*missing, *changed, *new)}


def _match(rows: list[SKU], draft: SKUDraft) -> SKU | None:
    """Return the stored SKU that the draft means: by key if it has one, else by code."""
    if draft.key:
        return next((row for row in rows if row.key == draft.key), None)
    return next((row for row in rows if row.code == draft.code), None)


def _values(draft: SKUDraft, position: int, row: SKU | None) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(draft, name) for name in _DRAFT_FIELDS}
    for name in _OPTIONAL_FIELDS:
        given = getattr(draft, name)
        values[name] = getattr(row, name, 0) if given is None else given
    # A price that was lowered alone takes the member price with it: members never pay more than others.
    values["member_price"] = min(values["member_price"], draft.price)
    text = " ".join(draft.options.values())[:200]
    return values | {"options": dict(draft.options), "option_text": text, "position": position}


def _picture(draft: SKUDraft, row: SKU | None, pictures: Mapping[str, int]) -> int | None:
    if draft.picture is None:
        return row.picture_id if row else None
    return pictures[draft.picture] if draft.picture else None


def _assign(row: SKU, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.archived_at = None


def _discard(sku: SKU) -> None:
    """Delete a SKU nobody refers to; archive one that was stocked or ordered."""
    try:
        with transaction.atomic():
            SKU.objects.filter(pk=sku.pk).delete()
    except ProtectedError:
        SKU.objects.filter(pk=sku.pk).update(archived_at=timezone.now())


def _save_options(pairs: Pairs) -> set[int]:
    return _replace(
        Option,
        pairs,
        wanted=_option_types,
        stored=lambda row: {"name": row.name, "values": row.values},
    )


def _save_attributes(pairs: Pairs) -> set[int]:
    return _replace(
        Attribute,
        pairs,
        wanted=lambda draft: [{"name": item.name, "value": item.value} for item in draft.attributes],
        stored=lambda row: {"name": row.name, "value": row.value},
    )


def _option_types(draft: ProductDraft) -> list[dict[str, Any]]:
    """Return the option types as given, without values that no SKU has; else in the order of the SKUs."""
    used = {name: dict.fromkeys(sku.options[name] for sku in draft.skus) for name in draft.skus[0].options}
    if not draft.options:
        return [{"name": name, "values": list(values)} for name, values in used.items()]
    return [
        {"name": option.name, "values": [value for value in option.values if value in used[option.name]]}
        for option in draft.options
    ]


def _replace(
    model: type[Any],
    pairs: Pairs,
    *,
    wanted: Callable[[ProductDraft], list[dict[str, Any]]],
    stored: Callable[[Any], dict[str, Any]],
) -> set[int]:
    """Write the wanted rows where they differ from the stored ones; return the products (pk) they differ for."""
    rows = _grouped(model.objects.filter(product__in=[product.pk for product, _ in pairs]))
    changed = {
        product.pk: wanted(draft)
        for product, draft in pairs
        if wanted(draft) != [stored(row) for row in rows[product.pk]]
    }
    model.objects.filter(product__in=changed).delete()
    model.objects.bulk_create(
        model(product_id=product, position=position, **values)
        for product, wanted_rows in changed.items()
        for position, values in enumerate(wanted_rows)
    )
    return set(changed)
