"""The simulator's H5 trades: what WeChat wants to know, the page of five minutes, and the way back."""

import re
import sqlite3
import time
from urllib.parse import urlencode

import pytest
import requests

from payments.base import Closed, PaymentError
from payments.paysim import trades
from payments.paysim.app import PaySim
from payments.wechat.provider import WeChatPayProvider
from tests.payments.test_paysim import book, control, parsed, pay, prepay, provider, refund, shop, sim  # noqa: F401

SHOP = {"Referer": "http://alpha.localhost:8000/"}
BACK = "http://alpha.localhost:8000/h5/#/packages/order/result/result?number=1"


def h5(provider, shop, number, **changes):  # noqa: F811
    return prepay(provider, shop, number, **{"trade": "h5", "payer": "203.0.113.7", **changes}).params["h5_url"]


def back_to(url, address=BACK):
    return f"{url}&{urlencode({'redirect_url': address})}"


def confirm(url, page):
    prepay_id = re.search(r'name="prepay_id" value="(\w+)"', page.text)[1]
    action = re.search(r'action="([^"]+)"', page.text)[1]
    host = url.partition("/cgi-bin/")[0]
    return requests.post(f"{host}{action}", data={"prepay_id": prepay_id}, allow_redirects=False, timeout=5)


def test_a_browser_pays_on_the_page_and_comes_back(sim, shop, provider):  # noqa: F811
    url = back_to(h5(provider, shop, "H5-0001"))
    page = requests.get(url, headers=SHOP, timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert all(words in page.text for words in ("¥19.90", "微铺订单", "确认支付", "取消", BACK))
    answer = confirm(url, page)
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    (charge,) = book(sim, provider)["charges"]
    receipt = parsed(provider, shop.wait(1)[0])
    assert (receipt.out_trade_no, receipt.state, receipt.amount) == ("H5-0001", "SUCCESS", 1990)
    assert (receipt.raw["trade_type"], receipt.payer) == ("MWEB", None)
    assert receipt.transaction_id == charge["transaction_id"]
    assert provider.query("H5-0001") == receipt
    assert confirm(url, page).status_code == 409
    assert requests.get(url, headers=SHOP, timeout=5).status_code == 409
    assert len(book(sim, provider)["charges"]) == 1


def test_the_page_opens_only_from_the_shop_and_leads_only_there(sim, shop, provider):  # noqa: F811
    url = h5(provider, shop, "H5-0002")
    assert "商家参数格式有误" in requests.get(url, timeout=5).text
    for elsewhere in ("https://evil.example/", "javascript:alert(1)", "//evil.example/"):
        answer = requests.get(back_to(url, elsewhere), headers=SHOP, timeout=5)
        assert (answer.status_code, "确认支付" in answer.text) == (400, False)
    page = requests.get(url, headers=SHOP, timeout=5)
    assert "取消" not in page.text
    assert "支付成功" in confirm(url, page).text


def test_the_address_of_the_page_ends_after_five_minutes_and_is_renewed_by_the_same_request(
    sim,  # noqa: F811
    shop,  # noqa: F811
    provider,  # noqa: F811
    monkeypatch,
):
    url = h5(provider, shop, "H5-0003")
    now = time.time()
    monkeypatch.setattr(trades.time, "time", lambda: now + 301)
    assert "订单已过期" in requests.get(url, headers=SHOP, timeout=5).text
    assert control(sim, "pay", {"out_trade_no": "H5-0003"}).json()["code"] == "ORDER_EXPIRED"
    renewed = h5(provider, shop, "H5-0003", expires_at=provider_expiry(sim, "H5-0003"))
    assert requests.get(renewed, headers=SHOP, timeout=5).status_code == 200
    assert book(sim, provider)["charges"] == []


def provider_expiry(sim, number):  # noqa: F811
    from datetime import datetime

    (row,) = sim.store.rows("SELECT time_expire FROM trades WHERE out_trade_no = ?", number)
    return datetime.fromisoformat(row["time_expire"])


def test_changed_terms_under_one_number_are_refused(sim, shop, provider):  # noqa: F811
    h5(provider, shop, "H5-0004")
    expires_at = provider_expiry(sim, "H5-0004")
    for change in ({"payer": "203.0.113.8"}, {"amount": 1}, {"trade": "jsapi", "payer": "oShopper"}):
        with pytest.raises(PaymentError) as caught:
            h5(provider, shop, "H5-0004", expires_at=expires_at, **change)
        assert (caught.value.retry, caught.value.code) == (False, "OUT_TRADE_NO_USED")


@pytest.mark.parametrize("scene", [None, {}, {"payer_client_ip": "203.0.113.7"}, {"h5_info": {"type": "Wap"}}, "bad"])
def test_an_order_without_its_scene_is_refused(sim, shop, provider, scene):  # noqa: F811
    if scene == "bad":
        scene = {"payer_client_ip": "nowhere", "h5_info": {"type": "Wap"}}
    terms = {"description": "x", "out_trade_no": "H5-0005", "amount": {"total": 1}, "notify_url": shop.url}
    with pytest.raises(PaymentError) as caught:
        # The package itself wants a scene, so an empty one stands for none.
        provider._gateway.pay_h5({**terms, "scene_info": scene or {"x": 1}})
    assert (caught.value.retry, caught.value.code) == (False, "PARAM_ERROR")
    assert provider.query("H5-0005") is None


def test_refund_close_and_bill_are_the_same_as_for_the_mini_program(sim, shop, provider):  # noqa: F811
    from payments.wechat.statement import CHINA

    h5(provider, shop, "H5-0006")
    assert provider.close("H5-0006") is Closed.CLOSED
    url = h5(provider, shop, "H5-0007")
    pay(sim, "H5-0007")
    assert provider.close("H5-0007") is Closed.PAID
    assert requests.get(url, headers=SHOP, timeout=5).status_code == 409
    refund(provider, shop, "H5-0007", "R-7")
    assert provider.query("H5-0007", "R-7").amount == 990
    day = provider.query("H5-0007").occurred_at.astimezone(CHINA).date()
    assert [(row.kind, row.out_trade_no, row.amount) for row in provider.statement(day)] == [
        ("pay", "H5-0007", 1990),
        ("refund", "H5-0007", 990),
    ]


def test_a_page_of_a_mini_programs_order_is_not_shown(sim, shop, provider):  # noqa: F811
    package = prepay(provider, shop, "H5-0008").params["package"]
    url = f"{sim.url}/cgi-bin/mmpayweb-bin/checkmweb?{package}"
    assert requests.get(url, headers=SHOP, timeout=5).status_code == 404
    assert requests.post(f"{sim.url}/cgi-bin/mmpayweb-bin/pay", timeout=5).status_code == 404


def test_a_book_of_an_older_version_is_taken_over(tmp_path):
    with sqlite3.connect(tmp_path / "book.sqlite3") as book:
        book.executescript(OLD_TRADES)
    simulator = PaySim(tmp_path)
    simulator.start()
    try:
        account = simulator.accounts.open("shop")
        simulator.store.rows("UPDATE trades SET mchid = ?", account.mchid)
        receipt = WeChatPayProvider(simulator.accounts.config(account), simulator.url).query("OLD-0001")
        assert (receipt.state, receipt.raw["trade_type"], receipt.payer) == ("SUCCESS", "JSAPI", "oShopper")
    finally:
        simulator.close()


OLD_TRADES = """
CREATE TABLE trades (
    mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL, appid TEXT NOT NULL, openid TEXT NOT NULL,
    description TEXT NOT NULL, attach TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    notify_url TEXT NOT NULL, time_expire TEXT NOT NULL, expires_at REAL NOT NULL,
    prepay_id TEXT NOT NULL UNIQUE, prepaid_at REAL NOT NULL,
    state TEXT NOT NULL, transaction_id TEXT NOT NULL DEFAULT '', paid_at REAL,
    PRIMARY KEY (mchid, out_trade_no)
);
INSERT INTO trades VALUES ('1', 'OLD-0001', 'wx', 'oShopper', 'x', '', 100, 'http://127.0.0.1:9/', '', 2e9, 'wx1', 1,
    'SUCCESS', '42001', 1);
"""
