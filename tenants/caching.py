"""Cache keys that carry the shop."""

from django.conf import settings

from tenants.context import require_shop


def shop_key(key: str, key_prefix: str, version: int) -> str:
    """Return a key that only the current shop can make; NoShop when there is none."""
    return f"{settings.BASE_DOMAIN}:s:{require_shop().uuid}:{version}:{key}"


def platform_key(key: str, key_prefix: str, version: int) -> str:
    """Return a key of the platform itself."""
    return f"{settings.BASE_DOMAIN}:platform:{version}:{key}"
