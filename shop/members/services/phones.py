"""A member's verified phone number."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core import crypto
from shop.core.errors import ShopError
from shop.members import wechat
from shop.members.models import Identity, Member, WechatApp
from shop.members.services.addresses import MOBILE, plain_phone
from shop.members.services.locks import lock_identities, lock_members
from shop.members.services.merging import absorb, is_empty
from shop.members.services.refusals import refusal_of
from shop.members.services.registering import register

MOST_TRIES = 10  # every success costs the merchant money
TRIES_WINDOW = timedelta(days=1)
PHONE_COLUMNS = ["phone_sealed", "phone_digest", "phone_last4"]


def bind_phone_with_code(member: Member, code: str) -> Member:
    """Return who the caller is after binding the number of a getPhoneNumber code.

    ShopError: 409 `wechat_app_missing`, 409 `phone_taken`, 422 `wechat_code_invalid`, 429, 503.
    """
    WechatApp.objects.current()
    _count_try(member)
    try:
        phone = wechat.phone_number(code)
    except wechat.WechatError as error:
        raise refusal_of(error) from error
    return bind_phone(member, phone)


def _count_try(member: Member) -> None:
    """Count one try of the member; ShopError 429 beyond MOST_TRIES in a window."""
    begins = Q(phone_tries_since=None) | Q(phone_tries_since__lte=Now() - TRIES_WINDOW)
    counted = Member.objects.filter(begins | Q(phone_tries__lt=MOST_TRIES), pk=member.pk).update(
        phone_tries=Case(When(begins, then=Value(1)), default=F("phone_tries") + 1),
        phone_tries_since=Case(When(begins, then=Now()), default=F("phone_tries_since")),
    )
    if not counted:
        raise ShopError("too_many_requests", _("操作太频繁，请明天再试"), status=429)


@transaction.atomic
def bind_phone(member: Member, phone: str) -> Member:
    """Return who the caller is after binding a verified number; ShopError 409 `phone_taken`.

    A number that somebody else verified: an owner with nothing to lose gives it up, a caller with nothing becomes
    its owner (the number is a way to log in, and the caller has proved it), two that both own something stay apart.
    """
    lock_identities()
    digest = crypto.digest(phone, "phone")
    holder = Identity.objects.of_phone(digest).values_list("member_id", flat=True).first()
    mine, theirs = lock_members(member.pk, holder or member.pk)
    if theirs.pk == mine.pk:
        return _set_phone(mine, phone)
    if is_empty(theirs):
        _take_phone(theirs)
        return _set_phone(mine, phone)
    if is_empty(mine) and not mine.phone_digest:
        absorb(mine, theirs)
        return theirs
    raise ShopError("phone_taken", _("这个手机号已绑定其他账号"), status=409)


def _set_phone(member: Member, phone: str) -> Member:
    """Write the number; log-ins by another number end, those by this one stay."""
    member.phone = phone
    member.save(update_fields=PHONE_COLUMNS)
    numbers = Identity.objects.filter(member=member, kind=Identity.Kind.PHONE)
    numbers.exclude(subject=member.phone_digest).delete()
    numbers.get_or_create(
        subject=member.phone_digest, defaults={"member": member, "kind": Identity.Kind.PHONE, "app": ""}
    )
    return member


def checked_mobile(phone: str) -> str:
    """Return the mobile number in its one form; ShopError 422 `phone_invalid`."""
    number = plain_phone(phone)
    if not MOBILE.fullmatch(number):
        raise ShopError("phone_invalid", _("请填写正确的手机号"))
    return number


@transaction.atomic
def member_with_phone(phone: str) -> Member:
    """Return the member of a mobile number, made when nobody has it; ShopError 422 `phone_invalid`.

    Staff type the number for somebody who has not logged in yet. Whoever proves it later, by binding it, becomes
    this member, unless they own something themselves.
    """
    number = checked_mobile(phone)
    lock_identities()
    holder = Identity.objects.of_phone(crypto.digest(number, "phone")).select_related("member").first()
    return holder.member if holder else _set_phone(register(), number)


def _take_phone(member: Member) -> None:
    """Take the number away; a member that then has no way in, and owned nothing, goes."""
    Identity.objects.filter(member=member, kind=Identity.Kind.PHONE).delete()
    if not Identity.objects.filter(member=member).exists():
        member.delete()
        return
    member.phone = ""
    member.save(update_fields=PHONE_COLUMNS)
