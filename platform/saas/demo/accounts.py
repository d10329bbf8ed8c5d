"""The log-ins of the demonstration: made once, kept in DATA/demo.json, readable by its owner only."""

import json
import secrets

from django.conf import settings

from saas.embedded.runtime_env import write_private
from tenants.models import KEY_ALPHABET

FILE_NAME = "demo.json"


def password_of(account: str) -> tuple[str, bool]:
    """Return the password of a demonstration account, and whether it was made just now."""
    path = settings.DATA_DIR / FILE_NAME
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if account in known:
        return known[account], False
    known[account] = _new_password()
    write_private(path, json.dumps(known, indent=2) + "\n")
    return known[account], True


def _new_password() -> str:
    """Return three groups of four letters and digits, easy to type from a screen."""
    return "-".join("".join(secrets.choice(KEY_ALPHABET) for _ in range(4)) for _ in range(3))
