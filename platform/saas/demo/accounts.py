"""The log-ins of the demonstration: made once, kept in DATA/demo.json, readable by its owner only."""

import json
import secrets
from io import StringIO

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from saas.embedded.runtime_env import write_private
from shop.core.models import User
from tenants.context import CONSOLE, using_shop
from tenants.models import KEY_ALPHABET

FILE_NAME = "demo.json"
OPERATOR = "demo-operator@example.com"


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


def ensure_operator() -> tuple[str, str]:
    """Return account and password of an operator of the platform, made on first use."""
    password, is_new = password_of(OPERATOR)
    with using_shop(CONSOLE):
        known = User.objects.filter(username=OPERATOR)
        if not known.exists():
            call_command("create_operator", OPERATOR, password=password, stdout=StringIO())
        elif is_new:  # the file was lost: the printed log-in shall be true again
            known.update(password=make_password(password))
    return OPERATOR, password
