"""What is wrong on the product's page, as a list that stands above it and leads to each place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shop.catalog.admin_widgets import grid_words
from shop.catalog.variants import Variants

# Which part of the page shows which fields, in the order of the page.
PARTS: dict[str, tuple[str, ...]] = {
    "part-base": ("title", "subtitle", "category", "brand", "kind", "unit", "code", "tags"),
    "part-pictures": ("pictures", "video"),
    "part-skus": ("variants",),
    "part-selling": (
        *("shelf", "on_shelf_at", "off_shelf_at", "least_per_order", "most_per_order", "most_per_member"),
        *("is_new", "is_hot"),
    ),
    "part-facts": ("facts",),
    "part-detail": ("detail_html",),
    "part-more": ("guarantees", "related", "keywords"),
}
_CELL = re.compile(r"rows\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong: the part of the page, the element to go to, what it is called and why."""

    part: str
    place: str
    label: str
    text: str


def reasons(form: Any) -> list[Reason]:
    """Return what is wrong with the fields of a product's form, in the order of the page."""
    named = [(part, name) for part, names in PARTS.items() for name in names if name in form.errors]
    return [reason for part, name in named for reason in _of_field(form, part, name)]


def _of_field(form: Any, part: str, name: str) -> Iterator[Reason]:
    drawn: dict[str, str] = getattr(form.fields[name].widget, "errors", {})
    label = str(form.fields[name].label)
    for place, why in drawn.items():
        yield Reason(part, place, _cell(getattr(form, "grid", None), place) or label, str(why))
    for why in form.errors[name]:
        if not drawn or str(why) not in form.summed_up:
            yield Reason(part, form[name].id_for_label, label, str(why))


def _cell(grid: Variants | None, place: str) -> str:
    """Return what a cell of the grid is called: the SKU's options and the column."""
    found = _CELL.match(place)
    if not found or grid is None or int(found[1]) not in grid.places:
        return ""
    sku = grid.skus[grid.places.index(int(found[1]))]
    return " ".join(filter(None, ("/".join(sku.options.values()), grid_words().get(found[2], ""))))
