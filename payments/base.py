"""The contract between the shop and a payment provider: values, errors and the verbs every provider has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import ClassVar, Literal

from django.utils.translation import gettext as _

Kind = Literal["pay", "refund"]
Trade = Literal["jsapi", "h5"]
State = Literal["SUCCESS", "PENDING", "CLOSED", "FAILED"]


class PaymentError(Exception):
    """A provider call gave no usable answer.

    `retry=True`: the outcome is unknown or the provider was busy; query, then repeat with the same numbers.
    `retry=False`: the provider refused for good; `code` is its own word for why.
    """

    def __init__(self, message: str, *, retry: bool, code: str = "") -> None:
        super().__init__(message)
        self.retry = retry
        self.code = code


class NoticeRefused(Exception):
    """A notice is not one of this account's provider; `reason` is a short fixed word fit for a log line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ConfigField:
    """One key of a provider's configuration; secret ones are never shown again, a switch is "1" or ""."""

    key: str
    label: object
    secret: bool = False
    multiline: bool = False
    switch: bool = False
    help: object = ""


@dataclass(frozen=True, slots=True)
class Prepay:
    """What to collect: amount in fen from `payer`, payable until `expires_at`.

    The payer is an openid for the trade "jsapi" and the address of the browser for "h5".
    """

    out_trade_no: str
    amount: int
    currency: str
    description: str
    payer: str
    notify_url: str
    expires_at: datetime
    trade: Trade = "jsapi"


@dataclass(frozen=True, slots=True)
class ClientPay:
    """What the shopper's client hands to the provider's cashier: signed parameters, or where its page is."""

    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says of one payment or refund, amount in fen.

    `transaction_id` is the provider's id of the payment (kind pay) or of the refund (kind refund), "" while it has
    none. A payment that was refunded later still reads SUCCESS: the money did arrive. A refund is FAILED when the
    provider could not give the money back and a person must act. Fields the provider left out are None; an unpaid
    payment may state no amount, which reads 0.
    """

    kind: Kind
    out_trade_no: str
    out_refund_no: str | None
    transaction_id: str
    state: State
    amount: int
    currency: str
    merchant_id: str
    app_id: str | None
    payer: str | None
    occurred_at: datetime
    raw: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Give back `amount` fen of a payment of `total` fen; repeating an `out_refund_no` refunds once."""

    out_trade_no: str
    out_refund_no: str
    amount: int
    total: int
    currency: str
    reason: str
    notify_url: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of the provider's daily bill, amount in fen; a refund line carries its refund's numbers too."""

    kind: Kind
    out_trade_no: str
    out_refund_no: str | None
    transaction_id: str
    state: State
    amount: int
    currency: str
    occurred_at: datetime


def missing(fields: Sequence[ConfigField], config: Mapping[str, str]) -> list[str]:
    """Messages about the keys that were left empty."""
    empty = (item for item in fields if not item.switch and not config.get(item.key, "").strip())
    return [_("请填写%(field)s") % {"field": item.label} for item in empty]


class Closed(Enum):
    """How a close ended: nobody can pay any more, or somebody already has."""

    CLOSED = "CLOSED"
    PAID = "PAID"


class PaymentProvider(ABC):
    """One merchant account at one provider. Every call but `parse` may raise PaymentError."""

    fields: ClassVar[Sequence[ConfigField]] = ()

    def __init__(self, config: Mapping[str, str], base_url: str) -> None:
        self.config = config
        self.base_url = base_url.rstrip("/")

    @classmethod
    def check_config(cls, config: Mapping[str, str]) -> list[str]:
        """Messages for the merchant about what is missing or malformed; empty when the account can be used."""
        return missing(cls.fields, config)

    @property
    def trades(self) -> Sequence[Trade]:
        """By what the account can be paid: "jsapi" in the provider's own app, "h5" in a browser outside it."""
        return ("jsapi",)

    @abstractmethod
    def prepay(self, order: Prepay) -> ClientPay:
        """Open a payment; the same values again are safe, changed values under one number are refused."""

    @abstractmethod
    def parse(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
        """The receipt in an authentic, fresh notice of this very account; raises NoticeRefused, calls nobody.

        `headers` by their HTTP names in any case. Amount and state are what the provider says, for the caller to
        compare with what it asked for.
        """

    @abstractmethod
    def query(self, out_trade_no: str, out_refund_no: str | None = None) -> Receipt | None:
        """How the payment, or with `out_refund_no` that refund, stands; None when the provider never heard of it."""

    @abstractmethod
    def close(self, out_trade_no: str) -> Closed:
        """Make the payment impossible; CLOSED also when it never existed or was closed before."""

    @abstractmethod
    def refund(self, request: RefundRequest) -> Receipt:
        """Give money back; usually PENDING, the end comes as a notice or by `query`."""

    @abstractmethod
    def statement(self, day: date) -> list[StatementRow]:
        """The provider's bill of one Asia/Shanghai day, complete and verified; empty when nothing happened."""
