"""WeChat Pay as a payment provider: JSAPI payments of a mini-program, H5 payments of a browser."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from payments.base import (
    ClientPay,
    Closed,
    PaymentError,
    PaymentProvider,
    Prepay,
    Receipt,
    RefundRequest,
    StatementRow,
    Trade,
)
from payments.wechat.fields import FIELDS, check_config
from payments.wechat.gateway import Gateway, checked_page, checked_refund_no, checked_trade_no
from payments.wechat.notice import open_notice
from payments.wechat.receipts import Fields, Malformed, pay_receipt, refund_receipt, text
from payments.wechat.statement import CHINA, plain_bill, rows

_UNKNOWN = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
_PAID = frozenset({"ORDERPAID", "ORDER_PAID"})
_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
_DESCRIPTION_LIMIT = 127
_REASON_LIMIT = 80


class WeChatPayProvider(PaymentProvider):
    """One merchant account of WeChat Pay; cheap to make, safe to share between threads."""

    fields = FIELDS

    @classmethod
    def check_config(cls, config: Mapping[str, str]) -> list[str]:
        """Messages for the merchant about every missing or malformed key."""
        return check_config(config)

    @property
    def trades(self) -> Sequence[Trade]:
        """A browser may pay once WeChat has approved it and the merchant says so."""
        return ("jsapi", "h5") if self.config.get("h5") else ("jsapi",)

    def prepay(self, order: Prepay) -> ClientPay:
        """The six parameters of wx.requestPayment, signed, or the `h5_url` of five minutes; raises PaymentError."""
        _positive(order.amount)
        description = _one_line(order.description, _DESCRIPTION_LIMIT)
        if not (description and order.payer and order.notify_url):
            raise PaymentError("缺少商品描述、付款人或通知地址", retry=False, code="PARAM_ERROR")
        terms = {
            "description": description,
            "out_trade_no": checked_trade_no(order.out_trade_no),
            "amount": {"total": order.amount, "currency": order.currency},
            "time_expire": order.expires_at.astimezone(CHINA).isoformat(timespec="seconds"),
            "notify_url": order.notify_url,
        }
        try:
            return self._page(terms, order.payer) if order.trade == "h5" else self._cashier(terms, order.payer)
        except Malformed as error:
            raise _unusable(error) from error

    def parse(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
        """The receipt in an authentic, fresh notice of this account; raises NoticeRefused, calls nobody."""
        return open_notice(self.config, headers, body, now)

    def query(self, out_trade_no: str, out_refund_no: str | None = None) -> Receipt | None:
        """How the payment or the refund stands; None when WeChat never heard of it; raises PaymentError."""
        try:
            if out_refund_no is None:
                receipt = self._paid(self._gateway.query(out_trade_no))
            else:
                receipt = self._refunded(self._gateway.query_refund(out_refund_no))
        except PaymentError as error:
            if not error.retry and error.code in _UNKNOWN:
                return None
            raise
        if (receipt.out_trade_no, receipt.out_refund_no) != (out_trade_no, out_refund_no):
            raise PaymentError("微信支付答非所问", retry=True, code="ANSWER")
        return receipt

    def close(self, out_trade_no: str) -> Closed:
        """CLOSED when nobody can pay any more, PAID when somebody has; raises PaymentError."""
        try:
            self._gateway.close(out_trade_no)
        except PaymentError as error:
            if error.retry:
                raise
            return self._why_not_closed(out_trade_no, error)
        return Closed.CLOSED

    def refund(self, request: RefundRequest) -> Receipt:
        """The refund as accepted, usually PENDING; raises PaymentError."""
        _positive(request.amount)
        if request.amount > request.total:
            raise PaymentError("退款金额不能大于支付金额", retry=False, code="PARAM_ERROR")
        answer = self._gateway.refund(
            {
                "out_trade_no": checked_trade_no(request.out_trade_no),
                "out_refund_no": checked_refund_no(request.out_refund_no),
                "amount": {"refund": request.amount, "total": request.total, "currency": request.currency},
                "reason": _one_line(request.reason, _REASON_LIMIT),
                "notify_url": request.notify_url,
            }
        )
        return self._refunded(answer)

    def statement(self, day: date) -> list[StatementRow]:
        """Every payment and refund of the day; WeChat has it from 10:00 of the next; raises PaymentError."""
        try:
            announced = self._gateway.trade_bill(day.isoformat())
        except PaymentError as error:
            if error.code == "NO_STATEMENT_EXIST":
                return []
            raise
        content = self._gateway.download(str(announced.get("download_url", "")))
        return rows(plain_bill(content, announced))

    @property
    def _gateway(self) -> Gateway:
        return Gateway(self.config, self.base_url)

    def _page(self, terms: Fields, address: str) -> ClientPay:
        scene = {"payer_client_ip": address, "h5_info": {"type": "Wap"}}
        answer = self._gateway.pay_h5({**terms, "scene_info": scene})
        return ClientPay({"h5_url": checked_page(text(answer, "h5_url", limit=512))})

    def _cashier(self, terms: Fields, openid: str) -> ClientPay:
        answer = self._gateway.pay({**terms, "payer": {"openid": openid}})
        return self._client_pay(text(answer, "prepay_id", limit=128))

    def _client_pay(self, prepay_id: str) -> ClientPay:
        stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        signature = self._gateway.sign([self.config["appid"], stamp, nonce, package])
        return ClientPay(
            {
                "appId": self.config["appid"],
                "timeStamp": stamp,
                "nonceStr": nonce,
                "package": package,
                "signType": "RSA",
                "paySign": signature,
            }
        )

    def _why_not_closed(self, out_trade_no: str, error: PaymentError) -> Closed:
        """WeChat words a refused close in several ways, so what its code leaves open its books decide."""
        if error.code in _PAID:
            return Closed.PAID
        if error.code in _CLOSED | _UNKNOWN:
            return Closed.CLOSED
        receipt = self.query(out_trade_no)
        if receipt is None or receipt.state == "CLOSED":
            return Closed.CLOSED
        if receipt.state == "SUCCESS":
            return Closed.PAID
        raise error

    def _paid(self, answer: Fields) -> Receipt:
        try:
            return pay_receipt(answer, now=datetime.now(UTC), amount_required=False)
        except Malformed as error:
            raise _unusable(error) from error

    def _refunded(self, answer: Fields) -> Receipt:
        try:
            return refund_receipt(
                answer, now=datetime.now(UTC), state_key="status", merchant_id=self.config.get("mchid", "")
            )
        except Malformed as error:
            raise _unusable(error) from error


def _positive(amount: int) -> None:
    if amount < 1:
        raise PaymentError("金额至少为 1 分", retry=False, code="PARAM_ERROR")


def _one_line(text: str, limit: int) -> str:
    """At most `limit` characters that cannot break a line or a value of WeChat's bill, which escapes nothing."""
    printable = "".join(character if character.isprintable() else " " for character in text.replace("`", "'"))
    return " ".join(printable.split())[:limit]


def _unusable(error: Malformed) -> PaymentError:
    return PaymentError(f"微信支付的应答缺少 {error}", retry=True, code="ANSWER")
