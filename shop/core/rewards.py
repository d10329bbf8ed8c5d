"""Rewards that one part of the shop gives in the name of another: points, coupons. Kinds register themselves."""

from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def kinds() -> dict[str, str]:
    """Return kind → dotted path of `(member pk, spec, business_key) -> None`, from the `rewards` of all apps."""
    return {kind: path for config in apps.get_app_configs() for kind, path in getattr(config, "rewards", {}).items()}


def grant(kind: str, member: int, spec: dict[str, Any], business_key: str) -> bool:
    """Give a member (pk) a reward, once per `business_key`; False when no app of this installation gives this kind.

    `spec`: {"quantity": int, "ref": str}, what the kind makes of it is its own.
    """
    path = kinds().get(kind)
    if path is None:
        return False
    import_string(path)(member, spec, business_key)
    return True
