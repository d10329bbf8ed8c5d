"""Log-in by a code that is sent to a phone, for shoppers outside WeChat."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shop.core import crypto, idempotency
from shop.core.errors import ShopError
from shop.members.models import Identity, PhoneCode
from shop.members.services.locks import lock_identities
from shop.members.services.logins import Login, issue_token
from shop.members.services.phones import checked_mobile, member_with_phone
from tenants import due
from tenants.addresses import network_of
from tenants.codes import LIFETIME
from tenants.context import require_shop
from tenants.signup import housekeeping, limits
from tenants.signup.contacts import Contact
from tenants.signup.senders import sender_for

PURPOSE = "login"
PURGE_EVERY = timedelta(days=1)


def has_phone_login() -> bool:
    """Return whether codes reach phones on this platform."""
    return sender_for("phone") is not None


@transaction.atomic
def request_phone_code(phone: str, address: str) -> None:
    """Send `phone` a new code, which replaces the one before; nothing depends on whether the number is known.

    ShopError: 409 `contact_unreachable` when no sender reaches phones, 422 `phone_invalid`, 429 `too_many` above a
    limit of the number, of the client's `address`, of its share of the shop's, or of the shop.
    """
    sender = sender_for("phone")
    if sender is None:
        raise ShopError("contact_unreachable", _("店铺暂不支持短信登录"), status=409)
    number = checked_mobile(phone)
    _take(number, address)
    row = _renew(number)
    if sender.uses_network:
        due.schedule("members.send_code", f"{row.pk}:{row.nonce}")
    else:
        sender.send(Contact("phone", number), row.digits, PURPOSE)
    due.schedule("members.purge_codes", "daily", after=PURGE_EVERY)


def _take(number: str, address: str) -> None:
    """Count one message; the number's limits hold over all shops, so they know it by a digest of the platform's."""
    subject = salted_hmac("weipu.login.limit", number, algorithm="sha256").hexdigest()
    shop, most, network = str(require_shop().uuid), settings.LOGIN_CODES_PER_DAY, network_of(address)
    limits.take(
        (limits.LOGIN_CODES_BY_ADDRESS, network),
        (limits.login_codes_by_shop_and_address(most), f"{shop} {network}"),
        (limits.LOGIN_CODES_BY_PHONE_MINUTE, subject),
        (limits.LOGIN_CODES_BY_PHONE_DAY, subject),
        (limits.login_codes_by_shop(most), shop),
    )


def _renew(number: str) -> PhoneCode:
    row = PhoneCode(nonce=secrets.token_hex(16), expires_at=Now() + LIFETIME)
    row.phone = number
    changed = ["uuid", "phone_sealed", "nonce", "expires_at", "tries", "used_at"]
    PhoneCode.objects.bulk_create([row], update_conflicts=True, unique_fields=["phone_digest"], update_fields=changed)
    return row


def send_code(ref: str) -> None:
    """Send the code of the due row `<pk>:<nonce>`, unless it was replaced, used or has expired meanwhile."""
    pk, _sep, nonce = ref.partition(":")
    row = PhoneCode.objects.filter(pk=int(pk), nonce=nonce, expires_at__gt=Now(), used_at=None).first()
    sender = sender_for("phone")
    if row is not None and sender is not None:
        sender.send(Contact("phone", row.phone), row.digits, PURPOSE)


def log_in_with_phone(phone: str, code: str) -> Login:
    """Return the log-in of who proves a number by its code: its member, or a new one with that verified number.

    ShopError 422: `phone_invalid`, `code_wrong` (wrong, used, expired or guessed too often). Of parallel log-ins with
    one code one succeeds.
    """
    number = checked_mobile(phone)
    row = PhoneCode.objects.filter(phone_digest=crypto.digest(number, "phone")).first()
    if row is None or not row.is_proved_by(code):
        raise _code_wrong()
    with transaction.atomic():
        lock_identities()
        if not row.use():
            raise _code_wrong()
        member = member_with_phone(number)
        identity = Identity.objects.of_phone(row.phone_digest).get()
        token, expires_at = issue_token(member, identity)
        idempotency.schedule_purge()
    return Login(token, expires_at, member)


def _code_wrong() -> ShopError:
    return ShopError("code_wrong", _("验证码不正确或已过期，请核对或重新获取"))


def purge_codes(ref: str) -> due.Again | None:
    """Remove codes that have expired; comes back while some are left."""
    PhoneCode.objects.filter(expires_at__lt=Now()).delete()
    housekeeping.purge(ref)
    return due.Again(PURGE_EVERY.total_seconds()) if PhoneCode.objects.exists() else None
