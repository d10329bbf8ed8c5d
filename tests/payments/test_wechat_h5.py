"""WeChat's H5 trades as the provider asks for them."""

import json

import pytest

from payments.base import PaymentError
from payments.paysim.server import Answer, SimulatorServer
from payments.wechat import gateway
from payments.wechat.provider import WeChatPayProvider
from tests.payments.test_wechat_notice import CONFIG, NOW, PAID, envelope, seal, sign
from tests.payments.test_wechat_provider import config, failure, order, sim  # noqa: F401


def h5_order(**changes):
    return order(**{"trade": "h5", "payer": "203.0.113.7", **changes})


def test_an_account_is_paid_in_a_browser_only_when_the_merchant_says_so(config, sim):  # noqa: F811
    assert tuple(WeChatPayProvider(config, sim.url).trades) == ("jsapi",)
    assert tuple(WeChatPayProvider({**config, "h5": ""}, sim.url).trades) == ("jsapi",)
    assert tuple(WeChatPayProvider({**config, "h5": "1"}, sim.url).trades) == ("jsapi", "h5")
    assert WeChatPayProvider.check_config({**config, "h5": ""}) == []


def test_the_request_names_address_and_kind_and_no_payer(config, sim, monkeypatch):  # noqa: F811
    asked = []
    original = sim.server.handler

    def handler(request):
        asked.append((request.method, request.path, json.loads(request.body)))
        return original(request)

    monkeypatch.setattr(sim.server, "handler", handler)
    params = WeChatPayProvider(config, sim.url).prepay(h5_order()).params
    assert list(params) == ["h5_url"]
    assert params["h5_url"].startswith(f"{sim.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx")
    ((method, path, body),) = asked
    assert (method, path) == ("POST", "/v3/pay/transactions/h5")
    assert body == {
        "appid": config["appid"],
        "mchid": config["mchid"],
        "description": "微铺订单",
        "out_trade_no": "ORDER-1",
        "amount": {"total": 1990, "currency": "CNY"},
        "time_expire": "2100-01-01T08:00:00+08:00",
        "notify_url": "http://127.0.0.1:9/pay/notify/wechat/main",
        "scene_info": {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}},
    }


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://pay.example.com/x", "//evil.example", "x" * 513])
def test_an_address_no_shopper_should_be_sent_to_is_no_answer(config, sim, monkeypatch, address):  # noqa: F811
    monkeypatch.setattr(gateway.Gateway, "pay_h5", lambda _self, _params: {"h5_url": address})
    error = failure(WeChatPayProvider(config, sim.url).prepay, h5_order())
    assert (error.retry, error.code) == (True, "ANSWER")


def test_wechats_own_page_is_taken(config, sim, monkeypatch):  # noqa: F811
    address = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2016&package=1"
    monkeypatch.setattr(gateway.Gateway, "pay_h5", lambda _self, _params: {"h5_url": address})
    assert dict(WeChatPayProvider(config, sim.url).prepay(h5_order()).params) == {"h5_url": address}


def test_an_account_that_wechat_has_not_approved_is_refused_for_good(config, sim):  # noqa: F811
    def refuse(_request):
        body = json.dumps({"code": "NO_AUTH", "message": "此商家的收款功能已被限制"}).encode()
        return Answer(403, body, {"Content-Type": "application/json"})

    server = SimulatorServer(0, refuse)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever, 0.05)
        try:
            with pytest.raises(PaymentError) as caught:
                WeChatPayProvider(config, server.url).prepay(h5_order())
        finally:
            server.shutdown()
            server.server_close()
    assert (caught.value.retry, caught.value.code) == (False, "NO_AUTH")


@pytest.mark.parametrize(
    ("payer", "known"), [({}, None), ({"openid": "oOther"}, "oOther"), (None, None), ({"openid": ""}, None)]
)
def test_a_notice_of_a_browsers_payment_is_believed_whoever_paid(payer, known):
    told = {**PAID, "trade_type": "MWEB", "payer": payer}
    if payer is None:
        del told["payer"]
    headers, body = sign(envelope(seal(told)))
    receipt = WeChatPayProvider(CONFIG, "http://127.0.0.1:9").parse(headers, body, NOW)
    assert (receipt.kind, receipt.state, receipt.amount, receipt.payer) == ("pay", "SUCCESS", 1990, known)
