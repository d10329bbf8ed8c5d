"""E-mail addresses and mainland mobile numbers, in the one form in which they are stored and counted."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tenants.errors import ShopError

MOBILE = re.compile(r"1[3-9][0-9]{9}")
SEPARATORS = re.compile(r"[\s().·‐-―-]+")
COUNTRY = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")
INVISIBLE = frozenset({"Cc", "Cf"})
LONGEST = 254


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached; equal whichever way it was typed."""

    kind: Literal["email", "phone"]
    value: str


def parse_contact(text: str) -> Contact:
    """Return the contact in `text`; ShopError `contact_invalid` when it is neither e-mail nor mainland mobile."""
    visible = "".join(letter for letter in text if unicodedata.category(letter) not in INVISIBLE)
    plain = unicodedata.normalize("NFKC", visible).strip().lower()
    if "@" in plain:
        return Contact("email", _checked_email(plain))
    number = COUNTRY.sub("", SEPARATORS.sub("", plain))
    if not MOBILE.fullmatch(number):
        raise ShopError("contact_invalid", _("请填写邮箱地址或中国大陆手机号"))
    return Contact("phone", number)


def _checked_email(text: str) -> str:
    try:
        if len(text) > LONGEST:
            raise ValidationError("too long")
        validate_email(text)
    except ValidationError as error:
        raise ShopError("contact_invalid", _("请填写正确的邮箱地址")) from error
    return text
