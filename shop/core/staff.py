"""Writes about staff: the owner of a new shop, colleagues and their roles, tickets into the back office."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core import crypto
from shop.core.errors import ShopError
from shop.core.models import AuditEntry, LoginAttempt, Ticket, User
from shop.core.shutting_out import shut_out
from tenants.context import ShopRef
from tenants.services import Owner

TICKET_SECONDS = 60


def open_shop(shop: ShopRef, owner: Owner) -> None:
    """Write the owner into the new shop's schema."""
    User.objects.create(username=owner.contact, password=owner.password, is_owner=True, is_staff=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDraft:
    """A colleague as they shall be; `password` in plain text, "" keeps the one there is."""

    username: str
    display_name: str = ""
    password: str = ""
    roles: frozenset[str] = frozenset()
    is_active: bool = True


def may_edit(by: User, user: User) -> bool:
    """Return whether `by` may edit `user`: never oneself, never the owner, nobody with a role `by` lacks."""
    if user.is_owner or user.pk == by.pk:
        return False
    return by.is_owner or roles_of(user) <= roles_of(by)


def roles_of(user: User) -> frozenset[str]:
    """Return the names of the roles that `user` holds."""
    return frozenset(user.groups.values_list("name", flat=True))


@transaction.atomic
def save_staff(by: User, draft: StaffDraft, user: User | None = None) -> User:
    """Make a colleague, or change one.

    ShopError: 403 `staff_protected` (oneself, the owner, somebody with a role `by` lacks), 403 `role_not_held`,
    `username_invalid`, 409 `username_taken`, `password_invalid`.
    """
    saved = User() if user is None else User.objects.select_for_update().get(pk=user.pk)
    if user is not None and not may_edit(by, saved):
        raise ShopError("staff_protected", _("不能修改自己、店主或权限比自己多的员工"), status=403)
    if not by.is_owner and not draft.roles <= roles_of(by):
        raise ShopError("role_not_held", _("只能授予自己拥有的角色"), status=403)
    saved.username, saved.display_name = draft.username.strip(), draft.display_name.strip()
    saved.is_active = draft.is_active
    _set_password(saved, draft.password)
    _store(saved)
    if user is not None and (draft.password or not draft.is_active):
        shut_out(saved)
    saved.groups.set(Group.objects.filter(name__in=draft.roles))
    return saved


def _set_password(user: User, password: str) -> None:
    if not password and user.pk:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ShopError("password_invalid", _("密码不符合要求"), detail={"password": error.messages}) from error
    user.set_password(password)


def _store(user: User) -> None:
    if not user.username:
        raise ShopError("username_invalid", _("请填写账号"), detail={"username": str(_("请填写账号"))})
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        taken = _("这个账号已经有人用了")
        raise ShopError("username_taken", taken, status=409, detail={"username": str(taken)}) from error


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


@transaction.atomic
def reset_password(account: str, password: str) -> User:
    """Give an account a new password and forget its failed log-ins; its sessions and previews end.

    ShopError: 404 `not_found`, `password_invalid`.
    """
    user = User.objects.filter(username__iexact=account.strip()).first()
    if user is None:
        raise ShopError("not_found", _("没有这个账号"), status=404)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ShopError("password_invalid", " ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    shut_out(user)
    LoginAttempt.objects.filter(account_digest=crypto.digest(user.username.lower(), "login")).delete()
    AuditEntry.objects.create(
        actor="command", action="password.reset", object_kind="core.user", object_ref=str(user.pk), after={}
    )
    return user
