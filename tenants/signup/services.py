"""Signing up: from a proven contact to a shop."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants import registry
from tenants.context import ShopRef, using_shop
from tenants.errors import ShopError
from tenants.models import Tenant
from tenants.services import Owner, check_slug, open_shop
from tenants.signup.codes import check_code, use_code
from tenants.signup.contacts import Contact
from tenants.signup.models import SignupCode

logger = logging.getLogger(__name__)

REPEAT_SECONDS = 60  # a second click this late still means the same shop


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a merchant typed, checked in form."""

    name: str
    slug: str
    contact: Contact
    code: str
    password: str


class _CodeUsed(Exception):
    """The code was used between being checked and being used."""


def sign_up(wanted: SignUp) -> ShopRef:
    """Open the shop and return it; repeated within REPEAT_SECONDS, return the same shop again.

    ShopError: `code_wrong`, or what `check_slug` raises.
    """
    code = check_code(wanted.contact, wanted.code)
    if code.used_at is not None:
        return _shop_made_with(code, wanted)
    check_slug(wanted.slug)
    owner = Owner(wanted.contact.value, make_password(wanted.password))
    try:
        return _open(code, wanted, owner)
    except _CodeUsed:
        return _shop_made_with(code, wanted)


@transaction.atomic
def _open(code: SignupCode, wanted: SignUp, owner: Owner) -> ShopRef:
    if not use_code(code, wanted.slug):
        raise _CodeUsed
    shop = open_shop(wanted.slug, wanted.name, owner)
    transaction.on_commit(_ask_for_spares)
    return shop


def _ask_for_spares() -> None:
    from tenants.tasks import fill_spares

    try:
        fill_spares.apply_async(retry=False)
    except Exception as error:  # whatever the broker's client raises, the poller asks again
        logger.warning("broker away: %s", type(error).__name__)


def _shop_made_with(code: SignupCode, wanted: SignUp) -> ShopRef:
    """Return the shop of a form that was sent twice: same contact, address, code and password, within a minute."""
    repeated = SignupCode.objects.filter(
        pk=code.pk,
        nonce=code.nonce,
        slug=wanted.slug,
        used_at__gt=Now() - timedelta(seconds=REPEAT_SECONDS),
    )
    tenant = Tenant.objects.filter(slug=wanted.slug, owner_contact=wanted.contact.value).first()
    shop = registry.by_uuid(tenant.uuid) if tenant and repeated.exists() else None
    if shop is None or not _is_owner(shop, wanted.password):
        raise ShopError("code_wrong", _("验证码不正确或已过期，请核对或重新获取"))
    return shop


def _is_owner(shop: ShopRef, password: str) -> bool:
    with using_shop(shop):
        owner = get_user_model().objects.filter(is_owner=True).first()
        return owner is not None and owner.check_password(password)
