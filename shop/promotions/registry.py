"""The marketing tools of this installation: one class for each app that names one."""

from collections.abc import Mapping
from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from shop.promotions import plugins
from shop.promotions.contract import Promotion


@cache
def tools() -> Mapping[str, Promotion]:
    """Return code → tool, in the order of the steps; ImproperlyConfigured for a code that two apps claim."""
    found: dict[str, Promotion] = {}
    for config in plugins.configs():
        if config.promotion:
            tool: Promotion = import_string(config.promotion)()
            if tool.code in found:
                raise ImproperlyConfigured(f"two marketing tools call themselves {tool.code}")
            found[tool.code] = tool
    return dict(sorted(found.items(), key=lambda pair: (pair[1].stage, pair[0])))


@cache
def config_of(code: str) -> plugins.ToolConfig | None:
    """Return the app of a tool; None when this installation has no such tool."""
    named = (config for config in plugins.configs() if config.promotion)
    return next((config for config in named if import_string(config.promotion).code == code), None)
