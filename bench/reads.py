"""What a read costs: CPU time by process and latency. Run: python -m bench.reads [--products 1000] [--skus 2]

Starts a product of its own over a generated catalogue, loads it with wrk, prints JSON lines, and stops it. Each
figure is taken three times and every one is printed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench import catalogue, wrk
from bench.measuring import cpu_seconds, note, running_product, say, wait_until_idle
from tests.e2e.driver import Product

RUNS = 3
CONNECTIONS = 16
LEAST_REQUESTS = 4000
WINDOW = (
    "local low = math.random(0, 90000); "
    'return wrk.format("GET", "{prefix}/products?page_size=20&min_price=" .. low '
    '.. "&max_price=" .. (low + math.random(5000, 60000)){more})'
)


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, default=1000)
    options.add_argument("--skus", type=int, default=2, help="of each product")
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--only", default="")
    given = options.parse_args()
    with running_product(WEIPU_BENCH="1") as product, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "products.jsonl"
        catalogue.write(file, given.products, given.skus)
        api = product.create_shop("bench")["api"]
        product.manage("import_catalogue", "bench", file, timeout=1800)
        wait_until_idle(product)
        note(f"{given.products} products with {given.skus} SKUs each")
        keys = _keys(api, most=1000)
        for name, target, script, changing in _scenarios(api, keys):
            if given.only in name:
                _measure(product, api, name, target, script, changing=changing, seconds=given.seconds)
        _memory(product)


def _keys(api: str, most: int) -> list[str]:
    keys: list[str] = []
    for page in range(1, most // 100 + 1):
        rows = requests.get(f"{api}/products?page={page}&page_size=100", timeout=30).json()["results"]
        keys += [row["key"] for row in rows]
    return keys


def _scenarios(api: str, keys: list[str]) -> Iterator[tuple[str, float, str, bool]]:
    prefix = "/" + api.split("/", 3)[3]
    words = ", ".join(f'"{word}"' for word in _encoded(catalogue.THINGS + catalogue.MATERIALS))
    listed = ", ".join(f'"{key}"' for key in keys)
    same = f'function request() return wrk.format("GET", "{prefix}/products?page_size=20") end'
    yield "list of 20, kept", 0.06, same, False
    yield "detail, kept", 0.06, f'function request() return wrk.format("GET", "{prefix}/products/{keys[0]}") end', False
    windows = WINDOW.format(prefix=prefix, more="")
    yield "list of 20, random price windows", 2.5, f"function request() {windows} end", False
    detail = f'return wrk.format("GET", "{prefix}/products/" .. keys[math.random(#keys)])'
    # A product's page has no parameters: the catalogue changes 20 times a second instead.
    yield "detail, while the catalogue changes", 2.0, f"keys = {{{listed}}}\nfunction request() {detail} end", True
    search = WINDOW.format(prefix=prefix, more=' .. "&keyword=" .. words[math.random(#words)]')
    yield "search in random price windows", 5.0, f"words = {{{words}}}\nfunction request() {search} end", False


def _encoded(words: list[str]) -> list[str]:
    return ["".join(f"%{byte:02X}" for byte in word.encode()) for word in words]


@contextmanager
def _changes(product: Product, *, wanted: bool) -> Iterator[None]:
    """Let the catalogue change 20 times a second meanwhile."""
    if not wanted:
        yield
        return
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.changes", "bench"],
        env=product.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        yield
    finally:
        child.terminate()
        child.wait()


def _measure(
    product: Product, api: str, name: str, target: float, script: str, *, changing: bool, seconds: int
) -> None:
    with _changes(product, wanted=changing):
        wrk.run(api, script, seconds=3, connections=CONNECTIONS)
        for _run in range(RUNS):
            before, started = cpu_seconds(product), time.perf_counter()
            load = wrk.run(api, script, seconds=seconds, connections=CONNECTIONS)
            elapsed = time.perf_counter() - started
            spent = {service: used - before[service] for service, used in cpu_seconds(product).items()}
            count = load.requests
            say(
                name,
                cpu_ms_per_request=round(1000 * sum(spent.values()) / count, 3),
                target=target,
                by_process={service: round(1000 * used / count, 3) for service, used in spent.items() if used},
                requests=count,
                per_second=round(count / elapsed),
                hits=load.hits,
                misses=load.misses,
                errors=load.errors,
                p50_ms=load.p50_ms,
                p99_ms=load.p99_ms,
                load_average=round(os.getloadavg()[0], 1),
                **({} if count >= LEAST_REQUESTS else {"note": f"fewer than {LEAST_REQUESTS} requests"}),
            )


def _memory(product: Product) -> None:
    """Print the resident memory of the web workers, shared pages counted by their share."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    family = {product.pids()["web"]}
    for _round in range(4):
        family |= {int(pid) for pid, parent in rows if int(parent) in family}
    total = 0
    for pid in family:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    say("memory of the web server and its two workers (PSS)", megabytes=round(total / 1024), target=300)


if __name__ == "__main__":
    main()
