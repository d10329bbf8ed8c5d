"""What a WeChat Pay notice must be before anything in it is believed."""

import base64
import json
import random
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from payments.base import NoticeRefused
from payments.wechat.provider import WeChatPayProvider

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEY = generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = generate_private_key(public_exponent=65537, key_size=2048)
CONFIG = {
    "mchid": "1600000001",
    "appid": "wx0123456789abcdef",
    "merchant_serial": "AB" * 20,
    "merchant_private_key": "never read for a notice",
    "apiv3_key": "k" * 32,
    "public_key_id": "PUB_KEY_ID_0001",
    "public_key": KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
}
PAID = {
    "mchid": "1600000001",
    "appid": "wx0123456789abcdef",
    "out_trade_no": "20260304ABCDEF",
    "transaction_id": "4200000000202603041234567890",
    "trade_type": "JSAPI",
    "trade_state": "SUCCESS",
    "success_time": "2026-03-04T13:06:01+08:00",
    "payer": {"openid": "oShopper"},
    "amount": {"total": 1990, "payer_total": 1990, "currency": "CNY", "payer_currency": "CNY"},
}
REFUNDED = {
    "mchid": "1600000001",
    "out_trade_no": "20260304ABCDEF",
    "transaction_id": "4200000000202603041234567890",
    "out_refund_no": "R1",
    "refund_id": "5030000000202603041234567890",
    "refund_status": "SUCCESS",
    "success_time": "2026-03-04T13:06:05+08:00",
    "amount": {"total": 1990, "refund": 990, "payer_total": 1990, "payer_refund": 990},
}


def seal(resource, *, kind="transaction", apiv3_key="k" * 32, sealed_for=None):
    plain = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
    nonce = "0123456789ab"
    content = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, (sealed_for or kind).encode())
    return {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(content).decode(),
        "associated_data": kind,
        "nonce": nonce,
    }


def envelope(resource, event_type="TRANSACTION.SUCCESS", **changes):
    return {
        "id": "EV-1",
        "create_time": "2026-03-04T13:06:02+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功",
        "resource": resource,
        **changes,
    }


def sign(body, *, key=KEY, at=NOW, serial="PUB_KEY_ID_0001"):
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    stamp = str(int(at.timestamp()))
    signature = key.sign(f"{stamp}\nnonce\n".encode() + content + b"\n", PKCS1v15(), SHA256())
    headers = {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": "nonce",
        "Wechatpay-Signature": base64.b64encode(signature).decode(),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Serial": serial,
    }
    return headers, content


def parse(headers, content, *, config=CONFIG, now=NOW):
    return WeChatPayProvider(config, "http://127.0.0.1:9").parse(headers, content, now)


def refusal(headers, content, **options):
    with pytest.raises(NoticeRefused) as caught:
        parse(headers, content, **options)
    return caught.value.reason


@pytest.fixture(autouse=True)
def outgoing(monkeypatch):
    """Every attempt of this test's thread to reach anybody, recorded and refused."""
    calls, mine = [], threading.get_ident()

    def refuse(*args, **kwargs):
        if threading.get_ident() == mine:  # a simulator of another test may still be sending its notices
            calls.append(args)
        raise OSError("no call may leave")

    monkeypatch.setattr(requests.Session, "request", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield calls
    assert calls == []


def test_payment_notice_becomes_a_receipt():
    receipt = parse(*sign(envelope(seal(PAID))))
    assert (receipt.kind, receipt.state, receipt.out_trade_no) == ("pay", "SUCCESS", "20260304ABCDEF")
    assert (receipt.amount, receipt.currency) == (1990, "CNY")
    assert receipt.transaction_id == "4200000000202603041234567890"
    assert (receipt.merchant_id, receipt.app_id, receipt.payer) == ("1600000001", "wx0123456789abcdef", "oShopper")
    assert receipt.out_refund_no is None
    assert receipt.occurred_at == datetime(2026, 3, 4, 5, 6, 1, tzinfo=UTC)
    assert receipt.raw == PAID


def test_refund_notice_becomes_a_receipt():
    receipt = parse(*sign(envelope(seal(REFUNDED, kind="refund"), "REFUND.SUCCESS")))
    assert (receipt.kind, receipt.state, receipt.amount) == ("refund", "SUCCESS", 990)
    assert (receipt.out_trade_no, receipt.out_refund_no) == ("20260304ABCDEF", "R1")
    assert (receipt.transaction_id, receipt.currency) == ("5030000000202603041234567890", "CNY")
    assert (receipt.merchant_id, receipt.app_id, receipt.payer) == ("1600000001", None, None)


@pytest.mark.parametrize(("status", "state"), [("ABNORMAL", "FAILED"), ("CLOSED", "CLOSED"), ("NEWLY_MADE", "PENDING")])
def test_refund_that_failed_is_never_read_as_success(status, state):
    resource = {**REFUNDED, "refund_status": status}
    del resource["success_time"]
    receipt = parse(*sign(envelope(seal(resource, kind="refund"), "REFUND.ABNORMAL")))
    assert (receipt.state, receipt.occurred_at) == (state, NOW)


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_header_names_are_read_in_any_case(change):
    headers, content = sign(envelope(seal(PAID)))
    assert parse({change(name): value for name, value in headers.items()}, content).amount == 1990


@pytest.mark.parametrize("state", ["NOTPAY", "USERPAYING", "CLOSED", "PAYERROR", "REVOKED", "NEWLY_MADE"])
def test_signed_lie_about_the_state_is_no_success(state):
    assert parse(*sign(envelope(seal({**PAID, "trade_state": state})))).state != "SUCCESS"


def test_signed_lie_about_the_amount_is_shown_as_it_is():
    amount = {"total": 1, "currency": "USD"}
    receipt = parse(*sign(envelope(seal({**PAID, "amount": amount}))))
    assert (receipt.amount, receipt.currency) == (1, "USD")


@pytest.mark.parametrize(("key", "value"), [("mchid", "1600000002"), ("appid", "wxfedcba9876543210"), ("mchid", None)])
def test_notice_of_another_account_is_refused(key, value):
    assert refusal(*sign(envelope(seal({**PAID, key: value})))) == key


def test_refund_notice_of_another_merchant_is_refused():
    resource = seal({**REFUNDED, "mchid": "1600000002"}, kind="refund")
    assert refusal(*sign(envelope(resource, "REFUND.SUCCESS"))) == "mchid"


@pytest.mark.parametrize("seconds", [-301, 301, -600, 10 * 365 * 86400])
def test_stale_or_future_notice_is_refused(seconds):
    assert refusal(*sign(envelope(seal(PAID)), at=NOW + timedelta(seconds=seconds))) == "stale"


@pytest.mark.parametrize("seconds", [-300, 300])
def test_notice_within_five_minutes_is_taken(seconds):
    assert parse(*sign(envelope(seal(PAID)), at=NOW + timedelta(seconds=seconds))).amount == 1990


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Signature", "Signature-Type", "Serial"])
def test_missing_header_is_refused(name):
    headers, content = sign(envelope(seal(PAID)))
    del headers[f"Wechatpay-{name}"]
    assert refusal(headers, content) == "headers"


def test_unknown_serials_are_refused_without_any_outgoing_call(outgoing):
    for number in range(50):
        serial = "not hex" if number % 2 else f"{number:040X}"
        assert refusal(*sign(envelope(seal(PAID)), serial=serial)) == "serial"
    assert outgoing == []


@pytest.mark.parametrize("value", ["-1", "1e9", "²", "9" * 13, " 1"])
def test_malformed_timestamp_is_refused(value):
    headers, content = sign(envelope(seal(PAID)))
    assert refusal({**headers, "Wechatpay-Timestamp": value}, content) == "timestamp"


def test_signature_probe_is_refused():
    headers, content = sign(envelope(seal(PAID)))
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    assert refusal(headers, content) == "signtest"


@pytest.mark.parametrize("value", ["", "AAAA", "not base64 \u00e9", "\ud800"])
def test_broken_signature_is_refused(value):
    headers, content = sign(envelope(seal(PAID)))
    assert refusal({**headers, "Wechatpay-Signature": value}, content) in ("signature", "headers")


def test_signature_of_a_stranger_is_refused():
    assert refusal(*sign(envelope(seal(PAID)), key=STRANGER)) == "signature"


def test_changed_body_is_refused():
    headers, content = sign(envelope(seal(PAID)))
    assert refusal(headers, content.replace(b"EV-1", b"EV-2")) == "signature"


def test_other_algorithm_is_refused():
    headers, content = sign(envelope(seal(PAID)))
    assert refusal({**headers, "Wechatpay-Signature-Type": "WECHATPAY2-RSA-PSS"}, content) == "algorithm"
    assert refusal(*sign(envelope({**seal(PAID), "algorithm": "NONE"}))) == "algorithm"


def test_oversized_body_is_refused_before_anything_is_read():
    assert refusal({}, b"x" * (64 * 1024 + 1)) == "size"
    assert refusal({}, b"x" * (64 * 1024)) == "headers"


@pytest.mark.parametrize(
    "resource",
    [
        seal(PAID, apiv3_key="x" * 32),
        seal(PAID, sealed_for="another"),
        {**seal(PAID), "ciphertext": "AAAA" + seal(PAID)["ciphertext"][4:]},
        {**seal(PAID), "ciphertext": "***"},
        {**seal(PAID), "nonce": "short"},
        seal(b"\xff\xfe"),
    ],
)
def test_resource_that_does_not_decrypt_is_refused(resource):
    assert refusal(*sign(envelope(resource))) == "ciphertext"


@pytest.mark.parametrize(
    ("event_type", "kind"),
    [
        ("TRANSACTION.SUCCESS", "profitsharing"),
        ("TRANSACTION.SUCCESS", "refund"),
        ("REFUND.SUCCESS", "transaction"),
        ("MCHTRANSFER.BILL.FINISHED", "mch_payment"),
    ],
)
def test_event_that_is_neither_payment_nor_refund_is_refused(event_type, kind):
    assert refusal(*sign(envelope(seal(PAID, kind=kind), event_type))) == "event"


@pytest.mark.parametrize("total", [0, -1, "1990", 1990.0, True, None, 2**63, [1990]])
def test_malformed_amount_is_refused(total):
    resource = {**PAID, "amount": {"total": total, "currency": "CNY"}}
    assert refusal(*sign(envelope(seal(resource)))) == "malformed:total"


@pytest.mark.parametrize("currency", [None, "", "cny", "人民币", 156])
def test_malformed_currency_is_refused(currency):
    resource = {**PAID, "amount": {"total": 1990, "currency": currency}}
    assert refusal(*sign(envelope(seal(resource)))) == "malformed:currency"


@pytest.mark.parametrize("key", ["out_trade_no", "transaction_id", "trade_state", "success_time", "amount"])
def test_missing_field_is_refused(key):
    resource = {name: value for name, value in PAID.items() if name != key}
    assert refusal(*sign(envelope(seal(resource)))) == f"malformed:{key}"


@pytest.mark.parametrize("value", ["2026-03-04", "2026-03-04T13:06:01", "yesterday", 1])
def test_time_without_offset_is_refused(value):
    assert refusal(*sign(envelope(seal({**PAID, "success_time": value})))) == "malformed:success_time"


@pytest.mark.parametrize("value", ["a\x00b", "x" * 65, 7])
def test_number_no_column_could_hold_is_refused(value):
    assert refusal(*sign(envelope(seal({**PAID, "transaction_id": value})))) == "malformed:transaction_id"


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"[" * 60000, b"1" * 5000, b"\xff"])
def test_body_that_is_no_object_is_refused(content):
    assert refusal(*sign(content)) in ("json", "encoding")


@pytest.mark.parametrize("key", ["mchid", "appid", "apiv3_key", "public_key_id", "public_key"])
def test_half_configured_account_takes_no_notice(key):
    assert refusal(*sign(envelope(seal(PAID))), config={**CONFIG, key: ""}) == "config"


def test_unreadable_public_key_takes_no_notice():
    assert refusal(*sign(envelope(seal(PAID))), config={**CONFIG, "public_key": "no key"}) == "config"


def test_nothing_but_a_refusal_ever_comes_out_of_garbage():
    chance = random.Random(20260304)
    values = [None, True, 0, -1, 1.5, "", "x", "\ud800", "\x00", [], {}, [{}], 10**30]
    for _ in range(400):
        body, resource = envelope(seal(PAID)), dict(PAID)
        target = chance.choice([body, body["resource"], resource])
        target[chance.choice(list(target))] = chance.choice(values)
        if target is resource:
            body["resource"] = seal(json.dumps(resource).encode())
        headers, content = sign(json.dumps(body).encode())
        try:
            assert parse(headers, content).merchant_id == "1600000001"
        except NoticeRefused:
            pass
