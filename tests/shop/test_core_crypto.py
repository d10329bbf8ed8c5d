"""Encrypted columns: readable in their own place, and nowhere else."""

import base64
import uuid

import pytest

from shop.core import crypto
from shop.core.crypto import Undecryptable
from shop.core.encrypted import EncryptedJSON, EncryptedText
from tenants.context import NoShop, ShopRef, using_shop

ALPHA, BETA = (
    ShopRef(uuid=uuid.UUID(int=number), key=slug, slug=slug, name=slug, schema=f"s_{slug}")
    for number, slug in ((11, "alpha"), (12, "beta"))
)
ROW, OTHER_ROW = uuid.UUID(int=21), uuid.UUID(int=22)


class Record:
    """As much of a model as the attributes need."""

    class _meta:
        label_lower = "members.address"

    phone = EncryptedText("phone", lookup=True)
    name = EncryptedText("name")
    secrets = EncryptedJSON("secrets")

    def __init__(self, row=ROW):
        self.uuid = row
        self.phone_sealed = self.phone_digest = self.phone_last4 = self.name_sealed = self.secrets_sealed = ""


class OtherModel(Record):
    class _meta:
        label_lower = "members.member"


@pytest.fixture(autouse=True)
def inside_alpha():
    with using_shop(ALPHA):
        yield


@pytest.fixture
def record():
    record = Record()
    record.phone, record.name, record.secrets = "13800138000", "张三", {"api_key": "机密"}
    return record


def pasted(into, sealed, field="phone"):
    setattr(into, f"{field}_sealed", sealed)
    return into


def test_what_was_written_is_read_back(record):
    assert (record.phone, record.name, record.secrets) == ("13800138000", "张三", {"api_key": "机密"})
    assert record.phone_last4 == "8000"


def test_the_stored_text_shows_nothing_and_is_never_the_same_twice(record):
    stored = record.phone_sealed
    assert stored.startswith("1:")
    assert b"138" not in base64.b64decode(stored[2:])
    record.phone = "13800138000"
    assert record.phone_sealed != stored
    assert record.phone == "13800138000"


def test_a_text_pasted_into_another_row_cannot_be_read(record):
    with pytest.raises(Undecryptable):
        _ = pasted(Record(OTHER_ROW), record.phone_sealed).phone


def test_a_text_pasted_into_another_field_cannot_be_read(record):
    with pytest.raises(Undecryptable):
        _ = pasted(record, record.phone_sealed, "name").name
    with pytest.raises(Undecryptable):
        _ = pasted(record, record.phone_sealed, "secrets").secrets


def test_a_text_pasted_into_another_model_cannot_be_read(record):
    with pytest.raises(Undecryptable):
        _ = pasted(OtherModel(), record.phone_sealed).phone


def test_a_text_pasted_into_another_shop_cannot_be_read(record):
    with using_shop(BETA), pytest.raises(Undecryptable):
        _ = record.phone
    assert record.phone == "13800138000"


def test_a_text_with_one_bit_changed_cannot_be_read(record):
    raw = bytearray(base64.b64decode(record.phone_sealed[2:]))
    for position in range(len(raw)):
        raw[position] ^= 1
        with pytest.raises(Undecryptable):
            _ = pasted(record, f"1:{base64.b64encode(raw).decode()}").phone
        raw[position] ^= 1
    assert pasted(record, f"1:{base64.b64encode(raw).decode()}").phone == "13800138000"


@pytest.mark.parametrize("text", ["1:", "1:AAAA", "2:AAAA", "13800138000", "1:not base64", ":", "1:" + "A" * 20])
def test_a_text_that_is_no_cipher_text_cannot_be_read(record, text):
    with pytest.raises(Undecryptable):
        _ = pasted(record, text).phone


def test_a_text_of_another_master_key_cannot_be_read(record, settings):
    settings.MASTER_KEY_BYTES = bytes(range(32))
    crypto._shop_key.cache_clear()
    try:
        with pytest.raises(Undecryptable):
            _ = record.phone
    finally:
        crypto._shop_key.cache_clear()


def test_nothing_is_stored_of_nothing(record):
    record.phone, record.name, record.secrets = "", "", {}
    assert (record.phone_sealed, record.phone_digest, record.phone_last4) == ("", "", "")
    assert (record.name_sealed, record.secrets_sealed) == ("", "")
    assert (record.phone, record.name, record.secrets) == ("", "", {})


def test_a_digest_finds_equal_texts_of_one_shop_and_purpose_only(record):
    found = crypto.digest("13800138000", "phone")
    assert record.phone_digest == found == crypto.digest("13800138000", "phone")
    assert len({found, crypto.digest("13800138001", "phone"), crypto.digest("13800138000", "login")}) == 3
    with using_shop(BETA):
        assert crypto.digest("13800138000", "phone") != found


def test_a_digest_is_keyed(settings):
    found = crypto.digest("13800138000", "phone")
    settings.MASTER_KEY_BYTES = bytes(range(32))
    crypto._shop_key.cache_clear()
    try:
        assert crypto.digest("13800138000", "phone") != found
    finally:
        crypto._shop_key.cache_clear()


def test_without_a_shop_nothing_is_encrypted_read_or_looked_up(record):
    with using_shop(None):
        for attempt in (
            lambda: crypto.encrypt("x", "place"),
            lambda: crypto.digest("x", "phone"),
            lambda: record.phone,
        ):
            with pytest.raises(NoShop):
                attempt()
