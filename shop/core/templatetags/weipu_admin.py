"""Filters of the back office's pages."""

from typing import Any

from django import template
from django.core.files.storage import storages
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe

from shop.core import admin_fields

register = template.Library()


@register.filter
def money(fen: int | None) -> str:
    """Return fen as a person reads it, `¥12.50`."""
    return admin_fields.money(fen)


@register.filter
def picture_url(name: str) -> str:
    """Return the address of a stored picture."""
    return storages["public"].url(name) if name else ""


@register.filter
def answers(line: Any, shows_personal: bool) -> list[dict[str, str]]:
    """Return what the buyer of an order line filled in; sealed answers only for who may see them."""
    rows = line.answers() if shows_personal else line.form
    return [row for row in rows if row["value"]]


@register.filter
def actor_name(actor: str) -> Any:
    """Return who did something: the system, an import, a shopper, or a staff account."""
    return admin_fields.actor_name(actor)


@register.filter
def without_repeats(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts of a page's title, of neighbours that read the same the last one only."""
    texts = [str(part["title"]).capitalize() for part in parts]
    return [part for part, text, after in zip(parts, texts, [*texts[1:], None], strict=True) if text != after]


@register.filter
def page_json(value: Any, name: str) -> SafeString:
    """Return the value as JSON for a page's script to read, in a script element marked `data-<name>`."""
    element = str(json_script(value))
    return mark_safe(element.replace("<script ", f"<script data-{name} ", 1))
