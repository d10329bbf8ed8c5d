"""How long a merchant waits for a shop. Run: python -m bench.signup [--shops 50] [--times 20]

From the POST of the sign-up form to the first 200 of the new back office, while two other shops take orders.
Starts a product of its own, prints JSON lines, and stops it.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.measuring import note, quantiles, running_product, say
from tests.e2e.driver import Product
from tests.faults.storm import place, prepare

DOMAIN = "localhost"
LONGEST_WAIT = 30.0
PASSWORD = "Lychee-2026-ok"
PAUSE_SECONDS = 0.5  # between two merchants: nobody signs up in a row without a breath
FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Merchant:
    """One visitor of the platform's pages, from an address of their own."""

    def __init__(self, port: int, number: int) -> None:
        self.origin, self.slug = f"http://127.0.0.1:{port}", f"new-shop-{number}"
        self.contact = f"{self.slug}@example.com"
        self.session = requests.Session()
        self.session.headers["X-Forwarded-For"] = f"10.1.{number // 250}.{number % 250 + 1}"

    def call(self, method: str, path: str, host: str = DOMAIN, **options: Any) -> requests.Response:
        """Send a request as a browser does that has resolved `host` to this machine."""
        headers = {"Host": host, "Referer": f"http://{host}/", **options.pop("headers", {})}
        return self.session.request(
            method, self.origin + path, headers=headers, timeout=30, allow_redirects=False, **options
        )

    def ask_for_code(self) -> dict[str, str]:
        """Return the filled-in form, the code read from the demo's mailbox."""
        token = FIELD.search(self.call("GET", "/signup").text)
        secret = {"csrfmiddlewaretoken": token[1] if token else ""}
        cookies = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)}
        answer = self.call("POST", "/signup/code", headers=cookies, data={**secret, "contact": self.contact})
        answer.raise_for_status()
        self.headers = cookies
        code = re.search(re.escape(self.contact) + r".*?mail-code\">(\d+)<", self.call("GET", "/signup/sent").text)
        if code is None:
            raise RuntimeError("no code in the mailbox")
        return {
            **secret,
            "name": self.slug,
            "slug": self.slug,
            "contact": self.contact,
            "code": code[1],
            "password": PASSWORD,
            "agree": "on",
        }

    def open_shop(self, form: dict[str, str]) -> tuple[float, float]:
        """Post the form and return the seconds until the answer, and until the new back office answers 200."""
        started = time.perf_counter()
        answer = self.call("POST", "/signup", headers=self.headers, data=form)
        if answer.status_code != 303:
            raise RuntimeError(f"sign-up: {answer.status_code} {answer.text[-2000:]}")
        posted = time.perf_counter() - started
        cookies: dict[str, str] = {}
        address = urlsplit(answer.headers["Location"])
        while time.perf_counter() - started < LONGEST_WAIT:
            target = f"{address.path}?{address.query}" if address.query else address.path
            page = self.call("GET", target, host=address.hostname or "", headers=_cookie_header(cookies))
            cookies |= page.cookies.get_dict()
            if page.status_code == 200:
                return posted, time.perf_counter() - started
            if page.is_redirect:
                address = urlsplit(page.headers["Location"])._replace(netloc=address.netloc)
        raise RuntimeError("the back office did not answer")


def _cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}


@contextmanager
def order_load(product: Product, slugs: list[str]) -> Iterator[list[int]]:
    """Let one shopper in each shop order without a pause; the list holds how many orders each has placed."""
    stop, placed = Event(), [0] * len(slugs)
    jobs = []
    for slug in slugs:
        api = product.create_shop(slug)["api"]
        jobs.append((api, prepare(product, slug, members=5, skus=[[1000, 1_000_000], [2000, 1_000_000]])))

    def shopper(index: int) -> None:
        api, made = jobs[index]
        while not stop.is_set():
            status, answer = place(api, made["members"][placed[index] % 5], [(sku, 1) for sku in made["skus"]])
            if status != 201:
                raise RuntimeError(f"{status} {answer}")
            placed[index] += 1

    with ThreadPoolExecutor(len(slugs)) as pool:
        running = [pool.submit(shopper, index) for index in range(len(slugs))]
        try:
            yield placed
        finally:
            stop.set()
            for future in running:
                future.result()


def main() -> int:
    """Measure and return 0."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shops", type=int, default=50)
    options.add_argument("--times", type=int, default=20)
    chosen = options.parse_args()
    with running_product(WEIPU_TRUSTED_PROXIES="127.0.0.1") as product:
        _open_shops(product, chosen.shops - 2)
        with order_load(product, ["busy-one", "busy-two"]) as placed:
            time.sleep(3)
            waits = []
            for number in range(chosen.times):
                merchant = Merchant(product.port, number)
                waits.append(merchant.open_shop(merchant.ask_for_code()))
                note(
                    f"{number + 1:3} {waits[-1][0] * 1000:7.1f} ms to the answer, {waits[-1][1] * 1000:7.1f} ms in all"
                )
                time.sleep(PAUSE_SECONDS)
    say(
        "sign-up to the first page of the back office",
        times=len(waits),
        shops_before=chosen.shops,
        orders_meanwhile=sum(placed),
        **quantiles([whole for _, whole in waits]),
        slowest_ms=round(1000 * max(whole for _, whole in waits), 1),
        of_it_the_post=quantiles([posted for posted, _ in waits]),
        load_average=os.getloadavg()[0],
    )
    return 0


def _open_shops(product: Product, count: int) -> None:
    """Make `count` shops in one process, as their number is all that matters."""
    script = (
        "from tenants.services import Owner, open_shop\n"
        f"for number in range({count}):\n"
        "    open_shop(f'old-shop-{number}', f'Shop {number}', Owner(f'old-{number}@example.com', '!'))\n"
    )
    product.manage("shell", "-v", "0", "-c", script)


if __name__ == "__main__":
    sys.exit(main())
