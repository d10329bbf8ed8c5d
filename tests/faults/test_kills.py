"""Every process is killed while shoppers order and pay; afterwards nothing is lost, doubled or stuck."""

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.storm import prepare, stubborn

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TARGETS = ["web", "web worker", "celery child", "poller", "postgres", "redis"]
HEAL_SECONDS = 60


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = open(f"/proc/{entry}/stat").read()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry))
    return found


def victim(product, target, chance):
    """A pid of this kind, or None while it is being restarted."""
    pids = product.pids()
    main = pids.get({"web worker": "web", "celery child": "worker"}.get(target, target))
    if main is None or " " not in target:
        return main
    below = children(main)
    return chance.choice(below) if below else None


class Killer(threading.Thread):
    """Kills each target `rounds` times in random order, at random moments."""

    def __init__(self, product, rounds, seed):
        super().__init__()
        self.product, self.chance = product, random.Random(seed)
        self.plan = TARGETS * rounds
        self.chance.shuffle(self.plan)
        self.killed = dict.fromkeys(TARGETS, 0)

    def run(self):
        for target in self.plan:
            time.sleep(self.chance.uniform(0.3, 2.0))
            while (pid := victim(self.product, target, self.chance)) is None:
                time.sleep(0.2)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.killed[target] += 1
        self.ended = time.monotonic()


def buy(product, api, member, items, number):
    """Order and pay, repeating every request with its key until it is answered."""
    deadline = time.monotonic() + 240
    headers = {"Authorization": f"Bearer {member['token']}"}
    wanted = {"items": [{"sku": sku, "quantity": 1} for sku in items], "address": member["address"]}
    placed = stubborn(
        "POST",
        f"{api}/orders",
        json=wanted,
        headers={**headers, "Idempotency-Key": f"order-{number}"},
        deadline=deadline,
    )
    assert placed.status_code == 201, placed.text
    order = placed.json()["number"]
    paid = stubborn(
        "POST",
        f"{api}/orders/{order}/pay",
        json={"provider": "wechat"},
        headers={**headers, "Idempotency-Key": f"pay-{number}"},
        deadline=deadline,
    )
    assert paid.status_code == 200, paid.text
    out_trade_no = paid.json()["out_trade_no"]
    answer = product.paysim("POST", "/_control/pay", out_trade_no=out_trade_no)
    assert answer.status_code == 200, answer.text
    return {"order": order, "out_trade_no": out_trade_no, "headers": headers, "total": placed.json()["total"]}


def test_nothing_is_lost_when_processes_are_killed(product, long_faults):
    orders, rounds = (300, 5) if long_faults else (60, 1)
    seed = random.SystemRandom().randrange(10**6)
    shop = product.create_shop(f"kills{seed}")
    made = prepare(product, shop["slug"], members=orders, skus=[[1000 + n, 10 * orders] for n in range(6)])
    killer = Killer(product, rounds, seed)
    print(f"seed {seed}, plan {killer.plan}")
    killer.start()
    pause = 1.6 * len(killer.plan) / orders
    with ThreadPoolExecutor(16) as pool:
        futures = []
        for number, member in enumerate(made["members"]):
            items = [made["skus"][(number + step) % 6] for step in range(3)]
            futures.append(pool.submit(buy, product, shop["api"], member, items, number))
            time.sleep(pause)
        killer.join()
        bought = [future.result() for future in futures]
    last_order = time.monotonic()
    print(f"killed {killer.killed}; {len(bought)} orders, last answered {last_order - killer.ended:.1f} s after")
    check_everything_settles(product, shop, bought, killer.ended)
    if long_faults:
        assert min(killer.killed.values()) >= 5


def check_everything_settles(product, shop, bought, ended):
    deadline = max(ended + HEAL_SECONDS, time.monotonic() + 15)
    waiting = list(bought)
    while waiting:
        waiting = [one for one in waiting if status(shop["api"], one, deadline) != "TO_SHIP"]
        assert time.monotonic() < deadline, f"{len(waiting)} orders not paid {HEAL_SECONDS} s after the last kill"
        time.sleep(0.2)
    print(f"all paid {time.monotonic() - ended:.1f} s after the last kill")
    for one in bought:
        mine = stubborn("GET", f"{shop['api']}/orders", headers=one["headers"], deadline=deadline + 60).json()
        assert [row["number"] for row in mine["results"]] == [one["order"]]
    charges = product.book()["charges"]
    ours = {one["out_trade_no"]: one["total"] for one in bought}
    assert {row["out_trade_no"]: row["amount"] for row in charges if row["out_trade_no"] in ours} == ours
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0}), counts


def status(api, one, deadline):
    return stubborn("GET", f"{api}/orders/{one['order']}", headers=one["headers"], deadline=deadline + 60).json()[
        "status"
    ]
