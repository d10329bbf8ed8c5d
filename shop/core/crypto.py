"""Encryption at rest: AES-256-GCM with a key per shop, each text bound to shop, model, field and row."""

import base64
import hmac
import os
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tenants.context import require_shop

KEY_ID = "1"


class Undecryptable(Exception):
    """The text was made with another key, or for another shop, model, field or row."""


@lru_cache(maxsize=4096)
def _shop_key(shop: UUID, purpose: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=shop.bytes, info=b"weipu:" + purpose)
    return derive.derive(settings.MASTER_KEY_BYTES)


def _bound_to(place: str) -> bytes:
    return f"{require_shop().uuid}|{place}".encode()


def encrypt(text: str, place: str) -> str:
    """Return `text` encrypted for the current shop and `place` (model|field|row)."""
    nonce = os.urandom(12)
    sealed = AESGCM(_shop_key(require_shop().uuid, b"data")).encrypt(nonce, text.encode(), _bound_to(place))
    return f"{KEY_ID}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(sealed: str, place: str) -> str:
    """Return the text; Undecryptable when it was not made here and for `place`."""
    key_id, _, body = sealed.partition(":")
    try:
        raw = base64.b64decode(body, validate=True)
        if key_id != KEY_ID:
            raise ValueError(key_id)
        key = _shop_key(require_shop().uuid, b"data")
        return AESGCM(key).decrypt(raw[:12], raw[12:], _bound_to(place)).decode()
    except (InvalidTag, ValueError) as error:
        raise Undecryptable(place) from error


def digest(text: str, purpose: str) -> str:
    """Return a keyed digest of `text` by which the current shop can look it up."""
    key = _shop_key(require_shop().uuid, b"digest:" + purpose.encode())
    return hmac.new(key, text.encode(), sha256).hexdigest()
