"""The preview of the shop: a staff member enters it as a sandbox member of their own."""

from datetime import timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shop.core import crypto
from shop.core.errors import ShopError
from shop.core.models import User
from shop.members.models import Member, MemberToken
from shop.members.services.logins import Login, issue_token
from tenants import due, signing

LIFETIME = timedelta(hours=2)  # of a ticket, and of the token it gives
KEEP = timedelta(days=1)
KIND_PURGE = "orders.purge_sandbox"  # shop.orders does it: trial orders go first
_PURPOSE = "preview"
_NICKNAME = gettext_noop("预览顾客")


def preview_ticket(user: User, session_key: str) -> str:
    """Return a ticket that is good for log-ins while this session of the user lives, for two hours at most."""
    return signing.dumps(crypto.encrypt(f"{user.pk}:{session_key}", _PURPOSE), purpose=_PURPOSE)


@transaction.atomic
def log_in_with_ticket(ticket: str) -> Login:
    """Return the log-in of the sandbox member behind a ticket; ShopError 422 `preview_ended`."""
    user = _user_of(ticket)
    if user is None:
        raise ShopError("preview_ended", _("预览已结束，请在后台重新打开"))
    member = _sandbox_member(user)
    token, expires_at = issue_token(member, lifetime=LIFETIME)
    return Login(token, expires_at, member)


def _user_of(ticket: str) -> User | None:
    """Return the active staff member whose session still lives.

    A log-out, a new password and a switching off wait until the caller has its token, and find it.
    """
    try:
        sealed = signing.loads(ticket, purpose=_PURPOSE, max_age=int(LIFETIME.total_seconds()))
        pk, _colon, session_key = crypto.decrypt(sealed, _PURPOSE).partition(":")
    except (signing.BadSignature, crypto.Undecryptable):
        return None
    users = User.objects.filter(pk=int(pk), is_active=True, is_staff=True)
    user = users.select_for_update(no_key=True).first()
    sessions = Session.objects.filter(session_key=session_key, expire_date__gt=Now())
    session = sessions.select_for_update(no_key=True).first()
    if session is None or user is None:
        return None
    said = session.get_decoded()
    same_password = constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if said.get(SESSION_KEY) == pk and same_password else None


def _sandbox_member(user: User) -> Member:
    """Return the user's sandbox member, made if need be, so locked that the purge waits."""
    while True:
        made, is_new = Member.everything.get_or_create(staff=user, defaults={"is_sandbox": True, "nickname": _NICKNAME})
        if is_new:
            due.schedule(KIND_PURGE, made.key, after=KEEP)
            return made
        if locked := Member.everything.filter(pk=made.pk).select_for_update(no_key=True).first():
            return locked


def end_previews(user: User) -> None:
    """Make the tokens of the user's sandbox member worthless; called once the user's session or password has ended."""
    MemberToken.objects.filter(member__staff=user).delete()
