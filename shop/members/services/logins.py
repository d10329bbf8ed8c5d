"""Log-in with WeChat and the tokens it gives."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField
from django.utils import timezone

from shop.core import idempotency
from shop.core.prepared import Parameter, Prepared
from shop.members import wechat
from shop.members.authentication import token_hash
from shop.members.models import Identity, Member, MemberToken, WechatApp
from shop.members.services.locks import lock_identities, lock_members
from shop.members.services.merging import absorb, is_empty
from shop.members.services.refusals import refusal_of
from shop.members.services.registering import register

TOKEN_LIFETIME = timedelta(days=30)
MOST_TOKENS = 10  # of one member; the oldest go first

_SUBJECT = Prepared(
    lambda: Identity.objects.filter(pk=Parameter("identity", BigIntegerField()), kind=Identity.Kind.MINIPROGRAM).values(
        "subject"
    )
)


@dataclass(frozen=True, slots=True)
class Login:
    """A fresh token, until when it is good, and who it stands for."""

    token: str
    expires_at: datetime
    member: Member


def log_in_with_code(code: str) -> Login:
    """Return the log-in of a wx.login code; ShopError 409 `wechat_app_missing`, 422 `wechat_code_invalid`, 503."""
    app = WechatApp.objects.current()
    try:
        session = wechat.code_to_session(code)
    except wechat.WechatError as error:
        raise refusal_of(error) from error
    try:
        return _log_in(session.openid, session.unionid, app)
    except IntegrityError:  # the member was erased or merged meanwhile; who logs in now is found or made anew
        return _log_in(session.openid, session.unionid, app)


@transaction.atomic
def _log_in(openid: str, unionid: str, app: WechatApp) -> Login:
    identity = _identity(openid, unionid, app)
    token, expires_at = issue_token(identity.member, identity)
    idempotency.schedule_purge()
    return Login(token, expires_at, identity.member)


def login(openid: str, unionid: str, app: WechatApp) -> Member:
    """Return the member behind an openid of `app`, made on first sight; parallel first log-ins make one."""
    return _identity(openid, unionid, app).member


def _identity(openid: str, unionid: str, app: WechatApp) -> Identity:
    known = Identity.objects.of_app(app.appid, openid).select_related("member")
    identity = known.first()
    if identity is None:
        try:
            with transaction.atomic():
                return _first_login(openid, unionid, app)
        except IntegrityError:  # a parallel first log-in was faster; its member is the one
            return known.get()
    if unionid and not identity.unionid:
        _learn_unionid(identity, unionid)
        return known.get()
    return identity


def _first_login(openid: str, unionid: str, app: WechatApp) -> Identity:
    member = _known_by_unionid(unionid) if unionid else None
    return Identity.objects.create(
        member=member or register(),
        kind=Identity.Kind.MINIPROGRAM,
        app=app.appid,
        subject=openid,
        unionid=unionid,
    )


def _known_by_unionid(unionid: str) -> Member | None:
    lock_identities()
    pk = Identity.objects.filter(unionid=unionid).values_list("member_id", flat=True).order_by("pk").first()
    return lock_members(pk)[0] if pk else None


@transaction.atomic
def _learn_unionid(identity: Identity, unionid: str) -> None:
    """Write the unionid; when it is another member's too and one of the two owns nothing, make them one."""
    lock_identities()
    Identity.objects.filter(pk=identity.pk).update(unionid=unionid)
    others = Identity.objects.filter(unionid=unionid).exclude(member=identity.member_id)
    other = others.values_list("member_id", flat=True).order_by("pk").first()
    if other is None:
        return
    mine, theirs = lock_members(identity.member_id, other)
    if not mine.phone_digest and is_empty(mine):
        absorb(mine, theirs)
    elif not theirs.phone_digest and is_empty(theirs):
        absorb(theirs, mine)


@transaction.atomic
def issue_token(
    member: Member, identity: Identity | None = None, *, lifetime: timedelta = TOKEN_LIFETIME
) -> tuple[str, datetime]:
    """Return a new token of 256 random bits and its end; only its SHA-256 is stored. Old ones beyond ten go."""
    token, expires_at = secrets.token_urlsafe(32), timezone.now() + lifetime
    MemberToken.objects.create(member=member, identity=identity, token_hash=token_hash(token), expires_at=expires_at)
    kept = MemberToken.objects.filter(member=member).order_by("-pk").values("pk")[:MOST_TOKENS]
    MemberToken.objects.filter(member=member).exclude(pk__in=kept).delete()
    return token, expires_at


def revoke(token: MemberToken) -> None:
    """Make a token worthless at once."""
    MemberToken.objects.filter(pk=token.pk).delete()


def payer_openid(token: MemberToken) -> str:
    """Return the openid that logged in for this token, "" when it was no mini-program.

    A member may have several; WeChat Pay wants that of the person who holds the phone now.
    """
    found = _SUBJECT.column(identity=token.identity_id)
    return found[0] if found else ""
