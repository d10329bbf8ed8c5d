"""What the benchmarks share: a product of their own, CPU time of its processes, quantiles."""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.driver import Product

TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def running_product(data: Path | None = None, **settings: str) -> Iterator[Product]:
    """Start the product over `data`, or a folder that goes away afterwards; it shares nothing with `var/`."""
    with tempfile.TemporaryDirectory(prefix="weipu-bench-") as folder:
        product = Product(data or Path(folder) / "data", **settings)
        try:
            yield product.up()
        finally:
            product.down()


def say(measured: str, **values: object) -> None:
    """Print one JSON line."""
    print(json.dumps({"measured": measured, **values}, ensure_ascii=False), flush=True)


def note(text: str) -> None:
    """Tell a person what is going on, beside the JSON."""
    print(text, file=sys.stderr, flush=True)


def _processes() -> dict[int, tuple[int, float]]:
    """Return pid → (parent, CPU seconds of it and of children that ended)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        found[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS)
    return found


def cpu_seconds(product: Product) -> dict[str, float]:
    """Return the CPU seconds each service has used so far, with all processes below its main one."""
    processes = _processes()
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in processes.items():
        children.setdefault(parent, []).append(pid)

    def tree(pid: int) -> float:
        own = processes[pid][1] if pid in processes else 0.0
        return own + sum(tree(child) for child in children.get(pid, []))

    return {name: tree(pid) for name, pid in product.pids().items() if name != "supervisor"}


def backend_megabytes(product: Product) -> list[int]:
    """Return the private memory of PostgreSQL's five largest processes: mostly what they know of schemas."""
    server = product.pids()["postgres"]
    backends = [pid for pid, (parent, _) in _processes().items() if parent == server]
    lines = (line for pid in backends for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sorted((int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon:")), reverse=True)[:5]


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Return median and 95th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"median_ms": round(1000 * statistics.median(seconds), 1), "p95_ms": round(1000 * cuts[18], 1)}


def wait_until_idle(product: Product, *, most_seconds: float = 900) -> None:
    """Wait until the product has done what an import left to its workers: below a tenth of a core for three seconds."""
    deadline = time.monotonic() + most_seconds
    while time.monotonic() < deadline:
        before = sum(cpu_seconds(product).values())
        time.sleep(3)
        if sum(cpu_seconds(product).values()) - before < 0.3:
            return
    note("still busy; the figures hold its work too")
