"""Events that the front page hears."""

from typing import Any

from django.db import transaction

from shop.core.reading import catalogue_changed
from shop.decoration.models import HomeItem


@transaction.atomic
def on_picture_ready(event: Any) -> None:
    """Show the smaller sizes of a picture of the front page from now on."""
    if HomeItem.objects.filter(picture__key=event.ref).exists():
        catalogue_changed()
