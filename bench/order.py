"""What an order costs: statements, and CPU time by process. Run: python -m bench.order [--orders 1000]

Starts a product of its own, prints JSON lines, and stops it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.measuring import cpu_seconds, note, quantiles, running_product, say
from tests.e2e.driver import REPOSITORY, Product
from tests.faults.storm import place, prepare

MEMBERS, SKUS = 40, 20
MOST_QUERIES = 14
CLIENTS = 4
WARM_UP = 200
SETTLE_SECONDS = 2  # lets worker and poller finish what the orders left behind

Made = dict[str, Any]


def main() -> int:
    """Measure and return 1 when an order takes more statements than it may."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=1000)
    orders = options.parse_args().orders
    with running_product() as product:
        shop = product.create_shop("bench")
        made = prepare(product, "bench", members=MEMBERS, skus=[[1000 + n, 100_000] for n in range(SKUS)])
        queries = _statements(product, made)
        _load(product, shop["api"], made, orders)
    return int(queries > MOST_QUERIES)


def _statements(product: Product, made: Made) -> int:
    """Print how many statements a two-line order takes."""
    member = made["members"][0]
    wanted = {"slug": "bench", "token": member["token"], "address": member["address"], "skus": made["skus"][:2]}
    done = subprocess.run(
        [sys.executable, "-m", "bench.queries", json.dumps(wanted)],
        cwd=REPOSITORY,
        env=product.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    counted = json.loads(done.stdout.splitlines()[-1])
    for number, statement in enumerate(counted.pop("statements"), start=1):
        note(f"{number:3} {' '.join(statement.split())[:150]}")
    say("statements of a two-line order", **counted, target=MOST_QUERIES)
    return int(counted["queries"])


def _load(product: Product, api: str, made: Made, orders: int) -> None:
    """Print what `orders` orders cost each process, after some that do not count."""
    _place(api, made, WARM_UP)
    time.sleep(SETTLE_SECONDS)
    before, started = cpu_seconds(product), time.perf_counter()
    latencies = _place(api, made, orders)
    elapsed = time.perf_counter() - started
    time.sleep(SETTLE_SECONDS)
    spent = {name: seconds - before[name] for name, seconds in cpu_seconds(product).items()}
    say(
        "two-line orders over HTTP",
        orders=orders,
        clients=CLIENTS,
        per_second=round(orders / elapsed, 1),
        **quantiles(latencies),
        cpu_ms_per_order={name: round(1000 * seconds / orders, 2) for name, seconds in spent.items()},
        cpu_ms_per_order_in_all=round(1000 * sum(spent.values()) / orders, 2),
        load_average=os.getloadavg()[0],
    )


def _place(api: str, made: Made, count: int) -> list[float]:
    """Place orders, CLIENTS at a time, and return how long each took in seconds."""

    def one(number: int) -> float:
        member = made["members"][number % MEMBERS]
        items = [(made["skus"][(number + step) % SKUS], 1) for step in range(2)]
        started = time.perf_counter()
        status, answer = place(api, member, items)
        if status != 201:
            raise RuntimeError(f"{status} {answer}")
        return time.perf_counter() - started

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(one, range(count)))


if __name__ == "__main__":
    sys.exit(main())
