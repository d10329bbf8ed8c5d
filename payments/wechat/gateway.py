"""The one place that talks to WeChat Pay: address, time-outs, and what every kind of failure means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

import requests
from wechatpayv3 import WeChatPay, WeChatPayType

from payments.base import PaymentError, missing
from payments.wechat.fields import FIELDS, check_config
from payments.wechat.receipts import Fields
from tenants.patience import patience_with

TIMEOUT_SECONDS = (2, 5)
_OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}", re.ASCII)
_OUT_REFUND_NO = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}", re.ASCII)
_BUSY_CODES = frozenset({"SYSTEM_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "STATEMENT_CREATING"})
_KEYS = tuple(item.key for item in FIELDS if not item.switch)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Gateway:
    """Signed calls for one merchant account; every failure is a PaymentError. Safe to share between threads."""

    def __init__(self, config: Mapping[str, str], base_url: str) -> None:
        self._client = _client(tuple(config.get(key, "") for key in _KEYS), base_url)
        self._patience = patience_with(base_url)

    def sign(self, parts: list[str]) -> str:
        """Base64 signature of `parts`, one a line, by the merchant's key."""
        return str(self._client.sign(parts))

    def pay(self, params: Mapping[str, object]) -> Fields:
        """The answer to a JSAPI prepay."""
        return self._answer(lambda: self._client.pay(**params))

    def pay_h5(self, params: Mapping[str, object]) -> Fields:
        """The answer to an H5 prepay."""
        return self._answer(lambda: self._client.pay(**params, pay_type=WeChatPayType.H5))

    def query(self, out_trade_no: str) -> Fields:
        """The transaction of that number."""
        number = path_part(checked_trade_no(out_trade_no))
        return self._answer(lambda: self._client.query(out_trade_no=number))

    def close(self, out_trade_no: str) -> None:
        """Close the order; WeChat's answer is 204 without a body, signed."""
        number = path_part(checked_trade_no(out_trade_no))
        self._answer(lambda: self._client.close(out_trade_no=number))

    def refund(self, params: Mapping[str, object]) -> Fields:
        """The answer to a refund request."""
        return self._answer(lambda: self._client.refund(**params))

    def query_refund(self, out_refund_no: str) -> Fields:
        """The refund of that number."""
        number = path_part(checked_refund_no(out_refund_no))
        return self._answer(lambda: self._client.query_refund(out_refund_no=number))

    def trade_bill(self, day: str) -> Fields:
        """Where the bill of that day is, with its hash."""
        return self._answer(lambda: self._client.trade_bill(day))

    def download(self, address: str) -> bytes:
        """The file behind an address of a bill answer; such answers are unsigned, their hash is the proof."""
        parts = urlsplit(address)
        # The account's own endpoint is used whatever host the address names.
        target = f"{parts.path}?{parts.query}"
        status, content = self._call(lambda: self._client.download_bill(target))
        if status != 200:
            raise _refusal(status, content)
        return content if isinstance(content, bytes) else content.encode()

    def _answer(self, call: Callable[[], tuple[int, str | bytes]]) -> Fields:
        status, content = self._call(call)
        if status == 204:
            return {}
        if status != 200:
            raise _refusal(status, content)
        answer = _object(content)
        if answer is None:
            raise PaymentError("微信支付的应答无法识别", retry=True, code="ANSWER")
        return answer

    def _call(self, call: Callable[[], tuple[int, str | bytes]]) -> tuple[int, str | bytes]:
        if not self._patience.allows():
            raise PaymentError("微信支付没有应答", retry=True, code="NETWORK")
        try:
            answer = call()
        except requests.Timeout as error:
            self._patience.timed_out()
            raise PaymentError("微信支付没有应答", retry=True, code="NETWORK") from error
        except requests.RequestException as error:
            raise PaymentError("微信支付没有应答", retry=True, code="NETWORK") from error
        except Exception as error:
            # The package raises bare exceptions, and all parameters were checked before: an answer whose signature
            # is missing, unknown or wrong is left.
            raise PaymentError("微信支付应答的签名无效", retry=True, code="SIGNATURE") from error
        self._patience.answered()
        return answer


def checked_trade_no(out_trade_no: str) -> str:
    """The number itself when WeChat Pay takes it; raises PaymentError."""
    if not _OUT_TRADE_NO.fullmatch(out_trade_no):
        raise PaymentError("商户订单号格式不正确", retry=False, code="PARAM_ERROR")
    return out_trade_no


def checked_refund_no(out_refund_no: str) -> str:
    """The number itself when WeChat Pay takes it; raises PaymentError."""
    if not _OUT_REFUND_NO.fullmatch(out_refund_no):
        raise PaymentError("商户退款单号格式不正确", retry=False, code="PARAM_ERROR")
    return out_refund_no


def checked_page(address: str) -> str:
    """The address of the provider's page when a shopper may be sent there; raises PaymentError."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return address
    raise PaymentError("微信支付的收银台地址无法识别", retry=True, code="ANSWER")


def path_part(number: str) -> str:
    """The number as it goes over the wire, for the package signs a path as given and `|` is sent encoded."""
    return quote(number, safe="*@")


def _refusal(status: int, content: str | bytes) -> PaymentError:
    """A definite refusal only if WeChat itself says so: a proxy's error page proves nothing."""
    answer = _object(content) or {}
    code, message = answer.get("code"), answer.get("message")
    definite = 400 <= status < 500 and status not in (408, 429) and isinstance(code, str) and code not in _BUSY_CODES
    return PaymentError(
        message if isinstance(message, str) else f"微信支付应答 {status}",
        retry=not definite,
        code=code if isinstance(code, str) else str(status),
    )


def _object(content: str | bytes) -> dict[str, object] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@lru_cache(maxsize=2048)
def _client(values: tuple[str, ...], base_url: str) -> WeChatPay:
    # Cached: reading the private key costs 40 milliseconds, and the client keeps no state between calls.
    config = dict(zip(_KEYS, values, strict=True))
    if problems := missing(FIELDS, config):  # without its public key the package would go and fetch certificates
        raise PaymentError("；".join(problems), retry=False, code="CONFIG")
    try:
        client = _new_client(config, base_url)
    except Exception as error:  # the package raises bare exceptions; what is wrong with the keys is said in our words
        raise PaymentError("；".join(check_config(config)) or str(error), retry=False, code="CONFIG") from error
    client._core._gate_way = base_url
    # The package would fetch certificates whenever an answer names a serial it does not know.
    client._core._update_certificates = _no_certificates
    return client


def _new_client(config: Mapping[str, str], base_url: str) -> WeChatPay:
    return WeChatPay(
        WeChatPayType.MINIPROG,
        mchid=config["mchid"],
        private_key=config["merchant_private_key"],
        cert_serial_no=config["merchant_serial"],
        appid=config["appid"],
        apiv3_key=config["apiv3_key"],
        public_key=config["public_key"],
        public_key_id=config["public_key_id"],
        timeout=TIMEOUT_SECONDS,
        # A machine's web proxy cannot reach its own loopback.
        proxy={"no_proxy": ",".join(_LOOPBACK)} if urlsplit(base_url).hostname in _LOOPBACK else None,
    )


def _no_certificates() -> None:
    """Public-key mode has no certificates to fetch."""
