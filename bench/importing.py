"""What an import costs shoppers: orders placed while ten thousand products change. Run: python -m bench.importing

Starts a product of its own, imports a catalogue, imports it again with another price and stock while shoppers
order what is in it, prints JSON lines, and stops it. Exit code 1 when an order was refused.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.measuring import quantiles, running_product, say
from tests.faults.storm import place, prepare, session

CLIENTS = 4
MEMBERS = 20
SKUS = 40  # of the imported ones, ordered again and again


def main() -> int:
    """Measure and return 1 when an order was refused."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=10_000)
    count = options.parse_args().products
    with running_product() as product, tempfile.TemporaryDirectory() as folder:
        shop = product.create_shop("bench")
        made = prepare(product, "bench", members=MEMBERS)
        for run, price in enumerate((1000, 1200)):
            _write(Path(folder) / f"{run}.jsonl", count, price)
        _import(product, Path(folder) / "0.jsonl", "first import")
        skus = _skus(shop["api"])
        statuses: list[tuple[int, float]] = []
        over = threading.Event()
        clients = [
            threading.Thread(target=_order, args=(shop["api"], made["members"], skus, over, statuses, n))  # noqa: TID251
            for n in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        _import(product, Path(folder) / "1.jsonl", "import with other prices and stock", "--update")
        over.set()
        for client in clients:
            client.join()
    refused = [status for status, _seconds in statuses if status not in {201, 409}]
    moved = sum(status == 409 for status, _seconds in statuses)  # the price changed between quote and order
    waits = [seconds for _status, seconds in statuses]
    say("orders during the import", orders=len(statuses), refused=len(refused), conflicts=moved, **quantiles(waits))
    say("longest order during the import", seconds=round(max(waits), 2))
    return int(bool(refused))


def _write(path: Path, count: int, price: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            amount = f"{price / 100 + number % 50:.2f}"
            sku = {"code": f"B{number}-1", "options": {"规格": "标准"}, "price": amount, "stock": 10_000 + price}
            row = {
                "code": f"B{number}",
                "title": f"商品 {number}",
                "category": "测试/导入",
                "price": amount,
                "skus": [sku],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _import(product: Any, path: Path, name: str, *options: str) -> None:
    started = time.monotonic()
    product.manage("import_catalogue", "bench", path, "--json", *options)
    say(name, seconds=round(time.monotonic() - started, 1))


def _skus(api: str) -> list[str]:
    rows = session().get(f"{api}/products?page_size={SKUS}", timeout=30).json()["results"]
    return [session().get(f"{api}/products/{row['key']}", timeout=30).json()["skus"][0]["key"] for row in rows]


def _order(
    api: str, members: list[Any], skus: list[str], over: threading.Event, statuses: list[Any], start: int
) -> None:
    number = start
    while not over.is_set():
        began = time.monotonic()
        status, _answer = place(api, members[number % MEMBERS], [(skus[number % SKUS], 1)])
        statuses.append((status, time.monotonic() - began))
        number += CLIENTS
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
