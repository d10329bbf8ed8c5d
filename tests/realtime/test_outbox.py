"""A client is sent the newest levels only, and is cut off when it does not take them."""

import asyncio
import json
import socket
import time

from saas.realtime.limits import Limits
from saas.realtime.outbox import Outbox
from saas.realtime.sockets import SEND_BYTES, bound_listeners, sever
from tests.realtime.stock import shop


class Wire:
    """The sending side of a connection; takes messages only while `open`."""

    def __init__(self, open_=True):
        self.sent, self.ended = [], 0
        self.open = asyncio.Event()
        if open_:
            self.open.set()

    async def send(self, event):
        await self.open.wait()
        self.sent.append(event)

    def end(self):
        self.ended += 1

    @property
    def texts(self):
        return [json.loads(event["text"]) for event in self.sent if event["type"] == "websocket.send"]


def outbox_over(wire, **limits):
    return Outbox(shop(), Limits(**limits), wire.send, wire.end)


def run(scenario):
    return asyncio.run(scenario())


def test_while_a_client_is_slow_only_the_newest_level_of_each_sku_waits():
    async def scenario():
        wire = Wire(open_=False)
        outbox = outbox_over(wire)
        for units in range(100, 0, -1):
            outbox.tell({"a": units, "b": 5})
            await asyncio.sleep(0)
        wire.open.set()
        await asyncio.sleep(0.01)
        outbox.tell({"b": 4})
        await asyncio.sleep(0.01)
        return wire.texts

    # The first was on its way already.
    assert run(scenario) == [{"stock": {"a": 100, "b": 5}}, {"stock": {"a": 1, "b": 5}}, {"stock": {"b": 4}}]


def test_a_client_that_takes_nothing_is_cut_off_and_others_are_not_kept():
    async def scenario():
        slow, quick = Wire(open_=False), Wire()
        outboxes = [outbox_over(slow, send_seconds=0.05), outbox_over(quick, send_seconds=0.05)]
        for outbox in outboxes:
            outbox.tell({"a": 1})
        await asyncio.sleep(0.02)
        in_time = list(quick.texts)
        await asyncio.sleep(0.1)
        outboxes[0].tell({"a": 2})
        await asyncio.sleep(0.02)
        return in_time, slow, quick, outboxes

    in_time, slow, quick, outboxes = run(scenario)
    assert in_time == [{"stock": {"a": 1}}]
    assert (slow.ended, quick.ended) == (1, 0)
    assert (slow.sent, [(outbox.over, outbox.code) for outbox in outboxes]) == ([], [(True, None), (False, None)])


def test_being_cut_off_ends_it_once_with_a_code():
    async def scenario():
        wire = Wire()
        outbox = outbox_over(wire)
        outbox.tell({"a": 1})
        outbox.cut(1012)
        outbox.cut(1008)
        outbox.tell({"a": 2})
        await asyncio.sleep(0.01)
        return wire, outbox.code

    wire, code = run(scenario)
    assert (wire.sent, wire.ended, code) == ([], 1, 1012)


def test_a_ping_is_answered_and_asked_for():
    async def scenario():
        wire = Wire()
        outbox = outbox_over(wire, ping_seconds=25)
        outbox.alive(ping=True, pong=False)
        await asyncio.sleep(0.01)
        outbox.look(time.monotonic() + 24)
        outbox.look(time.monotonic() + 26)
        outbox.look(time.monotonic() + 40)
        await asyncio.sleep(0.01)
        return wire.texts

    assert run(scenario) == [{"pong": True}, {"ping": True}]


def test_only_a_client_that_answered_before_must_go_on_answering():
    async def scenario():
        mute, fallen_silent = Wire(), Wire()
        outboxes = [outbox_over(wire, silence_seconds=60) for wire in (mute, fallen_silent)]
        outboxes[1].alive(ping=False, pong=True)
        for outbox in outboxes:
            outbox.look(time.monotonic() + 61)
        await asyncio.sleep(0.01)
        return mute.ended, fallen_silent.ended, outboxes[1].code

    assert run(scenario) == (0, 1, 1001)


def test_a_connection_is_severed_by_its_client_and_no_other_is():
    with socket.create_server(("127.0.0.1", 0)) as server:
        clients = [socket.create_connection(server.getsockname()) for _ in range(2)]
        accepted = [server.accept()[0] for _ in clients]
        assert sever(clients[0].getsockname())
        assert not sever(("127.0.0.1", 1))
        accepted[1].sendall(b"x")
        assert clients[1].recv(1) == b"x"
        assert clients[0].recv(1) == b""
        for each in (*clients, *accepted):
            each.close()


def test_accepted_connections_let_little_wait_and_notice_dead_clients():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert bound_listeners() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * SEND_BYTES  # as the kernel counts
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
