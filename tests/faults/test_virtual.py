"""Workers die between payment and delivery; afterwards every payer has exactly the cards that were paid."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.storm import prepare, stubborn
from tests.faults.test_kills import HEAL_SECONDS, buy, victim

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TARGETS = ["celery child", "worker", "poller", "celery child", "worker", "postgres", "celery child"]


def kill_each(product, seed, killed):
    chance = random.Random(seed)
    for target in TARGETS:
        time.sleep(chance.uniform(0.3, 1.2))
        while (pid := victim(product, target, chance)) is None:
            time.sleep(0.2)
        try:
            os.kill(pid, signal.SIGKILL)
            killed.append(target)
        except ProcessLookupError:
            continue


def test_paid_cards_are_delivered_once_however_often_workers_die(product, long_faults):
    orders = 120 if long_faults else 12
    seed = random.SystemRandom().randrange(10**6)
    shop = product.create_shop(f"cards{seed}")
    made = prepare(product, shop["slug"], members=orders, cards=[[500, orders], [700, orders + 5]])
    killed = []
    killer = threading.Thread(target=kill_each, args=(product, seed, killed))
    killer.start()
    with ThreadPoolExecutor(8) as pool:
        bought = list(
            pool.map(
                lambda pair: buy(product, shop["api"], pair[1], made["cards"], pair[0]), enumerate(made["members"])
            )
        )
    killer.join()
    ended = time.monotonic()
    print(f"seed {seed}, killed {killed}")
    deadline = ended + HEAL_SECONDS
    given = [secret for one in bought for secret in secrets_of(shop["api"], one, deadline)]
    print(f"all delivered {time.monotonic() - ended:.1f} s after the last payment")
    assert len(given) == len(set(given)) == 2 * orders
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0}), counts


def secrets_of(api, one, deadline):
    """The secrets of an order, once it is complete."""
    order = f"{api}/orders/{one['order']}"
    patience = deadline + 60
    while True:
        found = stubborn("GET", order, headers=one["headers"], deadline=patience).json()
        if found["status"] == "COMPLETED":
            break
        assert time.monotonic() < deadline, f"{one['order']} is {found['status']}"
        time.sleep(0.3)
    body = stubborn("GET", f"{order}/secrets", headers=one["headers"], deadline=patience).json()
    assert [len(row["secrets"]) for row in body["cards"]] == [1, 1]
    return [secret for row in body["cards"] for secret in row["secrets"]]
