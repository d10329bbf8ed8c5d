"""The WeChat Pay v3 interface of the simulator: signed requests in, signed answers out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from payments.paysim.accounts import Account, Accounts
from payments.paysim.bills import Bills
from payments.paysim.browser import page_query
from payments.paysim.keys import PlatformKey
from payments.paysim.notices import Notices
from payments.paysim.reading import Refusal
from payments.paysim.refunds import Refund, Refunds
from payments.paysim.resources import refund_answer, refund_notice, transaction
from payments.paysim.server import Answer, BadRequest, Request, Router, json_answer
from payments.paysim.signing import authorization_fields, is_signed, signed_headers
from payments.paysim.trades import MWEB, Trade, Trades

BILL_FILE = "/v3/billdownload/file"
Endpoint = Callable[[Request, Account], Answer]


class WeChatInterface:
    """Routes of /v3/…; `base_url` is where bill downloads and the page of browsers are."""

    def __init__(
        self, accounts: Accounts, trades: Trades, refunds: Refunds, notices: Notices, bills: Bills, key: PlatformKey
    ) -> None:
        self._accounts = accounts
        self._trades = trades
        self._refunds = refunds
        self._notices = notices
        self._bills = bills
        self._key = key
        self.base_url = ""
        self._router = Router()
        for method, path, endpoint in (
            ("POST", "/v3/pay/transactions/jsapi", self._prepay),
            ("POST", "/v3/pay/transactions/h5", self._prepay_h5),
            ("GET", "/v3/pay/transactions/out-trade-no/{number}", self._query),
            ("GET", "/v3/pay/transactions/id/{number}", self._query_transaction),
            ("POST", "/v3/pay/transactions/out-trade-no/{number}/close", self._close),
            ("POST", "/v3/refund/domestic/refunds", self._refund),
            ("GET", "/v3/refund/domestic/refunds/{number}", self._query_refund),
            ("GET", "/v3/bill/tradebill", self._bill),
            ("GET", BILL_FILE, self._bill_file),
        ):
            self._router.add(method, path, self._guarded(endpoint))

    def __call__(self, request: Request) -> Answer:
        """The signed answer; downloads of bills are unsigned, as with WeChat."""
        answer = self._router(request)
        return answer if request.path == BILL_FILE else self.signed(answer)

    def signed(self, answer: Answer) -> Answer:
        """The same answer with the platform's signature over its body, an empty one too."""
        headers = {**answer.headers, **signed_headers(self._key, answer.body)}
        return Answer(answer.status, answer.body, headers, answer.reset)

    def _guarded(self, endpoint: Endpoint) -> Callable[[Request], Answer]:
        def guarded(request: Request) -> Answer:
            try:
                return endpoint(request, self._merchant(request))
            except Refusal as refusal:
                return json_answer(refusal.status, {"code": refusal.code, "message": refusal.message})
            except BadRequest:
                return json_answer(400, {"code": "PARAM_ERROR", "message": "请求体不是合法的 JSON"})

        return guarded

    def _merchant(self, request: Request) -> Account:
        fields = authorization_fields(request)
        account = self._accounts.find(fields.get("mchid", ""))
        if account is None or fields.get("serial_no") != account.merchant_serial:
            raise Refusal(401, "SIGN_ERROR", "商户号或商户证书序列号有误")
        if not is_signed(request, fields, account.public_pem):
            raise Refusal(401, "SIGN_ERROR", "签名错误")
        if request.headers.get("wechatpay-serial") != self._key.key_id:
            raise Refusal(400, "PARAM_ERROR", "请求头 Wechatpay-Serial 有误")
        return account

    def _prepay(self, request: Request, account: Account) -> Answer:
        return json_answer(200, {"prepay_id": self._trades.prepay(account, request.json()).prepay_id})

    def _prepay_h5(self, request: Request, account: Account) -> Answer:
        trade = self._trades.prepay(account, request.json(), MWEB)
        return json_answer(200, {"h5_url": f"{self.base_url}{page_query(trade)}"})

    def _query(self, request: Request, account: Account) -> Answer:
        return self._told(request, account, self._trades.get(account.mchid, request.params["number"]))

    def _query_transaction(self, request: Request, account: Account) -> Answer:
        return self._told(request, account, self._trades.by_transaction(account.mchid, request.params["number"]))

    def _told(self, request: Request, account: Account, trade: Trade | None) -> Answer:
        _check_mchid(account, request.query("mchid"))
        if trade is None:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return json_answer(200, transaction(trade))

    def _close(self, request: Request, account: Account) -> Answer:
        _check_mchid(account, request.json().get("mchid"))
        self._trades.close(account.mchid, request.params["number"])
        return Answer(204)

    def _refund(self, request: Request, account: Account) -> Answer:
        refund, trade, is_new = self._refunds.refund(account, request.json(), self._announce_refund)
        self._notices.wake()
        return json_answer(200, refund_answer(refund, trade, status="PROCESSING" if is_new else "SUCCESS"))

    def _announce_refund(self, connection: sqlite3.Connection, refund: Refund, trade: Trade) -> None:
        if refund.notify_url:
            self._notices.announce(
                connection,
                mchid=refund.mchid,
                url=refund.notify_url,
                event_type="REFUND.SUCCESS",
                resource=refund_notice(refund, trade),
            )

    def _query_refund(self, request: Request, account: Account) -> Answer:
        refund = self._refunds.get(account.mchid, request.params["number"])
        trade = self._trades.get(account.mchid, refund.out_trade_no) if refund else None
        if refund is None or trade is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return json_answer(200, refund_answer(refund, trade, status="SUCCESS"))

    def _bill(self, request: Request, account: Account) -> Answer:
        gzipped = request.query("tar_type") == "GZIP"
        bill_type = request.query("bill_type", "ALL")
        token, digest = self._bills.make(account.mchid, request.query("bill_date"), bill_type, gzipped=gzipped)
        address = f"{self.base_url}{BILL_FILE}?token={token}"
        return json_answer(200, {"hash_type": "SHA1", "hash_value": digest, "download_url": address})

    def _bill_file(self, request: Request, account: Account) -> Answer:
        content = self._bills.take(account.mchid, request.query("token"))
        return Answer(200, content, {"Content-Type": "application/octet-stream"})


def _check_mchid(account: Account, mchid: object) -> None:
    if mchid != account.mchid:
        raise Refusal(400, "PARAM_ERROR", "参数 mchid 与签名的商户号不一致")
