"""The payment simulator: shoppers, notices, fault scripts, lies and a book that stays true."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from payments.base import NoticeRefused, Prepay, RefundRequest
from payments.paysim.app import PaySim
from payments.paysim.server import Answer, Request, SimulatorServer
from payments.wechat.provider import WeChatPayProvider


class Shop:
    """Receives notices; answers what `statuses` says, 200 after that."""

    def __init__(self):
        self.requests = []
        self.statuses = []
        self.server = SimulatorServer(0, self.answer)
        self.pool = ThreadPoolExecutor(1)
        self.pool.submit(self.server.serve_forever, 0.05)
        self.url = f"{self.server.url}/s/key/pay/notify/wechat/main"

    def answer(self, request: Request) -> Answer:
        self.requests.append((time.monotonic(), request))
        return Answer(self.statuses.pop(0) if self.statuses else 200)

    def wait(self, count, seconds=5.0):
        deadline = time.monotonic() + seconds
        while len(self.requests) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return [request for _, request in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.pool.shutdown()


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    simulator = PaySim(tmp_path_factory.mktemp("paysim"))
    simulator.start()
    yield simulator
    simulator.close()


@pytest.fixture
def shop():
    receiver = Shop()
    yield receiver
    receiver.close()


@pytest.fixture
def provider(sim, request):
    sim.faults.clear()
    yield WeChatPayProvider(sim.accounts.config(sim.accounts.open(request.node.name)), sim.url)
    sim.faults.clear()


def control(sim, path, body=None):
    url = sim if isinstance(sim, str) else sim.url
    if body is None:
        return requests.get(f"{url}/_control/{path}")
    return requests.post(f"{url}/_control/{path}", json=body)


def prepay(provider, shop, number, **changes):
    values = {
        "out_trade_no": number,
        "amount": 1990,
        "currency": "CNY",
        "description": "微铺订单",
        "payer": "oShopper",
        "notify_url": shop.url,
        "expires_at": datetime.now(UTC) + timedelta(minutes=30),
    }
    return provider.prepay(Prepay(**{**values, **changes}))


def pay(sim, number):
    answer = control(sim, "pay", {"out_trade_no": number})
    assert answer.status_code == 200
    return answer.json()["transaction_id"]


def refund(provider, shop, trade, number, amount=990):
    return provider.refund(RefundRequest(trade, number, amount, 1990, "CNY", "", shop.url))


def parsed(provider, request):
    return provider.parse(request.headers, request.body, datetime.now(UTC))


def book(sim, provider):
    return control(sim, f"book?mchid={provider.config['mchid']}").json()


def test_payment_is_announced_to_the_address_of_its_prepay(sim, shop, provider):
    prepay(provider, shop, "PAY-0001")
    assert shop.requests == []
    transaction_id = pay(sim, "PAY-0001")
    (request,) = shop.wait(1)
    assert (request.method, request.target) == ("POST", "/s/key/pay/notify/wechat/main")
    receipt = parsed(provider, request)
    assert (receipt.kind, receipt.state, receipt.amount) == ("pay", "SUCCESS", 1990)
    assert (receipt.out_trade_no, receipt.transaction_id) == ("PAY-0001", transaction_id)
    assert receipt == provider.query("PAY-0001")


def test_cashier_may_name_the_order_by_its_prepay(sim, shop, provider):
    package = prepay(provider, shop, "PAY-0002").params["package"]
    answer = control(sim, "pay", {"prepay_id": package.removeprefix("prepay_id=")})
    assert (answer.status_code, answer.json()["out_trade_no"]) == (200, "PAY-0002")


def test_refund_is_announced(sim, shop, provider):
    prepay(provider, shop, "PAY-0003")
    pay(sim, "PAY-0003")
    shop.wait(1)
    accepted = refund(provider, shop, "PAY-0003", "R-1")
    receipt = parsed(provider, shop.wait(2)[1])
    assert (receipt.kind, receipt.state, receipt.amount) == ("refund", "SUCCESS", 990)
    assert (receipt.out_refund_no, receipt.transaction_id) == ("R-1", accepted.transaction_id)


def test_notice_is_repeated_until_the_shop_takes_it(sim, shop, provider):
    shop.statuses = [500, 403]
    prepay(provider, shop, "PAY-0004")
    pay(sim, "PAY-0004")
    first, second, third = shop.wait(3)
    assert len({json.loads(request.body)["id"] for request in (first, second, third)}) == 1
    moments = [moment for moment, _ in shop.requests]
    assert 0.4 < moments[1] - moments[0] < 3
    assert 0.9 < moments[2] - moments[1] < 4
    assert parsed(provider, third).transaction_id == parsed(provider, first).transaction_id


def test_order_is_paid_once_however_many_confirm(sim, shop, provider):
    prepay(provider, shop, "PAY-0005")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: control(sim, "pay", {"out_trade_no": "PAY-0005"}), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert len(book(sim, provider)["charges"]) == 1


def test_expired_order_cannot_be_paid(sim, shop, provider):
    prepay(provider, shop, "PAY-0006", expires_at=datetime.now(UTC) + timedelta(seconds=1.5))
    time.sleep(1.6)
    answer = control(sim, "pay", {"out_trade_no": "PAY-0006"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ORDER_EXPIRED")
    assert book(sim, provider)["charges"] == []
    assert shop.requests == []


def test_unknown_order_cannot_be_paid(sim):
    assert control(sim, "pay", {"out_trade_no": "NOT-THERE"}).status_code == 404
    assert control(sim, "pay", {}).status_code == 404
    assert control(sim, "pay", {"out_trade_no": 7}).status_code == 400


def test_number_used_by_two_merchants_must_name_its_merchant(sim, shop, provider):
    other = WeChatPayProvider(sim.accounts.config(sim.accounts.open("somebody else")), sim.url)
    prepay(provider, shop, "SHARED-01")
    prepay(other, shop, "SHARED-01")
    assert control(sim, "pay", {"out_trade_no": "SHARED-01"}).status_code == 409
    answer = control(sim, "pay", {"out_trade_no": "SHARED-01", "mchid": other.config["mchid"]})
    assert answer.status_code == 200
    assert (len(book(sim, provider)["charges"]), len(book(sim, other)["charges"])) == (0, 1)


def test_book_lists_what_was_really_charged_and_refunded(sim, shop, provider):
    prepay(provider, shop, "PAY-0007")
    prepay(provider, shop, "PAY-0008")
    transaction_id = pay(sim, "PAY-0007")
    accepted = refund(provider, shop, "PAY-0007", "R-1")
    (charge,), (given_back,) = book(sim, provider).values()
    assert datetime.fromisoformat(charge.pop("at")).utcoffset() == timedelta(hours=8)
    assert charge == {
        "out_trade_no": "PAY-0007",
        "transaction_id": transaction_id,
        "mchid": provider.config["mchid"],
        "amount": 1990,
    }
    assert datetime.fromisoformat(given_back.pop("at")).utcoffset() == timedelta(hours=8)
    assert given_back == {
        "out_refund_no": "R-1",
        "out_trade_no": "PAY-0007",
        "refund_id": accepted.transaction_id,
        "mchid": provider.config["mchid"],
        "amount": 990,
    }
    assert {"charges", "refunds"} == set(control(sim, "book").json())


def test_notice_can_be_sent_again_many_times_at_once(sim, shop, provider):
    prepay(provider, shop, "PAY-0009")
    transaction_id = pay(sim, "PAY-0009")
    shop.wait(1)
    answer = control(sim, "notify", {"out_trade_no": "PAY-0009", "copies": 30, "parallel": True, "tamper": None})
    assert answer.json() == {"statuses": [200] * 30}
    assert {parsed(provider, request).transaction_id for request in shop.wait(31)} == {transaction_id}


def test_notify_reports_what_the_shop_answered_after_the_delay(sim, shop, provider):
    prepay(provider, shop, "PAY-0010")
    pay(sim, "PAY-0010")
    shop.wait(1)
    shop.statuses = [500, 200]
    begun = time.monotonic()
    answer = control(sim, "notify", {"out_trade_no": "PAY-0010", "copies": 2, "delay": 0.3})
    assert answer.json() == {"statuses": [500, 200]}
    assert time.monotonic() - begun >= 0.3


def test_truth_about_an_order_never_charged_cannot_be_sent(sim, shop, provider):
    prepay(provider, shop, "PAY-0011")
    assert control(sim, "notify", {"out_trade_no": "PAY-0011", "copies": 1}).status_code == 409
    assert control(sim, "notify", {"out_trade_no": "PAY-0011", "tamper": "nonsense"}).status_code == 400
    assert shop.requests == []


@pytest.mark.parametrize("charged", [False, True])
@pytest.mark.parametrize(
    ("tamper", "reason"), [("signature", "signature"), ("mchid", "mchid"), ("appid", "appid"), ("stale", "stale")]
)
def test_forged_notice_is_refused_by_the_provider(sim, shop, provider, tamper, reason, charged):
    number = f"LIE-{tamper}-{charged}"
    prepay(provider, shop, number)
    if charged:
        pay(sim, number)
        shop.wait(1)
    before = book(sim, provider)
    control(sim, "notify", {"out_trade_no": number, "tamper": tamper})
    with pytest.raises(NoticeRefused) as caught:
        parsed(provider, shop.wait(1 + charged)[-1])
    assert caught.value.reason == reason
    assert book(sim, provider) == before


@pytest.mark.parametrize(("tamper", "amount", "state"), [("amount", 1989, "SUCCESS"), ("state", 1990, "PENDING")])
def test_signed_lie_shows_in_the_receipt(sim, shop, provider, tamper, amount, state):
    prepay(provider, shop, f"LIE-{tamper}")
    control(sim, "notify", {"out_trade_no": f"LIE-{tamper}", "tamper": tamper})
    receipt = parsed(provider, shop.wait(1)[0])
    assert (receipt.amount, receipt.state) == (amount, state)
    assert book(sim, provider)["charges"] == []


def test_notice_can_be_sent_to_a_foreign_address(sim, shop, provider):
    prepay(provider, shop, "PAY-0012")
    pay(sim, "PAY-0012")
    shop.wait(1)
    control(sim, "notify", {"out_trade_no": "PAY-0012", "account": "other"})
    control(sim, "notify", {"out_trade_no": "PAY-0012", "notify_url": f"{shop.server.url}/s/b/pay/notify/wechat/x"})
    targets = [request.target for request in shop.wait(3)]
    assert targets[1:] == ["/s/key/pay/notify/wechat/other", "/s/b/pay/notify/wechat/x"]


def test_dropped_notice_never_comes_but_the_money_moved(sim, shop, provider):
    prepay(provider, shop, "PAY-0013")
    control(sim, "faults", {"mode": "drop_notice", "count": 1})
    transaction_id = pay(sim, "PAY-0013")
    assert shop.wait(1, seconds=1) == []
    assert provider.query("PAY-0013").transaction_id == transaction_id
    assert control(sim, "faults").json() == {"faults": []}


def test_duplicated_notice_comes_three_times(sim, shop, provider):
    prepay(provider, shop, "PAY-0014")
    control(sim, "faults", {"mode": "duplicate_notice", "count": 1})
    pay(sim, "PAY-0014")
    requests_seen = shop.wait(3)
    assert len({json.loads(request.body)["id"] for request in requests_seen}) == 1
    assert len(requests_seen) == 3


def test_reordered_notice_comes_after_the_next_one(sim, shop, provider):
    prepay(provider, shop, "PAY-0015")
    control(sim, "faults", {"mode": "reorder_notice", "count": 1})
    pay(sim, "PAY-0015")
    refund(provider, shop, "PAY-0015", "R-1")
    assert [parsed(provider, request).kind for request in shop.wait(2, seconds=3)] == ["refund", "pay"]


def test_delayed_notice_comes_later(sim, shop, provider):
    prepay(provider, shop, "PAY-0016")
    control(sim, "faults", {"mode": "delay_notice", "count": 1, "seconds": 0.8})
    begun = time.monotonic()
    pay(sim, "PAY-0016")
    shop.wait(1)
    assert 0.75 < shop.requests[0][0] - begun < 5


def test_fault_strikes_only_what_it_matches_and_only_so_often(sim, shop, provider):
    control(sim, "faults", {"mode": "error_500", "count": 2, "match": "PAY-0018"})
    prepay(provider, shop, "PAY-0017")
    for _ in range(2):
        with pytest.raises(Exception, match="系统错误"):
            prepay(provider, shop, "PAY-0018")
    prepay(provider, shop, "PAY-0018")


def test_fault_without_end_is_cleared_by_null(sim, provider):
    answer = control(sim, "faults", {"mode": "error_500", "count": -1})
    assert answer.json() == {"faults": [{"mode": "error_500", "count": -1, "match": "", "seconds": 0.0}]}
    for _ in range(3):
        with pytest.raises(Exception, match="系统错误"):
            provider.query("PAY-0019")
    assert control(sim, "faults", {"mode": None}).json() == {"faults": []}
    assert provider.query("PAY-0019") is None
    assert control(sim, "faults", {"mode": "nonsense"}).status_code == 400
    assert control(sim, "faults", {"mode": "hang", "count": 0}).status_code == 400


def test_account_is_ready_at_once_and_the_same_for_its_name(sim):
    deadline = time.monotonic() + 10
    while sim.accounts._spare_count() < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    begun = time.monotonic()
    first = control(sim, "accounts", {"name": "新店"}).json()
    assert time.monotonic() - begun < 1
    assert control(sim, "accounts", {"name": "新店"}).json() == first
    assert sorted(first) == sorted(item.key for item in WeChatPayProvider.fields if not item.switch)
    assert WeChatPayProvider.check_config(first) == []
    assert control(sim, "accounts", {"name": "别的店"}).json()["mchid"] != first["mchid"]
    assert control(sim, "accounts", {"name": ""}).status_code == 400


def test_one_name_asked_for_twenty_times_at_once_is_one_account(sim):
    with ThreadPoolExecutor(20) as pool:
        configs = list(pool.map(lambda _: control(sim, "accounts", {"name": "同名"}).json(), range(20)))
    assert len({config["mchid"] for config in configs}) == 1


@pytest.mark.parametrize("authorization", [None, "nonsense", 'WECHATPAY2-SHA256-RSA2048 mchid="1"'])
def test_unsigned_request_is_refused(sim, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(f"{sim.url}/v3/pay/transactions/out-trade-no/PAY-0001?mchid=1", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")
    assert answer.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_")


def test_merchant_cannot_sign_for_another(sim, shop, provider):
    other = sim.accounts.config(sim.accounts.open("victim"))
    thief = {**other, "merchant_private_key": provider.config["merchant_private_key"]}
    with pytest.raises(Exception, match="签名错误"):
        prepay(WeChatPayProvider(thief, sim.url), shop, "PAY-0020")


def test_unknown_paths_and_unreadable_bodies_are_client_errors(sim):
    assert requests.get(f"{sim.url}/nothing").status_code == 404
    assert requests.get(f"{sim.url}/_control/pay").status_code == 405
    assert requests.post(f"{sim.url}/_control/pay", data=b"{").status_code == 400
    assert requests.get(f"{sim.url}/_health").json() == {"status": "ok"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(port, folder):
    command = [sys.executable, "-m", "payments.paysim", "--port", str(port), "--data", str(folder)]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            requests.get(f"http://127.0.0.1:{port}/_health", timeout=1)
            return process
        except requests.ConnectionError:
            time.sleep(0.05)
    process.kill()
    raise AssertionError("the simulator did not start")


def test_kill_and_restart_keep_keys_book_and_unsent_notices(tmp_path, shop):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = launch(port, tmp_path)
    try:
        config = control(url, "accounts", {"name": "shop"}).json()
        provider = WeChatPayProvider(config, url)
        prepay(provider, shop, "PAY-0021")
        control(url, "faults", {"mode": "delay_notice", "seconds": 1, "count": 1})
        transaction_id = pay(url, "PAY-0021")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert shop.requests == []
        process = launch(port, tmp_path)
        assert parsed(provider, shop.wait(1)[0]).transaction_id == transaction_id
        assert provider.query("PAY-0021").transaction_id == transaction_id
        assert control(url, "accounts", {"name": "shop"}).json() == config
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=3) == 0
    finally:
        process.kill()
        process.wait()
