"""Six-digit codes that prove a contact."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from tenants import due
from tenants.errors import ShopError
from tenants.signup import limits
from tenants.signup.contacts import Contact, parse_contact
from tenants.signup.models import SignupCode
from tenants.signup.senders import code_sender

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
PURPOSE = "signup"
PURGE_AFTER = timedelta(days=1)


def _code_of(row: SignupCode) -> str:
    digest = salted_hmac(f"weipu.signup.{row.contact}", row.nonce, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


@transaction.atomic
def request_code(contact: Contact, address: str) -> None:
    """Send `contact` a new code, which replaces the one before.

    ShopError `too_many` (429) above a limit of the contact or of `address`, `contact_unreachable` when the
    configured sender does not reach this kind of contact. Nothing depends on whether the contact is known.
    """
    sender = code_sender()
    if contact.kind not in sender.kinds:
        raise ShopError("contact_unreachable", _("请填写邮箱地址"))
    limits.take(
        (limits.CODES_BY_ADDRESS, address),
        (limits.CODES_BY_CONTACT_MINUTE, contact.value),
        (limits.CODES_BY_CONTACT_DAY, contact.value),
    )
    row = _renew(contact)
    if sender.uses_network:
        due.schedule("signup.send", f"{row.pk}:{row.nonce}")
    else:
        sender.send(contact, _code_of(row), PURPOSE)
    due.schedule("signup.purge", "daily", after=PURGE_AFTER)


def _renew(contact: Contact) -> SignupCode:
    row = SignupCode(contact=contact.value, nonce=secrets.token_hex(16), expires_at=Now() + LIFETIME)
    changed = ["nonce", "expires_at", "tries", "used_at", "slug"]
    SignupCode.objects.bulk_create([row], update_conflicts=True, unique_fields=["contact"], update_fields=changed)
    return row


def send_due(ref: str) -> None:
    """Send the code of the due row `<pk>:<nonce>`, unless it was replaced or has expired meanwhile."""
    pk, _sep, nonce = ref.partition(":")
    row = SignupCode.objects.filter(pk=int(pk), nonce=nonce, expires_at__gt=Now(), used_at=None).first()
    if row is not None:
        code_sender().send(parse_contact(row.contact), _code_of(row), PURPOSE)


def check_code(contact: Contact, code: str) -> SignupCode:
    """Return the row that `code` proves, used or not; ShopError `code_wrong` otherwise.

    Every guess is counted before it is compared, so that parallel guesses have MOST_TRIES together.
    """
    row = SignupCode.objects.filter(contact=contact.value).first()
    if row is not None and _count_try(row) and constant_time_compare(_code_of(row), code):
        SignupCode.objects.filter(pk=row.pk, nonce=row.nonce).update(tries=F("tries") - 1)
        return row
    raise ShopError("code_wrong", _("验证码不正确或已过期，请重新获取"))


def _count_try(row: SignupCode) -> bool:
    alive = SignupCode.objects.filter(pk=row.pk, nonce=row.nonce, tries__lt=MOST_TRIES, expires_at__gt=Now())
    return alive.update(tries=F("tries") + 1) == 1


def use_code(row: SignupCode, slug: str) -> bool:
    """Use the code up for the shop `slug`; False when it was used or replaced before."""
    unused = SignupCode.objects.filter(pk=row.pk, nonce=row.nonce, used_at=None)
    return unused.update(used_at=Now(), slug=slug) == 1
