"""What a search costs: CPU time by process. Run: python -m bench.search [--products 1000] [--skus 2]

Starts a product of its own over a generated catalogue and asks it, without any answer from memory; prints JSON lines,
one per text and one for all together, and stops it.
"""

import argparse
import itertools
import tempfile
import time
from pathlib import Path

import requests

from bench import catalogue
from bench.measuring import cpu_seconds, note, quantiles, running_product, say
from tests.e2e.driver import Product

TEXTS = ("羊毛被", "加厚蚕丝枕", "日式 茶杯", "yangmaobei", "ymb", "羊毛备", "被子", "不锈钢水壶 灰色", "手机壳", "被")
ROUNDS = 40
WARM_UP = 5


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=1000)
    options.add_argument("--skus", type=int, default=2, help="of each product")
    given = options.parse_args()
    with running_product() as product, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "products.jsonl"
        catalogue.write(file, given.products, given.skus)
        api = product.create_shop("bench")["api"]
        started = time.perf_counter()
        product.manage("import_catalogue", "bench", file, timeout=3600)
        note(f"imported in {time.perf_counter() - started:.0f} s")
        _settle(api)
        note(f"vocabulary counted {time.perf_counter() - started:.0f} s after the start")
        _measure(product, api, given.products, given.products * given.skus)


def _settle(api: str) -> None:
    """Wait until the vocabulary is counted."""
    while "羊毛被" not in requests.get(f"{api}/search/suggest?q=ymb", timeout=30).json()["words"]:
        time.sleep(1)
    calm = time.monotonic() + 10
    while time.monotonic() < calm:
        time.sleep(1)


def _measure(product: Product, api: str, products: int, skus: int) -> None:
    prices = itertools.count(1)  # another lower price each time: no answer is kept
    everything: list[float] = []
    for text in TEXTS:
        for _round in range(WARM_UP):
            _ask(api, text, next(prices))
        before, latencies = cpu_seconds(product), []
        for _round in range(ROUNDS):
            started = time.perf_counter()
            count = _ask(api, text, next(prices))
            latencies.append(time.perf_counter() - started)
        spent = {name: seconds - before[name] for name, seconds in cpu_seconds(product).items()}
        cost = {name: round(1000 * spent[name] / ROUNDS, 2) for name in ("web", "postgres") if name in spent}
        everything.append(sum(cost.values()))
        say("search", text=text, found=count, products=products, skus=skus, cpu_ms=cost, **quantiles(latencies))
    say("all texts", cpu_ms_mean=round(sum(everything) / len(everything), 2), cpu_ms_most=max(everything))


def _ask(api: str, text: str, price: int) -> int:
    return int(requests.get(f"{api}/products", {"keyword": text, "min_price": price}, timeout=60).json()["count"])


if __name__ == "__main__":
    main()
