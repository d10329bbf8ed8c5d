"""Log-in to the back office, with limits that live in PostgreSQL."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models.functions import Now
from django.http import HttpRequest

from shop.core import crypto
from shop.core.models import LoginAttempt, User
from tenants.addresses import client_address

WINDOW = timedelta(minutes=15)
MOST_BY_ADDRESS = 5  # failures of one account from one address
MOST_BY_ACCOUNT = 10  # failures of one account from anywhere


class StaffBackend(ModelBackend):
    """Checks account and password after counting this account's recent failures."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the user, or None for a wrong password or too many failures of this account."""
        if username is None or password is None:
            return None
        LoginAttempt.objects.filter(at__lt=Now() - WINDOW).delete()
        attempt = LoginAttempt.objects.create(
            account_digest=crypto.digest(username.strip().lower(), "login"),
            ip=client_address(request) if request else None,
        )
        if is_locked(attempt):
            attempt.delete()
            return None
        user = super().authenticate(request, username=username.strip(), password=password, **kwargs)
        if user is not None:
            LoginAttempt.objects.filter(account_digest=attempt.account_digest).delete()
        return user


def is_locked(attempt: LoginAttempt) -> bool:
    """Return whether this account has failed too often, from this address or altogether, in the last 15 minutes.

    The attempt itself is stored before it is counted, so that parallel guesses cannot all see a low count.
    """
    recent = LoginAttempt.objects.filter(account_digest=attempt.account_digest, at__gt=Now() - WINDOW)
    by_address = recent.filter(ip=attempt.ip).count()
    return by_address > MOST_BY_ADDRESS or recent.count() > MOST_BY_ACCOUNT
