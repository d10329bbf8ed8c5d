"""The name of the shop, as its owner and its shoppers see it."""

from django.db import transaction

from shop.core.reading import catalogue_changed
from tenants.context import require_shop
from tenants.services import rename


@transaction.atomic
def rename_shop(name: str) -> None:
    """Give the current shop another name, for shoppers from the next answer on. ShopError `name_invalid`."""
    rename(require_shop(), name)
    catalogue_changed()
