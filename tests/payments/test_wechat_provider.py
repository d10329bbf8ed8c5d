"""The WeChat Pay provider against the simulator, over real HTTP."""

import base64
import gzip
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from payments.base import Closed, PaymentError, Prepay, RefundRequest
from payments.paysim.app import PaySim
from payments.paysim.server import Answer
from payments.wechat import gateway
from payments.wechat.provider import WeChatPayProvider
from payments.wechat.statement import CHINA

NOWHERE = "http://127.0.0.1:9/pay/notify/wechat/main"


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    simulator = PaySim(tmp_path_factory.mktemp("paysim"))
    simulator.start()
    yield simulator
    simulator.close()


@pytest.fixture
def config(sim, request):
    sim.faults.clear()
    yield sim.accounts.config(sim.accounts.open(request.node.name))
    sim.faults.clear()


@pytest.fixture
def provider(sim, config):
    return WeChatPayProvider(config, sim.url)


def order(number="ORDER-1", **changes):
    values = {
        "out_trade_no": number,
        "amount": 1990,
        "currency": "CNY",
        "description": "微铺订单",
        "payer": "oShopper",
        "notify_url": NOWHERE,
        "expires_at": datetime(2100, 1, 1, tzinfo=UTC),
    }
    return Prepay(**{**values, **changes})


def refund(number="R1", amount=990, trade="ORDER-1", **changes):
    values = {
        "out_trade_no": trade,
        "out_refund_no": number,
        "amount": amount,
        "total": 1990,
        "currency": "CNY",
        "reason": "不想要了",
        "notify_url": NOWHERE,
    }
    return RefundRequest(**{**values, **changes})


def pay(sim, config, number="ORDER-1"):
    answer = requests.post(f"{sim.url}/_control/pay", json={"out_trade_no": number, "mchid": config["mchid"]})
    assert answer.status_code == 200
    return answer.json()["transaction_id"]


def book(sim, config):
    return requests.get(f"{sim.url}/_control/book?mchid={config['mchid']}").json()


def failure(call, *args):
    with pytest.raises(PaymentError) as caught:
        call(*args)
    return caught.value


def test_prepay_gives_the_six_signed_parameters_of_the_cashier(provider, config):
    params = provider.prepay(order()).params
    assert sorted(params) == ["appId", "nonceStr", "package", "paySign", "signType", "timeStamp"]
    assert params["appId"] == config["appid"]
    assert params["package"].startswith("prepay_id=wx")
    assert params["signType"] == "RSA"
    assert abs(int(params["timeStamp"]) - time.time()) < 5
    message = "\n".join(params[key] for key in ("appId", "timeStamp", "nonceStr", "package")) + "\n"
    key = load_pem_private_key(config["merchant_private_key"].encode(), None).public_key()
    key.verify(base64.b64decode(params["paySign"]), message.encode(), PKCS1v15(), SHA256())


def test_same_order_again_is_the_same_prepay_and_a_changed_one_is_refused(provider):
    first = provider.prepay(order()).params["package"]
    assert provider.prepay(order()).params["package"] == first
    error = failure(provider.prepay, order(amount=1))
    assert (error.retry, error.code) == (False, "OUT_TRADE_NO_USED")


@pytest.mark.parametrize("change", [{"description": " \n"}, {"payer": ""}, {"notify_url": ""}, {"amount": 0}])
def test_incomplete_order_is_refused_before_any_call(config, change):
    error = failure(WeChatPayProvider(config, "http://127.0.0.1:9").prepay, order(**change))
    assert (error.retry, error.code) == (False, "PARAM_ERROR")


def test_payment_is_seen_by_query_from_unknown_to_paid(provider, sim, config):
    assert provider.query("ORDER-1") is None
    provider.prepay(order())
    waiting = provider.query("ORDER-1")
    assert (waiting.state, waiting.transaction_id, waiting.amount) == ("PENDING", "", 0)
    transaction_id = pay(sim, config)
    receipt = provider.query("ORDER-1")
    assert (receipt.kind, receipt.state, receipt.amount, receipt.currency) == ("pay", "SUCCESS", 1990, "CNY")
    assert (receipt.transaction_id, receipt.out_trade_no) == (transaction_id, "ORDER-1")
    assert (receipt.merchant_id, receipt.app_id, receipt.payer) == (config["mchid"], config["appid"], "oShopper")
    assert abs((datetime.now(UTC) - receipt.occurred_at).total_seconds()) < 5


def test_numbers_with_every_legal_character_survive_the_path(provider, sim, config):
    number = "a|B*c-d_9"
    provider.prepay(order(number))
    pay(sim, config, number)
    assert provider.query(number).out_trade_no == number
    assert provider.close(number) is Closed.PAID
    provider.refund(refund("r|*@-_", trade=number))
    assert provider.query(number, "r|*@-_").amount == 990


@pytest.mark.parametrize(
    "number", ["short", "x" * 33, "with space", "a/../../b", "order?x=1", "订单号一二三", "abcdef\n"]
)
def test_number_wechat_would_not_take_is_refused_before_any_call(config, number):
    provider = WeChatPayProvider(config, "http://127.0.0.1:9")
    for call in (provider.query, provider.close, lambda number: provider.prepay(order(number))):
        error = failure(call, number)
        assert (error.retry, error.code) == (False, "PARAM_ERROR")


def test_close_ends_an_order_for_good_and_may_be_repeated(provider, sim, config):
    provider.prepay(order())
    assert provider.close("ORDER-1") is Closed.CLOSED
    assert provider.close("ORDER-1") is Closed.CLOSED
    assert provider.query("ORDER-1").state == "CLOSED"
    answer = requests.post(f"{sim.url}/_control/pay", json={"out_trade_no": "ORDER-1", "mchid": config["mchid"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_CLOSED")
    assert failure(provider.prepay, order()).code == "ORDER_CLOSED"
    assert book(sim, config) == {"charges": [], "refunds": []}


def test_close_of_a_paid_order_says_paid(provider, sim, config):
    provider.prepay(order())
    pay(sim, config)
    assert provider.close("ORDER-1") is Closed.PAID
    assert provider.query("ORDER-1").state == "SUCCESS"


def test_close_of_an_order_that_never_existed_is_closed(provider):
    assert provider.close("ORDER-1") is Closed.CLOSED


@pytest.mark.parametrize("code", ["INVALID_REQUEST", "TRADE_ERROR"])
def test_close_refused_in_other_words_is_decided_by_query(provider, sim, config, code, monkeypatch):
    provider.prepay(order())
    pay(sim, config)
    refused = PaymentError("no", retry=False, code=code)

    def close(self, number):
        raise refused

    monkeypatch.setattr(gateway.Gateway, "close", close)
    assert provider.close("ORDER-1") is Closed.PAID
    provider.prepay(order("ORDER-2"))
    assert failure(provider.close, "ORDER-2") is refused


def test_refund_happens_once_for_each_number(provider, sim, config):
    provider.prepay(order())
    pay(sim, config)
    first = provider.refund(refund())
    assert (first.kind, first.state, first.amount, first.out_refund_no) == ("refund", "PENDING", 990, "R1")
    again = provider.refund(refund())
    assert (again.transaction_id, again.state) == (first.transaction_id, "SUCCESS")
    assert provider.query("ORDER-1", "R1").transaction_id == first.transaction_id
    assert provider.query("ORDER-1").state == "SUCCESS"
    assert [(row["out_refund_no"], row["amount"]) for row in book(sim, config)["refunds"]] == [("R1", 990)]


def test_refunds_never_exceed_what_was_paid(provider, sim, config):
    provider.prepay(order())
    pay(sim, config)
    provider.refund(refund("R1", 1000))
    error = failure(provider.refund, refund("R2", 991))
    assert (error.retry, error.code) == (False, "INVALID_REQUEST")
    provider.refund(refund("R3", 990))
    assert failure(provider.refund, refund("R1", 1)).code == "INVALID_REQUEST"
    assert failure(provider.refund, refund("R4", 1, total=2000)).code == "INVALID_REQUEST"
    assert failure(provider.refund, refund("R5", 0)).code == "PARAM_ERROR"
    assert failure(provider.refund, refund("R6", 3000)).code == "PARAM_ERROR"
    assert sum(row["amount"] for row in book(sim, config)["refunds"]) == 1990


def test_refund_of_an_unpaid_order_is_refused_and_unknown_refunds_are_none(provider):
    provider.prepay(order())
    assert failure(provider.refund, refund()).code == "INVALID_REQUEST"
    assert provider.query("ORDER-1", "R1") is None
    assert failure(provider.refund, refund(trade="ORDER-9")).code == "RESOURCE_NOT_EXISTS"


def test_twenty_requests_for_one_refund_give_money_back_once(provider, sim, config):
    provider.prepay(order())
    pay(sim, config)
    with ThreadPoolExecutor(20) as pool:
        receipts = list(pool.map(lambda _: provider.refund(refund()), range(20)))
    assert len({receipt.transaction_id for receipt in receipts}) == 1
    assert len(book(sim, config)["refunds"]) == 1


def test_fifty_parallel_prepays_all_succeed(provider):
    with ThreadPoolExecutor(50) as pool:
        packages = list(pool.map(lambda i: provider.prepay(order(f"ORDER-{i}")).params["package"], range(50)))
    assert len(set(packages)) == 50


def test_orders_of_two_merchants_with_one_number_are_apart(provider, sim, config):
    other_config = sim.accounts.config(sim.accounts.open("another merchant"))
    other = WeChatPayProvider(other_config, sim.url)
    provider.prepay(order())
    other.prepay(order(amount=5))
    pay(sim, config)
    assert (provider.query("ORDER-1").state, other.query("ORDER-1").state) == ("SUCCESS", "PENDING")


def test_statement_lists_the_day_and_is_empty_without_business(provider, sim, config):
    today = datetime.now(CHINA).date()
    assert provider.statement(today) == []
    provider.prepay(order(description="苹果,`梨\n\u2028"))
    transaction_id = pay(sim, config)
    receipt = provider.refund(refund())
    paid, given_back = provider.statement(today)
    assert (paid.kind, paid.out_trade_no, paid.transaction_id) == ("pay", "ORDER-1", transaction_id)
    assert (paid.state, paid.amount, paid.currency, paid.out_refund_no) == ("SUCCESS", 1990, "CNY", None)
    assert (given_back.kind, given_back.out_refund_no, given_back.amount) == ("refund", "R1", 990)
    assert (given_back.transaction_id, given_back.state) == (receipt.transaction_id, "SUCCESS")
    assert provider.statement(today - timedelta(days=1)) == []


def test_statement_that_was_changed_on_the_way_is_refused(provider, sim, config, monkeypatch):
    provider.prepay(order())
    pay(sim, config)
    true_download = gateway.Gateway.download

    def changed(self, address):
        return gzip.compress(gzip.decompress(true_download(self, address)).replace(b"19.90", b"00.01"))

    monkeypatch.setattr(gateway.Gateway, "download", changed)
    error = failure(provider.statement, datetime.now(CHINA).date())
    assert (error.retry, error.code) == (True, "BILL_HASH")


def test_reset_after_commit_is_unknown_and_the_repeat_is_safe(provider, sim, config):
    provider.prepay(order())
    pay(sim, config)
    sim.faults.set("reset_after_commit", 1)
    error = failure(provider.refund, refund())
    assert (error.retry, error.code) == (True, "NETWORK")
    assert provider.query("ORDER-1", "R1").amount == 990
    provider.refund(refund())
    assert len(book(sim, config)["refunds"]) == 1


def test_answer_that_hangs_ends_at_our_time_out(sim, config, monkeypatch):
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", (1, 0.3))
    provider = WeChatPayProvider(config, sim.url)
    sim.faults.set("hang", 1)
    begun = time.monotonic()
    error = failure(provider.prepay, order())
    assert (error.retry, error.code) == (True, "NETWORK")
    assert time.monotonic() - begun < 2
    assert provider.prepay(order()).params["signType"] == "RSA"


@pytest.mark.parametrize(("mode", "code"), [("error_500", "SYSTEM_ERROR"), ("bad_signature", "SIGNATURE")])
def test_broken_answers_ask_for_a_retry(provider, sim, mode, code):
    provider.prepay(order())
    for call in (provider.prepay, lambda _: provider.query("ORDER-1"), lambda _: provider.close("ORDER-1")):
        sim.faults.set(mode, 1)
        error = failure(call, order())
        assert (error.retry, error.code) == (True, code)


@pytest.mark.parametrize(
    ("status", "body", "retry", "code"),
    [
        (429, {"code": "RATELIMIT_EXCEEDED", "message": "慢一点"}, True, "RATELIMIT_EXCEEDED"),
        (403, {"code": "FREQUENCY_LIMITED", "message": "慢一点"}, True, "FREQUENCY_LIMITED"),
        (502, None, True, "502"),
        (404, None, True, "404"),
        (403, {"code": "NOT_ENOUGH", "message": "余额不足"}, False, "NOT_ENOUGH"),
        (200, {"prepay_id": ""}, True, "ANSWER"),
        (200, [1], True, "ANSWER"),
    ],
)
def test_what_each_kind_of_answer_means(provider, sim, monkeypatch, status, body, retry, code):
    content = b"<html>proxy</html>" if body is None else json.dumps(body).encode()
    answer = sim._provider.signed(Answer(status, content, {"Content-Type": "application/json"}))
    monkeypatch.setattr(sim.server, "handler", lambda request: answer)
    error = failure(provider.prepay, order())
    assert (error.retry, error.code) == (retry, code)


def test_answer_about_another_order_is_not_taken(provider, sim, monkeypatch):
    provider.prepay(order("ORDER-2"))
    handler = sim.server.handler

    stored = {}
    monkeypatch.setattr(sim.server, "handler", lambda request: stored.setdefault("answer", handler(request)))
    assert provider.query("ORDER-2").state == "PENDING"
    error = failure(provider.query, "ORDER-3")
    assert (error.retry, error.code) == (True, "ANSWER")


def test_answer_under_an_unknown_serial_causes_no_further_call(provider, sim, monkeypatch):
    handler, seen = sim.server.handler, []

    def other_serial(request):
        seen.append(request.path)
        answer = handler(request)
        return Answer(answer.status, answer.body, {**answer.headers, "Wechatpay-Serial": "AB12"})

    monkeypatch.setattr(sim.server, "handler", other_serial)
    assert failure(provider.prepay, order()).code == "SIGNATURE"
    assert seen == ["/v3/pay/transactions/jsapi"]


def test_nobody_at_the_address_asks_for_a_retry(config):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        provider = WeChatPayProvider(config, f"http://127.0.0.1:{unused.getsockname()[1]}")
        error = failure(provider.prepay, order())
    assert (error.retry, error.code) == (True, "NETWORK")


def test_web_proxy_of_the_machine_is_not_used_on_loopback(provider, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert provider.prepay(order()).params["signType"] == "RSA"


def test_complete_config_has_no_problems(config):
    assert WeChatPayProvider.check_config(config) == []


def test_config_problems_are_named_in_plain_words(config):
    assert WeChatPayProvider.check_config({**config, "mchid": ""}) == ["请填写商户号"]
    assert WeChatPayProvider.check_config({**config, "apiv3_key": "short"}) == ["APIv3 密钥应为 32 位字母或数字"]
    broken = {**config, "merchant_private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}
    assert WeChatPayProvider.check_config(broken) == ["商户 API 私钥无法识别，请粘贴 apiclient_key.pem 的全部内容"]
    assert WeChatPayProvider.check_config({**config, "public_key": config["merchant_private_key"]}) == [
        "微信支付公钥无法识别，请粘贴 pub_key.pem 的全部内容"
    ]
    assert len(WeChatPayProvider.check_config({})) == 7


def test_calls_with_an_unusable_config_fail_for_good_without_showing_secrets(config, sim):
    provider = WeChatPayProvider({**config, "merchant_private_key": "secret words"}, sim.url)
    error = failure(provider.prepay, order())
    assert (error.retry, error.code) == (False, "CONFIG")
    assert "secret words" not in str(error)


def test_secret_fields_are_declared():
    assert [item.key for item in WeChatPayProvider.fields if item.secret] == ["merchant_private_key", "apiv3_key"]
