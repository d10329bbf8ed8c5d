"""What tests of members and carts share: WeChat's simulator, log-ins, a shop that commits."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from saas.embedded.wechatsim.app import WeChatSim

APPID = "wx0123456789abcdef"


@pytest.fixture
def wechatsim(tmp_path, settings):
    """The simulator, which the shop takes for WeChat."""
    simulator = WeChatSim(tmp_path)
    simulator.start()
    settings.WECHAT_API_URL = simulator.url
    yield simulator
    simulator.close()


@pytest.fixture
def app(shop, wechatsim):
    """The shop's mini-program."""
    from shop.members.services import connect_app

    return connect_app(APPID, "the-secret", "小店")


@pytest.fixture
def committed_shop(django_db_setup, django_db_blocker):
    """A shop of its own whose writes are committed, so that several connections see them."""
    from tenants.context import using_shop
    from tests.tenants.conftest import open_shops

    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


def at_once(shop, calls):
    """Run the calls in threads that start together, each with its own connection; their results in order."""
    from tenants.context import using_shop

    barrier = Barrier(len(calls))

    def run(call):
        with using_shop(shop):
            try:
                barrier.wait(10)
                return call()
            finally:
                connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def body(response):
    return json.loads(response.content)


def log_in(api, name="alice"):
    """A token of the shopper `name`."""
    response = api.post("/api/v1/auth/wechat-login", json={"code": f"sim:{name}"})
    assert response.status_code == 200, response.content
    return body(response)["token"]


def refused(response, status, code):
    """The detail of a refusal that has this status and code."""
    answer = body(response)
    assert (response.status_code, answer["code"]) == (status, code), answer
    assert set(answer) == {"code", "message", "detail", "request_id"}
    return answer["detail"]
