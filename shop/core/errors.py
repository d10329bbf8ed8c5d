"""Errors of a shop's rules."""

from tenants.errors import ShopError

__all__ = ["ShopError"]
