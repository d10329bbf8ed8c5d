"""Writes on agreements."""

from django.db import transaction
from django.db.models.functions import Now

from shop.agreements.models import Agreement
from shop.catalog import richtext


def seed() -> None:
    """Make sure that the shop has a row for each agreement."""
    for kind in Agreement.Kind:
        Agreement.objects.get_or_create(kind=kind)


@transaction.atomic
def save_agreement(agreement: Agreement, *, text: str, text_en: str) -> None:
    """Store the texts, made harmless; a text without words and pictures is none."""
    Agreement.objects.filter(pk=agreement.pk).update(text=_clean(text), text_en=_clean(text_en), updated_at=Now())


def _clean(html: str) -> str:
    kept = richtext.clean(html)
    return kept if richtext.plain_text(kept) or "<img" in kept else ""
