"""WeChat Pay v3 cryptography from the provider's side."""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from payments.paysim.keys import PlatformKey
from payments.paysim.server import Request

SCHEME = "WECHATPAY2-SHA256-RSA2048"
CLOCK_SECONDS = 300


def signed_headers(key: PlatformKey, body: bytes, *, timestamp: int | None = None) -> dict[str, str]:
    """The Wechatpay-* headers for `body`, signed now or at `timestamp`."""
    stamp, nonce = str(int(time.time()) if timestamp is None else timestamp), secrets.token_hex(16)
    message = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": base64.b64encode(key.private.sign(message, PKCS1v15(), SHA256())).decode(),
        "Wechatpay-Signature-Type": SCHEME,
        "Wechatpay-Serial": key.key_id,
        "Request-ID": secrets.token_hex(16),
    }


def spoiled(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers with a signature that verifies for nothing."""
    raw = bytearray(base64.b64decode(headers["Wechatpay-Signature"]))
    raw[-1] ^= 1
    return {**headers, "Wechatpay-Signature": base64.b64encode(bytes(raw)).decode()}


def authorization_fields(request: Request) -> dict[str, str]:
    """The fields of the Authorization header; {} when it is missing or of another scheme."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    return dict(re.findall(r'(\w+)="([^"]*)"', rest)) if scheme == SCHEME else {}


def is_signed(request: Request, fields: Mapping[str, str], public_pem: str) -> bool:
    """Whether the merchant of `public_pem` signed this very request within the last five minutes."""
    stamp = fields.get("timestamp", "")
    if not stamp.isdecimal() or abs(time.time() - int(stamp)) > CLOCK_SECONDS:
        return False
    head = f"{request.method}\n{request.target}\n{stamp}\n{fields.get('nonce_str', '')}\n"
    try:
        signature = base64.b64decode(fields.get("signature", ""), validate=True)
        _public_key(public_pem).verify(signature, head.encode() + request.body + b"\n", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def encrypted_resource(plain: bytes, apiv3_key: str, original_type: str) -> dict[str, str]:
    """The `resource` of a notice: AES-256-GCM under the merchant's APIv3 key."""
    nonce = secrets.token_hex(6)
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, original_type.encode())
    return {
        "original_type": original_type,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": original_type,
        "nonce": nonce,
    }


@lru_cache(maxsize=4096)
def _public_key(pem: str) -> RSAPublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key
