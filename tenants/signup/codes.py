"""Six-digit codes that prove a contact."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants import due
from tenants.addresses import network_of
from tenants.codes import LIFETIME
from tenants.errors import ShopError
from tenants.signup import limits
from tenants.signup.contacts import Contact, parse_contact
from tenants.signup.models import SignupCode
from tenants.signup.senders import sender_for

PURPOSE = "signup"
PURGE_AFTER = timedelta(days=1)


@transaction.atomic
def request_code(contact: Contact, address: str) -> None:
    """Send `contact` a new code, which replaces the one before.

    ShopError `too_many` (429) above a limit of the contact or of `address`, `contact_unreachable` when the
    configured sender does not reach this kind of contact. Nothing depends on whether the contact is known.
    """
    sender = sender_for(contact.kind)
    if sender is None:
        raise ShopError("contact_unreachable", _("请填写邮箱地址"))
    limits.take(
        (limits.CODES_BY_ADDRESS, network_of(address)),
        (limits.CODES_BY_CONTACT_MINUTE, contact.value),
        (limits.CODES_BY_CONTACT_DAY, contact.value),
    )
    row = _renew(contact)
    if sender.uses_network:
        due.schedule("signup.send", f"{row.pk}:{row.nonce}")
    else:
        sender.send(contact, row.digits, PURPOSE)
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
    contact = parse_contact(row.contact) if row else None
    if row and contact and (sender := sender_for(contact.kind)):
        sender.send(contact, row.digits, PURPOSE)


def check_code(contact: Contact, code: str) -> SignupCode:
    """Return the row that `code` proves, used or not; ShopError `code_wrong` otherwise."""
    row = SignupCode.objects.filter(contact=contact.value).first()
    if row is not None and row.is_proved_by(code):
        return row
    raise ShopError("code_wrong", _("验证码不正确或已过期，请核对或重新获取"))


def use_code(row: SignupCode, slug: str) -> bool:
    """Use the code up for the shop `slug`; False when it was used or replaced before."""
    return row.use(slug=slug)
