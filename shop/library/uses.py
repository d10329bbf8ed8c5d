"""Where assets are shown. A foreign key to Asset is found by itself; texts and history are registered by their apps."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from shop.library.models import Asset
from shop.library.registry import columns, histories
from tenants.context import require_shop

# What names an asset inside a text or JSON column: its file, or its key as the value of "asset".
_NAMED = r"([pv]/[0-9a-f]{2}/[0-9a-f]{32})"
_KEYED = r'"asset": *"([0-9a-z]{10})"'


@dataclass(frozen=True, slots=True)
class Use:
    """One place that shows an asset: its kind in words, its name, the address of its page in the back office or ""."""

    kind: str
    title: str
    link: str


def used() -> Q:
    """Return the condition that an asset is shown somewhere; texts are read when this is called."""
    condition = Q(pk__in=[])
    for model, field in _relations():
        condition |= Q(Exists(model._default_manager.filter(**{field: OuterRef("pk")})))
    named, keyed = _in_texts()
    return condition | Q(name__in=named) | Q(key__in=keyed)


def uses_of(asset: Asset) -> list[Use]:
    """Return the places that show an asset."""
    found: dict[Use, None] = {}
    for model, field in _relations():
        for row in model._default_manager.filter(**{field: asset.pk})[:50]:
            found[_use(getattr(row, "shown_on", row))] = None
    for label, column in columns:
        model = apps.get_model(label)
        rows = model._default_manager.annotate(written=Cast(column, models.TextField()))
        stem = re.sub(r"\.\w+$", "", asset.name)
        for row in rows.filter(Q(written__contains=stem) | Q(written__contains=f'"{asset.key}"'))[:50]:
            found[_use(getattr(row, "shown_on", row))] = None
    return list(found)


def kept_by_history(names: Iterable[str]) -> set[str]:
    """Return those storage names that past records (orders) still show."""
    asked = list(names)
    return {name for path in histories for name in import_string(path)(asked)}


def _relations() -> list[tuple[type[models.Model], str]]:
    fields: Any = Asset._meta.get_fields(include_hidden=True)
    return [
        (field.related_model, field.field.name)
        for field in fields
        if field.auto_created and not field.concrete and not field.many_to_many
    ]


def _in_texts() -> tuple[set[str], set[str]]:
    """Return the names and the keys of all assets that registered columns name."""
    uuid = require_shop().uuid
    endings = {"p": "webp", "v": "mp4"}
    files = {found for label, column in columns for found in _matches(label, column, _NAMED)}
    keys = {found for label, column in columns for found in _matches(label, column, _KEYED)}
    return {f"{uuid}/{stem}.{endings[stem[0]]}" for stem in files}, keys


def _matches(label: str, column: str, pattern: str) -> set[str]:
    model = apps.get_model(label)
    table = connection.ops.quote_name(model._meta.db_table)
    field = connection.ops.quote_name(model._meta.get_field(column).column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT found[1] FROM {table}, regexp_matches({field}::text, %s, 'g') found",  # noqa: S608
            [pattern],
        )
        return {row[0] for row in cursor.fetchall()}


def _use(row: models.Model) -> Use:
    meta = row._meta
    try:
        link = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=(row.pk,))
    except NoReverseMatch:
        link = ""
    return Use(str(meta.verbose_name), str(row), link)
