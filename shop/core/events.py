"""Domain events of a shop: one path, no signals."""

from tenants.outbox import publish

__all__ = ["publish"]
