"""Rewards that one part of the shop gives in the name of another: points, coupons. Kinds register themselves."""

from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def kinds(name: str = "rewards") -> dict[str, str]:
    """Return kind → dotted path of `(member pk, spec, business_key) -> None`, from the `rewards` of all apps."""
    return {kind: path for config in apps.get_app_configs() for kind, path in getattr(config, name, {}).items()}


def grant(kind: str, member: int, spec: dict[str, Any], business_key: str) -> bool:
    """Give a member (pk) a reward, once per `business_key`; False when no app of this installation gives this kind.

    `spec`: {"quantity": int, "ref": str}, what the kind makes of it is its own.
    """
    return _call("rewards", kind, member, spec, business_key)


def take_back(kind: str, member: int, spec: dict[str, Any], business_key: str) -> bool:
    """Take back what was granted with these arguments, once, as far as it is there; False as `grant`.

    What was never granted changes nothing: the caller sees to it that it is not granted afterwards.
    """
    return _call("rewards_back", kind, member, spec, business_key)


def _call(name: str, kind: str, member: int, spec: dict[str, Any], business_key: str) -> bool:
    path = kinds(name).get(kind)
    if path is None:
        return False
    import_string(path)(member, spec, business_key)
    return True
