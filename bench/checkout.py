"""What shoppers' writes cost: CPU time by process. Run: python -m bench.checkout [--orders 500] [--shops 1]

Adding to the cart, an order of two lines, a whole checkout (cart twice, preview, order, start of the payment), and
orders of one hot SKU. With `--shops` the load goes to that many shops: the second gets half of what the first gets,
the third a third and so on, or with `--even` all the same. `--warm` is how many requests come before the measured
ones, `--data` a folder that keeps the shops for another run. Starts a product of its own, prints JSON
lines, and stops it. The payment simulator stands for a provider outside: it is printed and not counted. Nobody pays
here, and a started payment is asked after from its fifth second on; checkouts are therefore measured in rounds
shorter than that, and what they started is cancelled between two rounds.
"""

import argparse
import itertools
import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.measuring import backend_megabytes, cpu_seconds, note, quantiles, running_product, say, wait_until_idle
from tests.e2e.driver import REPOSITORY, Product
from tests.faults.storm import place, session

MEMBERS, SKUS = 20, 20
CLIENTS, RUNS = 4, 3
SETTLE_SECONDS = 2  # lets worker and poller finish what the requests left behind
ROUND, ROUND_SETTLE_SECONDS = 60, 1  # of checkouts: together well below five seconds
OUTSIDE = {"paysim", "wechatsim"}

Made = dict[str, Any]
Work = Callable[[int], object]


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--orders", type=int, default=500)
    options.add_argument("--shops", type=int, default=1)
    options.add_argument("--even", action="store_true")
    options.add_argument("--warm", type=int, default=40)
    options.add_argument("--only", default="")
    options.add_argument("--data", type=lambda name: Path(name).resolve())
    given = options.parse_args()
    with running_product(given.data, WEIPU_SPARE_SCHEMAS="20" if given.shops > 1 else "5") as product:
        shops = _kept_shops(product, given.shops, given.data)
        wait_until_idle(product)
        note(f"{given.shops} shops")
        for name, target, work, undone in _scenarios(shops, even=given.even):
            if any(part in name for part in given.only.split(",")):
                _warm(work, undone, given.warm)
                for _run in range(RUNS):
                    _measure(product, name, target, work, undone, given.orders, given.shops)


def _kept_shops(product: Product, count: int, data: Path | None) -> list[Made]:
    kept = data.with_name(f"{data.name}-shops.json") if data else None
    made = json.loads(kept.read_text()) if kept and kept.exists() else _open_shops(product, count)
    if kept:
        kept.write_text(json.dumps(made))
    web = f"http://127.0.0.1:{product.port}"
    return [{"api": f"{web}/s/{shop['key']}/api/v1", **shop} for shop in made[:count]]


def _open_shops(product: Product, count: int) -> list[Made]:
    levels = [[1000 + number, 1_000_000] for number in range(SKUS)]
    wanted = json.dumps({"members": MEMBERS, "skus": levels})
    command = [sys.executable, "-m", "bench.many_shops", str(count), wanted]
    done = subprocess.run(command, cwd=REPOSITORY, env=product.environment, capture_output=True, text=True, check=True)
    made: list[Made] = json.loads(done.stdout)
    return made


def _scenarios(shops: list[Made], *, even: bool) -> list[tuple[str, float, Work, Callable[[], None] | None]]:
    turn = itertools.count()
    shares = list(itertools.accumulate(1 if even else 1 / rank for rank in range(1, len(shops) + 1)))
    chance = random.Random(5)
    started: list[tuple[Made, Made, str]] = []

    def chosen() -> tuple[Made, Made, int]:
        number = next(turn)
        shop = shops[number % len(shops)] if even else chance.choices(shops, cum_weights=shares)[0]
        return shop, chance.choice(shop["members"]), number

    def cart(_number: int) -> None:
        shop, member, number = chosen()
        _send(shop, member, "cart/items", {"sku": shop["skus"][number % SKUS], "quantity": 1}, 201)

    def order(_number: int) -> None:
        shop, member, number = chosen()
        _placed(shop, member, [(shop["skus"][(number + step) % SKUS], 1) for step in range(2)])

    def hot(_number: int) -> None:
        shop, member, _turn = chosen()
        _placed(shop, member, [(shop["skus"][0], 1)])

    def checkout(_number: int) -> None:
        shop, member, number = chosen()
        for step in range(2):
            wanted = {"sku": shop["skus"][(number + step) % SKUS], "quantity": 1}
            _send(shop, member, "cart/items", wanted, 201)
        basket = {"cart": True, "address": member["address"]}
        _send(shop, member, "checkout/preview", basket, 200)
        placed = _send(shop, member, "orders", basket, 201)
        _send(shop, member, f"orders/{placed['number']}/pay", {"provider": "wechat"}, 200)
        started.append((shop, member, placed["number"]))

    def undone() -> None:
        while started:
            shop, member, order = started.pop()
            _send(shop, member, f"orders/{order}/cancel", {}, 200)

    return [
        ("add to cart", 5.0, cart, None),
        ("order of two lines", 12.0, order, None),
        ("order of one hot SKU", 12.0, hot, None),
        ("whole checkout", 35.0, checkout, undone),
    ]


def _placed(shop: Made, member: Made, items: list[tuple[str, int]]) -> None:
    status, answer = place(shop["api"], member, items)
    if status != 201:
        raise RuntimeError(f"{status} {answer}")


def _send(shop: Made, member: Made, path: str, body: dict[str, Any], status: int) -> Any:
    headers = {"Authorization": f"Bearer {member['token']}", "Idempotency-Key": secrets.token_hex(8)}
    answer = session().post(f"{shop['api']}/{path}", json=body, headers=headers, timeout=30)
    if answer.status_code != status:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
    return json.loads(answer.content)


def _warm(work: Work, undone: Callable[[], None] | None, times: int) -> None:
    while times > 0:
        _timed(work, min(times, ROUND))
        times -= ROUND
        if undone:
            undone()


def _timed(work: Work, times: int) -> list[float]:
    """Do the work `times` times; the seconds each took."""

    def once(number: int) -> float:
        started = time.perf_counter()
        work(number)
        return time.perf_counter() - started

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(once, range(times)))


def _measure(
    product: Product,
    name: str,
    target: float,
    work: Work,
    undone: Callable[[], None] | None,
    times: int,
    shops: int,
) -> None:
    size, settle = (ROUND, ROUND_SETTLE_SECONDS) if undone else (times, SETTLE_SECONDS)
    spent: Counter[str] = Counter()
    latencies: list[float] = []
    for _round in range(0, times, size):
        time.sleep(settle)  # what was undone is done
        before = cpu_seconds(product)
        latencies += _timed(work, size)
        time.sleep(settle)
        spent.update({service: used - before[service] for service, used in cpu_seconds(product).items()})
        if undone:
            undone()
    counted = sum(used for service, used in spent.items() if service not in OUTSIDE)
    say(
        name,
        shops=shops,
        cpu_ms=round(1000 * counted / len(latencies), 2),
        target=target,
        by_process={service: round(1000 * used / len(latencies), 2) for service, used in spent.items() if used},
        times=len(latencies),
        **quantiles(latencies),
        backends_mb=backend_megabytes(product),
        load_average=round(os.getloadavg()[0], 1),
    )


if __name__ == "__main__":
    main()
