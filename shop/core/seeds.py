"""Rows every shop starts with."""

from shop.core.models import ShopSettings
from shop.core.roles import seed_roles


def seed() -> None:
    """Make sure that settings and roles exist."""
    ShopSettings.objects.get_or_create(pk=1)
    seed_roles()
