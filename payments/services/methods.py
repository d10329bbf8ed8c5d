"""By what a shopper can pay, and who pays: it depends on what he holds in his hand."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payments.base import Trade
from payments.models import Account
from payments.services.accounts import provider_name, provider_of
from shop.core.errors import ShopError

Client = Literal["miniprogram", "h5"]
CLIENTS: tuple[Client, ...] = get_args(Client)
TRADES: tuple[Trade, ...] = get_args(Trade)
_TRADE_OF: dict[Client, Trade] = {"miniprogram": "jsapi", "h5": "h5"}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to pay: what to send to the server, and how it is called."""

    provider: str
    trade: Trade
    name: Any


def methods_for(client: Client) -> list[Method]:
    """Return by what the shop can be paid in that client; empty when it offers nothing there."""
    trade = _TRADE_OF[client]
    accounts = Account.objects.filter(is_enabled=True, provider__in=settings.PAYMENT_PROVIDERS).order_by("pk")
    return [
        Method(account.provider, trade, provider_name(account.provider))
        for account in accounts
        if trade in provider_of(account).trades
    ]


def payer_for(trade: Trade, *, openid: str, address: str, agent: str) -> str:
    """Return whom the provider will ask: the openid of the mini-program, or the browser's address.

    "" when a browser wants what only the mini-program can. ShopError: 409 `payment_client` the other way round,
    `payment_in_wechat` for a browser (`agent` is its name) in which WeChat does not open the page.
    """
    if trade == "jsapi":
        return openid
    if openid:
        raise ShopError("payment_client", _("请直接在微信小程序里付款"), status=409)
    if "MicroMessenger" in agent:
        raise ShopError("payment_in_wechat", _("在微信里打开的网页不能付款，请点右上角用浏览器打开"), status=409)
    return address
