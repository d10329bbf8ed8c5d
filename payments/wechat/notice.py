"""Opens a WeChat Pay notice: everything is checked here, nothing is asked of anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from wechatpayv3.utils import aes_decrypt, rsa_verify

from payments.base import NoticeRefused, Receipt
from payments.wechat.receipts import Fields, Malformed, group, pay_receipt, refund_receipt, text

BODY_LIMIT = 64 * 1024
FRESH_SECONDS = 300
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
_KINDS = {
    "TRANSACTION.SUCCESS": "transaction",
    "REFUND.SUCCESS": "refund",
    "REFUND.ABNORMAL": "refund",
    "REFUND.CLOSED": "refund",
}


def open_notice(config: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
    """The receipt inside a notice for the account of `config`; raises NoticeRefused."""
    if len(body) > BODY_LIMIT:
        raise NoticeRefused("size")
    if not all(config.get(key) for key in ("mchid", "appid", "apiv3_key", "public_key_id", "public_key")):
        raise NoticeRefused("config")
    content = _verified(config, {name.lower(): value for name, value in headers.items()}, body, now)
    try:
        envelope = _object(content)
        kind = _KINDS.get(text(envelope, "event_type"))
        resource = _object(_decrypted(group(envelope, "resource"), kind, config["apiv3_key"]))
        return _receipt(config, kind, resource, now)
    except Malformed as error:
        raise NoticeRefused(f"malformed:{error}") from error


def _verified(config: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The body as text once serial, freshness and signature hold, cheapest check first."""
    serial, timestamp, nonce, signature, kind = (
        headers.get(f"wechatpay-{name}", "") for name in ("serial", "timestamp", "nonce", "signature", "signature-type")
    )
    if not all((serial, timestamp, nonce, signature, kind)):
        raise NoticeRefused("headers")
    if kind != SIGNATURE_TYPE:
        raise NoticeRefused("algorithm")
    if serial != config["public_key_id"]:
        raise NoticeRefused("serial")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NoticeRefused("timestamp")
    if abs(now.timestamp() - int(timestamp)) > FRESH_SECONDS:
        raise NoticeRefused("stale")
    # WeChat probes with such signatures whether a merchant verifies at all.
    if signature.startswith("WECHATPAY/SIGNTEST/"):
        raise NoticeRefused("signtest")
    try:
        content = body.decode()
    except UnicodeDecodeError as error:
        raise NoticeRefused("encoding") from error
    key = _public_key(config["public_key"])
    try:
        authentic = rsa_verify(timestamp, nonce, content, signature, key)
    except ValueError as error:
        raise NoticeRefused("signature") from error
    if not authentic:
        raise NoticeRefused("signature")
    return content


def _decrypted(resource: Fields, kind: str | None, apiv3_key: str) -> str:
    # Profit sharing announces itself as TRANSACTION.SUCCESS too; only the original type tells them apart.
    if kind is None or resource.get("original_type") != kind:
        raise NoticeRefused("event")
    if resource.get("algorithm") != "AEAD_AES_256_GCM":
        raise NoticeRefused("algorithm")
    associated_data = resource.get("associated_data") or ""
    if not isinstance(associated_data, str):
        raise Malformed("associated_data")
    ciphertext = text(resource, "ciphertext", limit=BODY_LIMIT)
    try:
        plain = aes_decrypt(text(resource, "nonce"), ciphertext, associated_data, apiv3_key)
    except ValueError as error:
        raise NoticeRefused("ciphertext") from error
    if plain is None:
        raise NoticeRefused("ciphertext")
    return str(plain)


def _receipt(config: Mapping[str, str], kind: str | None, resource: Fields, now: datetime) -> Receipt:
    if resource.get("mchid") != config["mchid"]:
        raise NoticeRefused("mchid")
    if kind == "refund":
        return refund_receipt(resource, now=now, state_key="refund_status", merchant_id=config["mchid"])
    if resource.get("appid") != config["appid"]:
        raise NoticeRefused("appid")
    return pay_receipt(resource, now=now, amount_required=True)


def _object(content: str) -> Fields:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoticeRefused("json") from error
    if not isinstance(value, dict):
        raise NoticeRefused("json")
    return value


@lru_cache(maxsize=1024)
def _public_key(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NoticeRefused("config") from error
    if not isinstance(key, RSAPublicKey):
        raise NoticeRefused("config")
    return key
