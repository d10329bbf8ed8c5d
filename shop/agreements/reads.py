"""Agreements as shoppers read them."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from shop.agreements.models import Agreement
from shop.catalog import richtext
from tenants.context import require_shop
from tenants.services import current_name

Row = dict[str, Any]


def agreements() -> list[Row]:
    """Return kind, title and time of change of each agreement."""
    return [_head(agreement) for agreement in Agreement.objects.all()]


def agreement_text(kind: str) -> Row:
    """Return an agreement in the language of the request; Agreement.DoesNotExist for an unknown kind."""
    agreement = Agreement.objects.get(kind=kind)
    is_english = (get_language() or "").startswith("en")
    own = (is_english and agreement.text_en) or agreement.text
    html = richtext.rendered(own) if own else _usual(kind)
    return {**_head(agreement), "html": html, "is_usual": not own}


def _head(agreement: Agreement) -> Row:
    title = str(agreement.get_kind_display())
    return {"kind": agreement.kind, "title": title, "updated_at": agreement.updated_at}


def _usual(kind: str) -> str:
    """Return the text that a shop without one of its own shows, with its name."""
    return richtext.rendered(render_to_string(f"agreements/{kind}.html", {"shop": current_name(require_shop())}))
