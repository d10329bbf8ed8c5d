"""Who is told what, when, and that nothing is lost in between."""

import asyncio

import pytest

from saas.realtime.protocol import Refused
from tests.realtime.stock import Client, Stock, hub_over, shop

ALPHA, BETA = shop("alpha"), shop("beta")


@pytest.fixture
def stock():
    made = Stock()
    made.units = {ALPHA: {1: 10, 2: 20}, BETA: {1: 100, 2: 200}}
    return made


@pytest.fixture
def hub(stock):
    return hub_over(stock)


def enter(hub, of=ALPHA, *keys, **limits):
    client = Client(of, **limits)
    hub.enter(client)
    if keys:
        hub.subscribe(client, keys)
    return client


def rounds(hub, count=1):
    async def some():
        for _ in range(count):
            await hub.round()

    asyncio.run(some())


def test_a_subscriber_hears_the_levels_first_and_then_each_change_once(hub, stock):
    client = enter(hub, ALPHA, "k1", "k2", "unknown")
    rounds(hub)
    stock.sell(hub, ALPHA, 1)
    rounds(hub, 3)
    assert client.told == [{"k1": 10, "k2": 20}, {"k1": 9}]


def test_unknown_keys_alone_are_answered_with_nothing(hub):
    client = enter(hub, ALPHA, "unknown")
    rounds(hub, 2)
    assert client.told == [{}]


def test_changes_of_one_round_are_read_and_told_together(hub, stock):
    client = enter(hub, ALPHA, "k1", "k2")
    rounds(hub)
    for _ in range(3):
        stock.sell(hub, ALPHA, 1)
        stock.sell(hub, ALPHA, 2)
    rounds(hub)
    assert client.told[1:] == [{"k1": 7, "k2": 17}]
    assert stock.reads == 2


def test_shops_with_equal_skus_never_mix(hub, stock):
    ours, theirs = enter(hub, ALPHA, "k1"), enter(hub, BETA, "k1")
    rounds(hub)
    stock.sell(hub, BETA, 1)
    rounds(hub)
    assert ours.told == [{"k1": 10}]
    assert theirs.told == [{"k1": 100}, {"k1": 99}]


def test_nobody_is_told_of_skus_that_only_others_watch(hub, stock):
    one, two = enter(hub, ALPHA, "k1"), enter(hub, ALPHA, "k2")
    rounds(hub)
    stock.sell(hub, ALPHA, 2)
    rounds(hub)
    assert one.told == [{"k1": 10}]
    assert two.told == [{"k2": 20}, {"k2": 19}]


def test_a_product_stands_for_its_skus_until_neither_is_wanted(hub, stock):
    client = enter(hub, ALPHA, "all", "k1")
    rounds(hub)
    assert client.told == [{"k1": 10, "k2": 20}]
    hub.unsubscribe(client, ["all"])
    stock.sell(hub, ALPHA, 1)
    stock.sell(hub, ALPHA, 2)
    rounds(hub)
    assert client.told[1:] == [{"k1": 9}]
    hub.unsubscribe(client, ["k1", "k1", "unknown"])
    stock.sell(hub, ALPHA, 1)
    rounds(hub)
    assert len(client.told) == 2
    assert hub.rooms[ALPHA.uuid].topics == {}


def test_asking_again_tells_the_levels_again_to_that_one_only(hub):
    one, two = enter(hub, ALPHA, "k1"), enter(hub, ALPHA, "k1")
    rounds(hub)
    hub.subscribe(one, ["k1"])
    rounds(hub)
    assert (one.told, two.told) == ([{"k1": 10}] * 2, [{"k1": 10}])


def test_a_product_that_lost_a_sku_is_watched_without_it_when_asked_for_again(hub, stock):
    client = enter(hub, ALPHA, "all")
    rounds(hub)
    del stock.units[ALPHA][2]
    hub.subscribe(client, ["all"])
    rounds(hub)
    assert set(hub.rooms[ALPHA.uuid].topics) == {1}


class Naive:
    """Reads the levels first and enters the watcher afterwards."""

    @staticmethod
    async def subscribe(hub, stock, client):
        names = (await stock.names({ALPHA: ["k1"]}))[ALPHA]
        units = (await stock.levels({ALPHA: [1]}))[ALPHA]
        client.tell({"k1": units[1]})
        hub.rooms[ALPHA.uuid].ask(client, ["k1"])
        room = hub.rooms[ALPHA.uuid]
        room.seat({client: ["k1"]}, names)
        room.asked, room.arrived, room.changed = {}, {}, set()


def changes_during_the_first_read(hub, stock):
    def change():
        stock.after_read = lambda: None
        stock.sell(hub, ALPHA, 1)

    stock.after_read = change


def test_a_change_while_the_first_levels_are_read_is_not_lost(hub, stock):
    client = enter(hub, ALPHA, "k1")
    changes_during_the_first_read(hub, stock)
    rounds(hub, 2)
    assert client.told == [{"k1": 10}, {"k1": 9}]


def test_reading_before_entering_would_lose_it(hub, stock):
    client = enter(hub, ALPHA)
    changes_during_the_first_read(hub, stock)
    asyncio.run(Naive.subscribe(hub, stock, client))
    rounds(hub, 2)
    assert client.told == [{"k1": 10}]


def test_a_lost_message_is_made_up_for(hub, stock):
    client = enter(hub, ALPHA, "k1")
    rounds(hub)
    stock.units[ALPHA][1] = 3
    rounds(hub)
    assert client.told == [{"k1": 10}]
    hub.rooms[ALPHA.uuid].reread_at = 0
    rounds(hub)
    assert client.told == [{"k1": 10}, {"k1": 3}]


def test_a_message_for_everything_rereads_what_is_watched(hub, stock):
    client = enter(hub, ALPHA, "k1")
    rounds(hub)
    stock.units[ALPHA] = {1: 4, 2: 4}
    hub.heard(f"{ALPHA.uuid.hex}:*".encode())
    rounds(hub)
    assert client.told[1:] == [{"k1": 4}]


@pytest.mark.parametrize("message", [b"", b":", b"x:1", b"\xff:1", b"00000000000000000000000000000000:", b"*"])
def test_nonsense_is_not_heard(hub, message):
    client = enter(hub, ALPHA, "k1")
    rounds(hub)
    hub.heard(message)
    hub.heard(f"{ALPHA.uuid.hex}:k1".encode())
    rounds(hub)
    assert client.told == [{"k1": 10}]


def test_what_cannot_be_read_is_told_when_it_can(hub, stock):
    client = enter(hub, ALPHA, "k1")
    stock.away = True
    rounds(hub, 2)
    assert client.told == []
    stock.away = False
    rounds(hub)
    stock.away = True
    stock.sell(hub, ALPHA, 1)
    hub.subscribe(client, ["k2"])
    rounds(hub, 2)
    stock.away = False
    rounds(hub)
    assert client.told == [{"k1": 10}, {"k1": 9, "k2": 20}]


def test_too_many_keys_are_refused_and_change_nothing(hub):
    client = enter(hub, ALPHA, "k1", keys=2)
    with pytest.raises(Refused):
        hub.subscribe(client, ["k2", "k3"])
    hub.subscribe(client, ["k1", "k2"])
    rounds(hub)
    assert client.told == [{"k1": 10, "k2": 20}]


def test_a_client_whose_keys_stand_for_too_many_skus_is_cut_off(hub):
    client = enter(hub, ALPHA, "all", skus=1)
    rounds(hub)
    assert (client.told, client.code) == ([], 1008)
    hub.leave(client)
    assert hub.rooms == {}


def test_whoever_left_is_told_nothing_and_leaves_nothing_behind(hub, stock):
    stays, goes = enter(hub, ALPHA, "k1"), enter(hub, ALPHA, "k1", "k2")
    rounds(hub)
    stock.after_read = lambda: hub.leave(goes)
    stock.sell(hub, ALPHA, 1)
    hub.subscribe(goes, ["k2"])
    rounds(hub)
    assert (stays.told, goes.told) == ([{"k1": 10}, {"k1": 9}], [{"k1": 10, "k2": 20}])
    assert set(hub.rooms[ALPHA.uuid].topics) == {1}
    hub.leave(stays)
    assert hub.rooms == {}


@pytest.mark.parametrize(("state", "code"), [("SUSPENDED", 4403), ("CLOSED", 4403), ("MIGRATING", 1013)])
def test_watchers_of_a_shop_that_closes_are_cut_off(hub, state, code):
    ours, theirs = enter(hub, ALPHA, "k1"), enter(hub, BETA, "k1")
    asked = []

    async def refused(shops):
        asked.append(set(shops))
        return {ALPHA.uuid: state}

    async def generation():
        return 7

    async def two_looks():
        hub.refused, hub.generation = refused, generation
        for _ in range(4):
            await hub.check_shops()

    asyncio.run(two_looks())
    assert (ours.code, theirs.code) == (code, None)
    assert asked == [{ALPHA.uuid, BETA.uuid}] * 2  # and not again before something changes


def test_the_loop_tells_within_its_round_and_survives_a_failure(hub, stock):
    async def run():
        task = asyncio.create_task(hub.run())

        async def broken(wanted):
            hub.levels = stock.levels
            raise RuntimeError("once")

        hub.levels = broken
        client = enter(hub, ALPHA, "k1")
        await asyncio.sleep(0.6)
        stock.sell(hub, ALPHA, 1)
        await asyncio.sleep(0.05)
        task.cancel()
        return client

    assert asyncio.run(run()).told == [{"k1": 10}, {"k1": 9}]
