"""Typed reads of the environment; a running `manage.py up` lends its values as defaults."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """Reads WEIPU_* variables, then the files behind WEIPU_*_FILE, then `defaults`."""

    def __init__(self, defaults: dict[str, str]) -> None:
        self.defaults = defaults

    def text(self, name: str, default: str = "") -> str:
        """Return the value of `name` as text."""
        if name in os.environ:
            return os.environ[name]
        if file := os.environ.get(f"{name}_FILE"):
            return Path(file).read_text().strip()
        return self.defaults.get(name, default)

    def integer(self, name: str, default: int) -> int:
        """Return the value of `name` as an integer; ImproperlyConfigured when it is none."""
        try:
            return int(self.text(name, str(default)))
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must be a whole number") from error

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether `name` is switched on (1, true, yes, on)."""
        return self.text(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}

    def words(self, name: str, default: str = "") -> list[str]:
        """Return the comma-separated parts of `name`."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def database(self, name: str) -> dict[str, str]:
        """Return Django's connection settings from a postgresql:// address."""
        address = urlsplit(self.text(name, "postgresql:///weipu"))
        return {
            "NAME": address.path.lstrip("/"),
            "USER": unquote(address.username or ""),
            "PASSWORD": unquote(address.password or ""),
            "HOST": address.hostname or "",
            "PORT": str(address.port or ""),
        }
