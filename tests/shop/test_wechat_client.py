"""Calls to WeChat: tokens, retries, failures."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from shop.members import services, wechat
from shop.members.models import AccessToken
from shop.members.wechat import tokens, transport
from tests.race import Meeting
from tests.shop.members import APPID, at_once

pytest_plugins = ["tests.shop.members"]

MANAGED = "/wxa/sec/order/is_trade_managed"


def fetches(sim):
    return sim.book.counted("stable_token").get(APPID, 0)


def calls(sim, path):
    return sim.book.counted("calls").get(path, 0)


@contextmanager
def answering(settings, reply):
    """A server that answers every request with reply(path, body) -> (status, content type, bytes)."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content_type, content = reply(self.path, sent)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    settings.WECHAT_API_URL = f"http://127.0.0.1:{server.server_port}"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(server.serve_forever, 0.05)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def plain(value):
    return 200, "text/plain", json.dumps(value).encode()


def test_a_log_in_fetches_no_access_token(app, wechatsim):
    session = wechat.code_to_session("sim:alice")
    assert (session.openid[0], session.unionid[0]) == ("o", "o")
    assert fetches(wechatsim) == 0
    assert wechatsim.book.apps() == [{"appid": APPID, "secret": "the-secret"}]


def test_an_answer_in_plain_text_is_read(app, settings):
    with answering(settings, lambda path, sent: plain({"openid": "o1", "session_key": "k"})):
        assert wechat.code_to_session("x") == wechat.WechatSession(openid="o1", unionid="")


def test_the_token_is_fetched_once_and_stored_encrypted(app, wechatsim):
    assert wechat.phone_number("phone:13812345678") == "13812345678"
    assert wechat.api_post(MANAGED, {"appid": APPID})["is_trade_managed"] is True
    assert fetches(wechatsim) == 1
    row = AccessToken.objects.get()
    assert row.token not in row.token_sealed
    assert row.leased_until is None
    assert timedelta(seconds=7100) < row.expires_at - timezone.now() <= timedelta(seconds=7200)


def test_a_token_near_its_end_is_renewed(app, wechatsim):
    wechat.api_post(MANAGED, {})
    AccessToken.objects.update(expires_at=timezone.now() + timedelta(seconds=59))
    wechat.api_post(MANAGED, {})
    assert fetches(wechatsim) == 2


def test_a_token_wechat_forgot_is_replaced_and_the_call_sent_again(app, wechatsim):
    wechat.api_post(MANAGED, {})
    wechatsim.tokens.forget_all()
    assert wechat.api_post(MANAGED, {})["errcode"] == 0
    assert (fetches(wechatsim), calls(wechatsim, MANAGED)) == (2, 3)


def test_a_token_refused_for_ever_ends_after_one_more_try(app, settings):
    seen = []

    def reply(path, sent):
        seen.append(path.split("?")[0])
        if "stable_token" in path:
            forced = json.loads(sent)["force_refresh"]
            return plain({"access_token": "forced" if forced else "same", "expires_in": 7200})
        return plain({"errcode": 40001, "errmsg": "invalid credential"})

    with answering(settings, reply), pytest.raises(wechat.WechatError) as refusal:
        wechat.api_post("/x", {})
    assert (refusal.value.code, refusal.value.retry) == (40001, False)
    assert seen == ["/cgi-bin/stable_token", "/x", "/cgi-bin/stable_token", "/cgi-bin/stable_token", "/x"]


def test_another_app_does_not_use_the_token_of_the_one_before(app, wechatsim):
    wechat.api_post(MANAGED, {})
    services.connect_app("wx-other", "secret")
    wechat.api_post(MANAGED, {})
    assert wechatsim.book.counted("stable_token") == {APPID: 1, "wx-other": 1}


def test_a_refusal_keeps_wechat_s_code(app, wechatsim):
    with pytest.raises(wechat.WechatError) as refusal:
        wechat.phone_number("nonsense")
    assert (refusal.value.code, refusal.value.retry) == (40029, False)


@pytest.mark.parametrize(
    "reply",
    [
        (500, "text/plain", b"oops"),
        (200, "text/html", b"<html>"),
        (200, "application/json", b"[]"),
        (200, "application/json", b'{"errcode": "x"}'),
        (200, "application/json", b'{"session_key": "k"}'),
        (200, "application/json", b'{"openid": 5}'),
        (200, "application/json", b'{"errcode": -1, "errmsg": "system error"}'),
    ],
)
def test_nonsense_from_wechat_may_be_tried_again(app, settings, reply):
    with answering(settings, lambda path, sent: reply), pytest.raises(wechat.WechatError) as failure:
        wechat.code_to_session("x")
    assert failure.value.retry is True


def test_silence_ends_at_the_time_out_and_shows_no_secret(app, settings, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", (0.2, 0.2))

    def slow(path, sent):
        time.sleep(0.6)
        return plain({})

    with answering(settings, slow), pytest.raises(wechat.WechatError) as failure:
        wechat.code_to_session("x")
    assert (failure.value.code, failure.value.retry) == (transport.NO_ANSWER, True)
    assert "the-secret" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_failed_refresh_gives_the_lease_back(app, settings, wechatsim):
    settings.WECHAT_API_URL = "http://127.0.0.1:1"
    with pytest.raises(wechat.WechatError):
        wechat.api_post(MANAGED, {})
    settings.WECHAT_API_URL = wechatsim.url
    assert wechat.api_post(MANAGED, {})["errcode"] == 0


def test_a_lease_of_a_dead_process_runs_out(app, wechatsim, monkeypatch):
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 0.2)
    AccessToken.objects.create(app=app, leased_until=timezone.now() + timedelta(seconds=15))
    with pytest.raises(wechat.WechatError) as failure:
        wechat.api_post(MANAGED, {})
    assert (failure.value.retry, fetches(wechatsim)) == (True, 0)
    AccessToken.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert wechat.api_post(MANAGED, {})["errcode"] == 0


@pytest.mark.race
def test_parallel_calls_fetch_one_token(committed_shop, wechatsim):
    services.connect_app(APPID, "the-secret")
    answers = at_once(committed_shop, [lambda: wechat.api_post(MANAGED, {})] * 8)
    assert [answer["errcode"] for answer in answers] == [0] * 8
    assert fetches(wechatsim) == 1
    wechatsim.tokens.forget_all()
    at_once(committed_shop, [lambda: wechat.api_post(MANAGED, {})] * 8)
    assert fetches(wechatsim) == 2


@pytest.mark.race
def test_control_without_the_lease_every_call_fetches(committed_shop, wechatsim, monkeypatch):
    looked = []
    monkeypatch.setattr(tokens.TokenStore, "_lease", lambda self, row: looked[-1].wait() is None)
    services.connect_app(APPID, "the-secret")
    for run in range(3):
        before = fetches(wechatsim)
        AccessToken.objects.all().delete()
        looked.append(Meeting())
        at_once(committed_shop, [lambda: wechat.api_post(MANAGED, {})] * 8)
        assert fetches(wechatsim) > before + 1, run
