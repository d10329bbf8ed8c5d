"""Many shoppers at once, over HTTP."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.e2e.driver import REPOSITORY

_local = threading.local()


def session():
    """One keep-alive session per thread."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    return _local.session


def prepare(product, slug, **wanted):
    """Members and SKUs made inside the product's environment."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.prepare", slug, json.dumps(wanted)],
        cwd=REPOSITORY,
        env=product.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def place(api, member, items, key=None, **of_items):
    """One POST orders; (status, answer). `of_items` is said of every item."""
    answer = session().post(
        f"{api}/orders",
        json={
            "items": [{"sku": sku, "quantity": units, **of_items} for sku, units in items],
            "address": member["address"],
        },
        headers={"Authorization": f"Bearer {member['token']}", "Idempotency-Key": key or secrets.token_hex(8)},
        timeout=60,
    )
    return answer.status_code, answer.json()


def storm(api, jobs, in_flight=64):
    """Place all orders, `in_flight` at a time; a Counter of (status, code) and the seconds it took."""
    started = time.monotonic()

    def one(job):
        status, answer = place(api, *job)
        return status, answer.get("code", "")

    with ThreadPoolExecutor(in_flight) as pool:
        return Counter(pool.map(one, jobs)), time.monotonic() - started


def stubborn(method, url, *, deadline, **options):
    """Repeat a request until it is answered below 500 (and not 409 in_progress): what a careful client does."""
    while True:
        try:
            answer = session().request(method, url, timeout=10, **options)
            busy = answer.status_code == 409 and answer.json().get("code") == "in_progress"
            if answer.status_code < 500 and not busy:
                return answer
        except (requests.RequestException, ValueError):
            _local.session = requests.Session()
        assert time.monotonic() < deadline, f"no answer from {url}"
        time.sleep(0.2)
