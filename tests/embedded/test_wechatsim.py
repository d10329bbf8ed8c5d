"""The WeChat simulator: log-in, tokens, phone, messages and shipping upload over real HTTP."""

import base64
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from saas.embedded.wechatsim.app import WeChatSim

APP = "wx0123456789abcdef"


@pytest.fixture
def sim(tmp_path):
    simulator = WeChatSim(tmp_path)
    simulator.start()
    yield simulator
    simulator.close()


def get(sim, path, **query):
    return requests.get(f"{sim.url}{path}", params=query).json()


def post(sim, path, body, **query):
    return requests.post(f"{sim.url}{path}", params=query, json=body).json()


def login(sim, code, app=APP):
    return get(sim, "/sns/jscode2session", appid=app, secret="s", js_code=code, grant_type="authorization_code")


def stable_token(sim, app=APP, **options):
    body = {"grant_type": "client_credential", "appid": app, "secret": "s", **options}
    return post(sim, "/cgi-bin/stable_token", body)["access_token"]


def replacing_token(sim):
    return get(sim, "/cgi-bin/token", appid=APP, secret="s", grant_type="client_credential")["access_token"]


def carriers(sim, token):
    return post(sim, "/cgi-bin/express/delivery/open_msg/get_delivery_list", {}, access_token=token)


def book(sim):
    return get(sim, "/_control/book")


def shipment(**changes):
    return {
        "order_key": {"order_number_type": 1, "mchid": "1600000001", "out_trade_no": "ORDER-1"},
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [{"tracking_no": "T1", "express_company": "ZTO", "item_desc": "苹果 1 箱"}],
        "upload_time": "2026-03-04T13:06:01.120+08:00",
        "payer": {"openid": "oShopper"},
        **changes,
    }


def ship(sim, **changes):
    return post(sim, "/wxa/sec/order/upload_shipping_info", shipment(**changes), access_token=stable_token(sim))


def test_shopper_has_one_identity_in_an_app_and_another_elsewhere(sim):
    first = login(sim, "sim:小明")
    assert login(sim, "sim:小明") == first
    assert len(base64.b64decode(first["session_key"])) == 16
    assert len(first["openid"]) == 28
    other_app = login(sim, "sim:小明", app="wxffffffffffffffff")
    assert other_app["openid"] != first["openid"]
    assert other_app["unionid"] == first["unionid"]
    assert login(sim, "sim:小红")["openid"] != first["openid"]
    assert [entry["name"] for entry in book(sim)["logins"]] == ["小明", "小明", "小明", "小红"]
    assert book(sim)["apps"] == [{"appid": APP, "secret": "s"}, {"appid": "wxffffffffffffffff", "secret": "s"}]


@pytest.mark.parametrize("code", ["", "sim:", "phone:13800000000", "0a1b2c"])
def test_other_log_in_codes_are_invalid(sim, code):
    assert login(sim, code)["errcode"] == 40029
    assert book(sim)["logins"] == []


def test_app_must_show_number_and_secret(sim):
    assert get(sim, "/sns/jscode2session", js_code="sim:a", secret="s")["errcode"] == 40013
    assert get(sim, "/cgi-bin/token", appid=APP, grant_type="client_credential")["errcode"] == 41004
    assert post(sim, "/cgi-bin/stable_token", {"appid": APP, "secret": "s"})["errcode"] == 40002


def test_stable_token_stays_the_same_and_fetches_are_counted(sim):
    token = stable_token(sim)
    assert [stable_token(sim) for _ in range(3)] == [token] * 3
    assert carriers(sim, token)["errcode"] == 0
    stats = get(sim, "/_control/stats")
    assert (stats["stable_token"], stats["token"]) == ({APP: 4}, {})
    assert stats["calls"]["/cgi-bin/express/delivery/open_msg/get_delivery_list"] == 1


def test_forced_refresh_ends_the_old_stable_token(sim):
    old = stable_token(sim)
    new = stable_token(sim, force_refresh=True)
    assert new != old
    assert carriers(sim, old)["errcode"] == 40001
    assert carriers(sim, new)["errcode"] == 0


def test_replacing_token_is_new_each_time_and_the_old_one_lives_on_a_little(sim):
    old, new = replacing_token(sim), replacing_token(sim)
    assert old != new
    assert [carriers(sim, token)["errcode"] for token in (old, new)] == [0, 0]
    assert get(sim, "/_control/stats")["token"] == {APP: 2}


def test_unknown_expired_and_forgotten_tokens_are_told_apart(sim):
    assert carriers(sim, "nonsense")["errcode"] == 40001
    post(sim, "/_control/faults", {"token_lifetime": 0})
    assert carriers(sim, replacing_token(sim))["errcode"] == 42001
    post(sim, "/_control/faults", {"mode": None})
    token = stable_token(sim)
    post(sim, "/_control/faults", {"forget_tokens": True})
    assert carriers(sim, token)["errcode"] == 40001
    assert stable_token(sim) != token


def test_phone_number_is_the_one_in_the_code(sim):
    path, token = "/wxa/business/getuserphonenumber", stable_token(sim)
    answer = post(sim, path, {"code": "phone:13800138000"}, access_token=token)
    assert answer["errcode"] == 0
    assert answer["phone_info"]["purePhoneNumber"] == "13800138000"
    assert answer["phone_info"]["countryCode"] == "86"
    assert answer["phone_info"]["watermark"]["appid"] == APP
    assert post(sim, path, {"code": "sim:小明"}, access_token=token)["errcode"] == 40029
    # As the mini-program's test adapter says it.
    again = post(sim, path, {"code": "sim:13900001234"}, access_token=token)
    assert again["phone_info"]["purePhoneNumber"] == "13900001234"
    assert post(sim, path, {"code": "phone:13800138000"}, access_token="x")["errcode"] == 40001
    assert [entry["number"] for entry in book(sim)["phones"]] == ["13800138000", "13900001234"]


def send(sim, **changes):
    message = {
        "touser": "oShopper",
        "template_id": "T1",
        "page": "p",
        "data": {"thing1": {"value": "已发货"}},
        **changes,
    }
    return post(sim, "/cgi-bin/message/subscribe/send", message, access_token=stable_token(sim))["errcode"]


def test_message_is_kept_in_the_book(sim):
    assert send(sim) == 0
    (message,) = book(sim)["messages"]
    assert (message["appid"], message["touser"], message["data"]) == (APP, "oShopper", {"thing1": {"value": "已发货"}})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"touser": "小明"}, 40003),
        ({"template_id": ""}, 40037),
        ({"data": {}}, 47003),
        ({"data": {"thing1": {"value": "长" * 21}}}, 47003),
        ({"data": {"phrase1": {"value": ""}}}, 47003),
    ],
)
def test_message_wechat_would_not_take_is_refused(sim, changes, code):
    assert send(sim, **changes) == code
    assert book(sim)["messages"] == []


def test_refused_messages_are_refused_as_often_as_the_script_says(sim):
    post(sim, "/_control/faults", {"message_refused": 2})
    assert [send(sim) for _ in range(3)] == [43101, 43101, 0]


def test_shipment_is_kept_in_the_book(sim):
    assert ship(sim) == {"errcode": 0, "errmsg": "ok"}
    (entry,) = book(sim)["shipments"]
    assert entry["order_key"]["out_trade_no"] == "ORDER-1"
    assert entry["shipping_list"][0]["tracking_no"] == "T1"


def test_order_is_unknown_for_the_first_uploads_the_script_says(sim):
    post(sim, "/_control/faults", {"shipping_not_found": 2})
    assert [ship(sim)["errcode"] for _ in range(3)] == [10060001, 10060001, 0]
    other = {"order_number_type": 2, "transaction_id": "4200"}
    assert ship(sim, order_key=other)["errcode"] == 10060001
    assert len(book(sim)["shipments"]) == 1


def test_shipment_may_be_corrected_once(sim):
    assert [ship(sim)["errcode"] for _ in range(3)] == [0, 0, 10060003]
    assert len(book(sim)["shipments"]) == 2


def test_split_shipment_goes_on_until_everything_is_delivered(sim):
    parts = [ship(sim, delivery_mode=2, is_all_delivered=last)["errcode"] for last in (False, False, False, True)]
    assert parts == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shipping_list": {"tracking_no": "T1"}}, 47001),
        ({"shipping_list": []}, 268485216),
        ({"order_key": {"order_number_type": 1, "mchid": "1"}}, 268485216),
        ({"upload_time": "2026-03-04"}, 268485216),
        ({"payer": {}}, 268485216),
        ({"logistics_type": 5}, 268485216),
        ({"delivery_mode": 2}, 268485216),
        ({"shipping_list": [{"tracking_no": "T", "express_company": "SF", "item_desc": "x"}]}, 268485216),
        ({"shipping_list": [{"tracking_no": "T", "express_company": "NOBODY", "item_desc": "x"}]}, 268485216),
        ({"shipping_list": [{"express_company": "ZTO", "item_desc": "x"}]}, 268485216),
    ],
)
def test_malformed_shipment_is_refused(sim, changes, code):
    assert ship(sim, **changes)["errcode"] == code
    assert book(sim)["shipments"] == []


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_goods_without_a_carrier_need_only_a_description(sim, kind):
    assert ship(sim, logistics_type=kind, shipping_list=[{"item_desc": "自提"}])["errcode"] == 0


def test_sf_needs_a_contact(sim):
    package = {"tracking_no": "T", "express_company": "SF", "item_desc": "x"}
    contact = {"receiver_contact": "138****8000"}
    assert ship(sim, shipping_list=[{**package, "contact": contact}])["errcode"] == 0


def test_trade_is_managed_and_carriers_are_listed(sim):
    token = stable_token(sim)
    answer = post(sim, "/wxa/sec/order/is_trade_managed", {"appid": APP}, access_token=token)
    assert answer == {"errcode": 0, "errmsg": "ok", "is_trade_managed": True}
    listed = carriers(sim, token)
    assert listed["count"] == len(listed["delivery_list"]) == 9
    assert {"delivery_id": "ZTO", "delivery_name": "中通快递"} in listed["delivery_list"]


def test_two_hundred_log_ins_at_once_all_answer(sim):
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda i: login(sim, f"sim:{i}"), range(200)))
    assert len({answer["openid"] for answer in answers}) == 200


def test_restart_keeps_book_and_tokens(tmp_path):
    first = WeChatSim(tmp_path)
    first.start()
    token = stable_token(first)
    login(first, "sim:小明")
    first.close()
    second = WeChatSim(tmp_path)
    second.start()
    assert carriers(second, token)["errcode"] == 0
    assert len(book(second)["logins"]) == 1
    second.close()


def test_command_serves_on_its_port_and_ends_on_a_signal(tmp_path, first_port):
    command = [sys.executable, "-m", "saas.embedded.wechatsim", "--port", str(first_port), "--data", str(tmp_path)]
    process = subprocess.Popen(command)
    try:
        assert health(f"http://127.0.0.1:{first_port}/_health") == {"status": "ok"}
        process.terminate()
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()


def health(url):
    deadline = time.monotonic() + 15
    while True:
        try:
            return requests.get(url, timeout=1).json()
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
