"""Clients that send their bodies drop by drop stop nobody."""

import socket
import time
from contextlib import ExitStack

import pytest
import requests

from tests.faults.storm import place, prepare

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

SLOW = 40  # more than the threads that could answer at once, in whichever process they end up


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("drops")


def slow_client(product, shop):
    """A request whose body stops in the middle."""
    client = socket.create_connection(("127.0.0.1", product.port))
    client.sendall(
        f"POST /s/{shop['key']}/api/v1/auth/wechat-login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"code": "'.encode()
    )
    return client


def test_slow_clients_do_not_stop_the_others(product, shop):
    made = prepare(product, "drops", members=1, skus=[[100, 50]])
    with ExitStack() as stack:
        slow = [stack.enter_context(slow_client(product, shop)) for _ in range(SLOW)]
        time.sleep(1)
        for client in slow:
            client.sendall(b"x")
        # Who waited for the slow ones would wait for ever: the time-outs of these requests are the judge.
        assert requests.get(f"{shop['api']}/products?page_size=7", timeout=10).status_code == 200
        assert place(shop["api"], made["members"][0], [(made["skus"][0], 1)])[0] == 201
        slow[0].sendall(b"y" * (1000 - 11 - 2) + b'"}')
        slow[0].settimeout(10)
        assert slow[0].recv(1000).startswith(b"HTTP/1.1 4")  # no such code: read to its end, and answered
