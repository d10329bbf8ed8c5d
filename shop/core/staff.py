"""Writes about staff: the owner of a new shop, tickets into the back office."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from shop.core.models import Ticket, User
from tenants.context import ShopRef
from tenants.services import Owner

TICKET_SECONDS = 60


def open_shop(shop: ShopRef, owner: Owner) -> None:
    """Write the owner into the new shop's schema."""
    User.objects.create(username=owner.contact, password=owner.password, is_owner=True, is_staff=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_ticket(user: User) -> str:
    """Return a token that lets `user` in once within TICKET_SECONDS; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    Ticket.objects.create(token_hash=_hash(token), user=user, expires_at=Now() + timedelta(seconds=TICKET_SECONDS))
    return token


@transaction.atomic
def redeem_ticket(token: str) -> User | None:
    """Return the user of an unused, unexpired ticket and use it up; None otherwise."""
    ticket = (
        Ticket.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("user")
        .filter(token_hash=_hash(token))
        .first()
    )
    if ticket is None:
        return None
    alive = Ticket.objects.filter(pk=ticket.pk, expires_at__gt=Now()).exists()
    Ticket.objects.filter(pk=ticket.pk).delete()
    return ticket.user if alive and ticket.user.is_active else None
