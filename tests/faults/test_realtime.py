"""Stock in real time over real sockets, in good times and bad."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import pytest
import requests
from websockets import ConnectionClosed
from websockets.sync.client import connect

from tests.e2e.driver import REPOSITORY, wait_until
from tests.faults.storm import place, prepare
from tests.faults.test_kills import children

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

SOON_SECONDS = 1.0
REREAD_SECONDS = 5.0


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("ticker")


@pytest.fixture
def made(product, shop):
    """Two members, two SKUs with 1000 units each."""
    return prepare(product, "ticker", members=2, skus=[[100, 1000], [100, 1000]])


class Listening:
    """One client; remembers when it heard of which level."""

    def __init__(self, address, *keys, **options):
        self.opened = connect(address, **options)
        self.socket = self.opened.__enter__()
        self.levels, self.at, self.code = {}, {}, None
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        if keys:
            self.socket.send(json.dumps({"subscribe": keys}))
            wait_until(lambda: set(keys) <= set(self.levels) or not self.thread.is_alive(), 10, "first levels")
            if not self.thread.is_alive():
                raise ConnectionError(self.code)

    def _read(self):
        try:
            for text in self.socket:
                for key, units in json.loads(text).get("stock", {}).items():
                    self.levels[key] = units
                    self.at[key, units] = time.monotonic()
        except ConnectionClosed:
            pass
        self.code = self.socket.close_code

    def wait(self, key, units, seconds=10):
        """The moment this level was heard of."""
        deadline = time.monotonic() + seconds
        while (key, units) not in self.at:
            assert time.monotonic() < deadline, f"{key}: {self.levels.get(key)}, not {units}, after {seconds} s"
            time.sleep(0.005)
        return self.at[key, units]

    def closed(self, seconds=10):
        """The close code."""
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "still connected"
        return self.code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.opened.__exit__(None, None, None)


def address(product, shop):
    return f"{product.addresses['ws']}/s/{shop['key']}/ws/stock"


def buy(shop, made, sku, units=1, member=0):
    """Place an order; the moment its answer came."""
    status, answer = place(shop["api"], made["members"][member], [(sku, units)])
    assert status == 201, answer
    return time.monotonic()


def stock_item(product, slug, sku):
    script = (
        "from tenants import registry\nfrom tenants.context import using_shop\n"
        "from shop.inventory.models import StockItem\n"
        f"with using_shop(registry.by_slug({slug!r})):\n    print(StockItem.objects.get(sku__key={sku!r}).pk)\n"
    )
    return int(product.manage("shell", "-v", "0", "-c", script).stdout.split()[-1])


class Merchant:
    """The owner in the back office, without a browser."""

    def __init__(self, product, shop):
        self.root, self.session = f"http://127.0.0.1:{product.port}", requests.Session()
        self.session.headers["Host"] = shop["host"]
        self.jar = {}
        login = {"username": f"{shop['slug']}@example.com", "password": "Lychee-2026-ok", "next": "/admin/"}
        assert self.send("/admin/login/", login).status_code == 302

    def _call(self, method, path, **options):
        # Cookies by hand: the jar of requests keeps none for a host that is only named in a header.
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        url = f"{self.root}{path}"
        answer = self.session.request(
            method, url, headers={"Cookie": cookies}, allow_redirects=False, timeout=30, **options
        )
        self.jar.update(answer.cookies.get_dict())
        return answer

    def send(self, path, values):
        """Post the page's form with these values."""
        page = self._call("GET", path).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self._call("POST", path, data={**hidden, **values})


def test_an_order_an_adjustment_and_an_import_are_heard_at_once(product, shop, made, tmp_path, capsys):
    one, two = made["skus"]
    took = {}
    with Listening(address(product, shop), one, two) as client:
        assert client.levels == {one: 1000, two: 1000}
        for units in range(1, 6):
            answered = buy(shop, made, one)
            took[f"order {units}"] = client.wait(one, 1000 - units) - answered
        merchant, item = Merchant(product, shop), stock_item(product, "ticker", two)
        answer = merchant.send(f"/admin/inventory/stockitem/{item}/change/", {"delta": "-7", "cause": "DAMAGED"})
        answered = time.monotonic()
        assert answer.status_code == 302, answer.text[-2000:]
        took["adjustment"] = client.wait(two, 993) - answered
        assert client.levels == {one: 995, two: 993}
    row = {
        "code": "T1",
        "title": "茶",
        "category": "茶叶",
        "price": "9.90",
        "skus": [{"code": "T1-1", "price": "9.90", "stock": 5, "options": {"规格": "罐"}}],
    }
    file = tmp_path / "products.jsonl"
    (tmp_path / "categories.csv").write_text("path\n茶叶\n", encoding="utf-8")
    file.write_text(json.dumps(row), encoding="utf-8")
    product.manage("import_catalogue", "ticker", tmp_path, "--json")
    key = requests.get(f"{shop['api']}/products?keyword=茶", timeout=10).json()["results"][0]["key"]
    with Listening(address(product, shop)) as client:
        client.socket.send(json.dumps({"subscribe": [key]}))
        wait_until(lambda: client.levels, 5, "first levels")
        [(sku, units)] = client.levels.items()
        assert units == 5
        row["skus"][0]["stock"] = 8
        file.write_text(json.dumps(row), encoding="utf-8")
        product.manage("import_catalogue", "ticker", file, "--update", "--json")
        ended = time.monotonic()
        took["import"] = client.wait(sku, 8) - ended
    with capsys.disabled():
        print("\nheard after the answer:", {what: f"{seconds * 1000:.0f} ms" for what, seconds in took.items()})
    assert max(took.values()) < SOON_SECONDS


def test_shops_with_equal_skus_never_hear_each_other(product, shop, made):
    rival = product.create_shop(f"rival{secrets.token_hex(3)}")
    theirs = prepare(product, rival["slug"], members=1, skus=[[100, 50]])
    ours, foreign = made["skus"][0], theirs["skus"][0]
    with Listening(address(product, shop), ours) as here, Listening(address(product, rival), foreign) as there:
        here.socket.send(json.dumps({"subscribe": [foreign]}))
        answered = buy(rival, theirs, foreign)
        assert there.wait(foreign, 49) - answered < SOON_SECONDS
        buy(shop, made, ours)
        here.wait(ours, 999)
        assert here.levels == {ours: 999}
        assert there.levels == {foreign: 49}


def test_nothing_is_lost_between_subscribing_and_changing(product, shop, made):
    """Clients come while units go; each must end at the last level, whenever it came."""
    sku = made["skus"][0]
    enough, sold = threading.Event(), []

    def sell():
        while not enough.is_set() and len(sold) < 900:
            buy(shop, made, sku)
            sold.append(sku)

    with ExitStack() as stack:
        seller = threading.Thread(target=sell)
        seller.start()
        clients = []
        while len(clients) < 6 or len(sold) < 40:
            clients.append(stack.enter_context(Listening(address(product, shop), sku)))
            assert seller.is_alive()
        enough.set()
        seller.join()
        for client in clients:
            client.wait(sku, 1000 - len(sold), seconds=SOON_SECONDS)


def test_long_polls_hear_the_same(product, shop, made):
    sku = made["skus"][0]
    url = address(product, shop).replace("ws:", "http:", 1)
    first = requests.get(url, params={"sku": [sku, "unknown"]}, timeout=10)
    assert (first.status_code, first.json()["stock"]) == (200, {sku: 1000})
    heard = {}

    def poll():
        answer = requests.get(url, params={"sku": [sku], "since": first.json()["cursor"]}, timeout=40)
        heard.update(answer.json(), at=time.monotonic())

    waiting = threading.Thread(target=poll)
    waiting.start()
    time.sleep(0.5)
    assert not heard
    answered = buy(shop, made, sku)
    waiting.join(10)
    assert heard["stock"] == {sku: 999}
    assert heard["at"] - answered < SOON_SECONDS
    # A cursor from before is answered at once.
    started = time.monotonic()
    late = requests.get(url, params={"sku": [sku], "since": first.json()["cursor"]}, timeout=40).json()
    assert late == {"stock": {sku: 999}, "cursor": heard["cursor"]}
    assert time.monotonic() - started < SOON_SECONDS
    refusals = [requests.get(url, timeout=10), requests.post(url, timeout=10)]
    assert [(answer.status_code, answer.json()["code"]) for answer in refusals] == [
        (422, "invalid"),
        (405, "method_not_allowed"),
    ]


def ws_memory(product):
    """Resident bytes of the process that holds the connections."""
    [worker] = [pid for pid in children(product.pids()["ws"]) if "granian" in open(f"/proc/{pid}/cmdline").read()]
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{worker}/status").read())[1]) * 1024


def handshake(product, shop):
    """A socket that will never read, with the smallest buffer there is."""
    mute = socket.socket()
    mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    mute.connect(("127.0.0.1", int(product.addresses["ws"].rpartition(":")[2])))
    mute.sendall(
        f"GET /s/{shop['key']}/ws/stock HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return mute


def frame(text):
    """A short text message as clients send it (masked with zeros)."""
    body = text.encode()
    assert len(body) < 126
    return bytes([0x81, 0x80 | len(body)]) + b"\0\0\0\0" + body


def is_connected(mute):
    """Whether the server still holds this connection; nothing is read."""
    try:
        here, there = mute.getsockname()[1], mute.getpeername()[1]
    except OSError:  # broken off
        return False
    # The server's end: ESTABLISHED is 01.
    return f"0100007F:{there:04X} 0100007F:{here:04X} 01" in open("/proc/net/tcp").read()


@contextmanager
def churn(product, slug, seconds):
    """A product of which every level changes ten times a second."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.churn", slug, str(seconds)],
        cwd=REPOSITORY,
        env=product.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(40)


def test_a_client_that_never_reads_is_dropped_and_200_others_hear_in_time(product, shop, made, capsys):
    sku, worst, level = made["skus"][0], 0.0, 1000
    with ExitStack() as stack:
        others = [stack.enter_context(Listening(address(product, shop), sku)) for _ in range(200)]
        key = stack.enter_context(churn(product, "ticker", 100))
        before, started = ws_memory(product), time.monotonic()
        mute = stack.enter_context(handshake(product, shop))
        mute.sendall(frame(json.dumps({"subscribe": [key]})))
        time.sleep(0.5)
        assert is_connected(mute)
        while is_connected(mute):
            assert time.monotonic() - started < 90, "still connected"
            level -= 1
            answered = buy(shop, made, sku)
            worst = max(worst, *(client.wait(sku, level, 5) - answered for client in others))
            time.sleep(0.5)
        dropped, grown = time.monotonic() - started, ws_memory(product) - before
        assert [client.thread.is_alive() for client in others] == [True] * 200
    with capsys.disabled():
        print(
            f"\ndropped after {dropped:.0f} s; {1000 - level} orders heard by 200 others within {worst * 1000:.0f} ms;"
            f" memory {grown / 1e6:+.1f} MB"
        )
    assert worst < SOON_SECONDS
    assert grown < 20_000_000


def test_a_flood_is_refused_and_others_hear_in_time(product, shop, made):
    sku = made["skus"][0]
    with Listening(address(product, shop), sku) as other:
        with Listening(address(product, shop)) as flooding:
            for _ in range(30):
                try:
                    flooding.socket.send('{"ping": 1}')
                except ConnectionClosed:
                    break
            assert flooding.closed() == 1008
        for text, code in ((b"\0" * 10, 1003), ("no json", 1008), ("x" * 9000, 1009), ("x" * 1_000_000, 1009)):
            with Listening(address(product, shop)) as client:
                client.socket.send(text)
                assert client.closed() == code
        answered = buy(shop, made, sku)
        assert other.wait(sku, 999) - answered < SOON_SECONDS


def test_strangers_are_told_why_they_are_turned_away(product, shop):
    root = product.addresses["ws"]
    for url, options, code in (
        (f"{root}/s/nobody/ws/stock", {}, 4404),
        (f"{root}/s/{shop['key']}/ws/orders", {}, 4404),
        (f"{root}/ws/stock", {}, 4404),
        (address(product, shop), {"origin": "https://evil.example"}, 1008),
    ):
        with Listening(url, **options) as client:
            assert client.closed() == code
    with Listening(address(product, shop), origin=shop["web"]) as client:
        client.socket.send('{"ping": 1}')
        time.sleep(0.2)
        assert client.thread.is_alive()


def test_with_redis_mute_changes_are_heard_late_and_orders_go_on(product, shop, made, capsys):
    sku, redis = made["skus"][0], product.pids()["redis"]
    with Listening(address(product, shop), sku) as client:
        os.kill(redis, signal.SIGSTOP)
        try:
            took = []
            for _ in range(4):
                started = time.monotonic()
                answered = buy(shop, made, sku)
                took.append(answered - started)
            late = client.wait(sku, 996) - answered
        finally:
            os.kill(redis, signal.SIGCONT)
        # Sellers call Redis again after their pause.
        time.sleep(6)
        answered = buy(shop, made, sku)
        soon = client.wait(sku, 995) - answered
    with capsys.disabled():
        print(
            f"\nRedis mute: orders took {max(took):.2f} s at most and were heard {late:.1f} s late; later {soon:.2f} s"
        )
    assert max(took) < 2
    assert late < REREAD_SECONDS + 1
    assert soon < SOON_SECONDS


def test_redis_and_postgresql_may_die_under_connected_clients(product, shop, made):
    sku, level = made["skus"][0], 1000
    with Listening(address(product, shop), sku) as client:
        for name in ("redis", "postgres"):
            old = product.pids()[name]
            os.kill(old, signal.SIGKILL)
            wait_until(lambda name=name, old=old: product.pids().get(name, old) != old, 30, name)
            deadline = time.monotonic() + 60
            while True:
                status, _answer = place(shop["api"], made["members"][0], [(sku, 1)])
                if status == 201:
                    break
                assert time.monotonic() < deadline, "no orders"
                time.sleep(0.3)
            level -= 1
            client.wait(sku, level, seconds=REREAD_SECONDS + 5)
        assert client.thread.is_alive()


def connected_again(product, shop, *keys):
    deadline = time.monotonic() + 20
    while True:
        try:
            return Listening(address(product, shop), *keys)
        except (OSError, ConnectionClosed):
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_clients_come_back_after_a_kill_and_are_told_of_a_restart(product, shop, made):
    sku = made["skus"][0]
    with Listening(address(product, shop), sku) as client:
        os.kill(product.pids()["ws"], signal.SIGKILL)
        assert client.closed() == 1006  # without a word
        buy(shop, made, sku)
    with connected_again(product, shop, sku) as client:
        assert client.levels == {sku: 999}
        answered = buy(shop, made, sku)
        assert client.wait(sku, 998) - answered < SOON_SECONDS
        os.kill(product.pids()["ws"], signal.SIGTERM)
        assert client.closed() == 1012
    with connected_again(product, shop, sku) as client:
        assert client.levels == {sku: 998}


def test_watchers_of_a_suspended_shop_are_cut_off(product):
    closing = product.create_shop(f"closing{secrets.token_hex(3)}")
    staying = product.create_shop(f"staying{secrets.token_hex(3)}")
    script = (
        "from tenants import gate, registry\n"
        f"gate.change_state(registry.by_slug({closing['slug']!r}).uuid, old='OPEN', new='SUSPENDED')\n"
    )
    with Listening(address(product, closing)) as client, Listening(address(product, staying)) as other:
        time.sleep(1.5)
        product.manage("shell", "-v", "0", "-c", script)
        assert client.closed(5) == 4403
        assert other.thread.is_alive()
    with Listening(address(product, closing)) as client:
        assert client.closed(5) == 4403
