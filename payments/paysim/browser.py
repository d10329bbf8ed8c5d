"""The page that a shopper without WeChat's mini-program sees: what an `h5_url` leads to."""

from __future__ import annotations

import secrets
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from payments.paysim.reading import Refusal
from payments.paysim.server import Answer, Request, Router
from payments.paysim.till import Till
from payments.paysim.trades import MWEB, Trade, Trades

FOLDER = "/cgi-bin/mmpayweb-bin/"
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>微信支付（模拟）</title><style>
body { margin: 0; background: #ededed; color: #191919; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 420px; margin: 0 auto; padding: 56px 24px; text-align: center; }
h1 { margin: 0 0 24px; font-size: 17px; font-weight: 500; }
.sum { margin: 0; font-size: 44px; font-weight: 600; }
.what { margin: 4px 0 32px; color: #595959; overflow-wrap: anywhere; }
.button { display: block; box-sizing: border-box; width: 100%%; margin: 12px 0; padding: 12px;
  border: 0; border-radius: 8px; background: #fff;
  color: #191919; font: inherit; text-decoration: none; cursor: pointer; }
.button.main { background: #067a3d; color: #fff; }
.note { margin-top: 32px; color: #595959; font-size: 13px; }
</style></head><body><main><h1>微信支付（模拟）</h1>
%s
<p class="note">这里是模拟的收银台，不会真的扣款。</p></main></body></html>
"""


def page_query(trade: Trade) -> str:
    """The path and query of the page on which the order is paid, other ones each time."""
    return f"{FOLDER}checkmweb?" + urlencode({"prepay_id": trade.prepay_id, "package": secrets.randbelow(10**9)})


class Browser:
    """Routes of the page; it opens only from the shop's own pages, and leads back only there."""

    def __init__(self, trades: Trades, till: Till) -> None:
        self._trades = trades
        self._till = till
        self._ways_back: dict[str, str] = {}  # prepay_id → the address the shopper came with
        self._router = Router()
        self._router.add("GET", f"{FOLDER}checkmweb", self._open)
        self._router.add("POST", f"{FOLDER}pay", self._pay)

    def __call__(self, request: Request) -> Answer:
        """The page, or one that says why there is none."""
        try:
            return self._router(request)
        except Refusal as refusal:
            return _page(refusal.status, f"<p>{escape(refusal.message)}</p>")

    def _open(self, request: Request) -> Answer:
        came_from = urlsplit(request.headers.get("referer", "")).hostname
        if not came_from:
            raise Refusal(400, "PARAM_ERROR", "商家参数格式有误，请联系商家解决")
        trade = self._meant(request.query("prepay_id"))
        self._trades.check_payable(trade)
        way_back = request.query("redirect_url")
        parts = urlsplit(way_back)
        if way_back and (parts.scheme not in ("http", "https") or parts.hostname != came_from):
            raise Refusal(400, "PARAM_ERROR", "商家存在未配置的参数，请联系商家解决")
        self._ways_back[trade.prepay_id] = way_back
        return _page(200, _question(trade, way_back))

    def _pay(self, request: Request) -> Answer:
        values = parse_qs(request.body.decode(errors="replace"))
        trade = self._till.charge(self._meant(values.get("prepay_id", [""])[-1]))
        way_back = self._ways_back.pop(trade.prepay_id, "")
        if way_back:
            return Answer(303, headers={"Location": way_back})
        return _page(200, "<p>支付成功，可以关闭这个页面了。</p>")

    def _meant(self, prepay_id: str) -> Trade:
        trade = self._trades.find(prepay_id=prepay_id) if prepay_id else None
        if trade is None or trade.trade_type != MWEB:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return trade


def _question(trade: Trade, way_back: str) -> str:
    cancel = f'<a class="button" href="{escape(way_back)}">取消</a>' if way_back else ""
    return (
        f'<p class="sum">¥{trade.amount // 100}.{trade.amount % 100:02d}</p>'
        f'<p class="what">{escape(trade.description)}</p>'
        f'<form method="post" action="{FOLDER}pay"><input type="hidden" name="prepay_id" value="{trade.prepay_id}">'
        f'<button class="button main">确认支付</button></form>{cancel}'
    )


def _page(status: int, content: str) -> Answer:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
    }
    return Answer(status, (_PAGE % content).encode(), headers)
