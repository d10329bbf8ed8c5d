"""Packages of third parties that extend the shop: installed with pip and named in WEIPU_PLUGINS."""

from collections.abc import Sequence
from importlib.metadata import entry_points

from django.core.exceptions import ImproperlyConfigured

GROUP = "weipu.plugins"


def installed_apps(names: Sequence[str]) -> list[str]:
    """Return the Django apps of these packages; ImproperlyConfigured for a name that no package brings."""
    known = {each.name: each.value for each in entry_points(group=GROUP)}
    if missing := [name for name in names if name not in known]:
        raise ImproperlyConfigured(f"WEIPU_PLUGINS names what is not installed: {', '.join(missing)}")
    return [known[name] for name in names]
