"""What a rush costs: CPU time of an order that is let through and of refusals. Run: python -m bench.flash

Starts a product of its own, prints JSON lines, and stops it.
"""

import argparse
import os
import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.measuring import cpu_seconds, quantiles, running_product, say
from tests.e2e.driver import Product
from tests.faults.storm import prepare, session

MEMBERS = 400
CLIENTS = 4
SETTLE_SECONDS = 2  # lets worker and poller finish what the orders left behind
MOST_UNITS = 1_000
SELL = """
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.core.models import ShopSettings
from shop.marketing.flash_sale.services import draft_session
from shop.promotions.drafts import ItemDraft
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop
with using_shop(registry.by_slug("bench")):
    ShopSettings.objects.update(most_unpaid=1000)
    now = timezone.now()
    for key, units in {wanted!r}:
        items = [ItemDraft(SKU.objects.get(key=key).pk, 100, units)]
        made = draft_session("bench", items, starts_at=now, ends_at=now + timedelta(hours=1))
        publish_activity(made, actor="bench")
        print(made.key)
"""


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=600)
    count = options.parse_args().requests
    with running_product(WEIPU_FLASH_RATE="1") as product:
        api = product.create_shop("bench")["api"]
        made = prepare(product, "bench", members=MEMBERS, skus=[[1000, 5_000] for _ in range(3)])
        wanted = list(zip(made["skus"], (MOST_UNITS, 5, 300), strict=True))
        said = product.manage("shell", "-v", "0", "-c", SELL.format(wanted=wanted)).stdout.split()
        many, few, queue = zip(made["skus"], said[-3:], strict=True)
        _measure(product, api, made, many, "an order that is let through", count, (201, ""))
        _burn(api, made, few, 30)
        _measure(product, api, made, few, "a refusal: sold out", count, (409, "sold_out"))
        _burn(api, made, queue, 400, expected_total=1)  # 300 × 1.2 + 20 tokens, gone without a sale
        _measure(product, api, made, queue, "a refusal: wait in line", count, (429, "queueing"))
    return 0


Session = tuple[str, str]  # SKU, activity


def _ask(api: str, made: dict[str, Any], what: Session, number: int, **extra: Any) -> tuple[int, str]:
    member = made["members"][number % MEMBERS]
    item = {"sku": what[0], "quantity": 1, "activity": {"tool": "flash_sale", "key": what[1]}}
    answer = session().post(
        f"{api}/orders",
        json={"items": [item], "address": member["address"], **extra},
        headers={"Authorization": f"Bearer {member['token']}", "Idempotency-Key": secrets.token_hex(8)},
        timeout=60,
    )
    return answer.status_code, answer.json().get("code", "")


def _burn(api: str, made: dict[str, Any], what: Session, count: int, **extra: Any) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda number: _ask(api, made, what, number, **extra), range(count)))


def _measure(
    product: Product, api: str, made: dict[str, Any], what: Session, title: str, count: int, expected: tuple[int, str]
) -> None:
    """Print what requests cost each process; nearly all must be answered as expected."""
    _burn(api, made, what, 20)
    time.sleep(SETTLE_SECONDS)

    def one(number: int) -> tuple[tuple[int, str], float]:
        started = time.perf_counter()
        return _ask(api, made, what, number), time.perf_counter() - started

    before, started = cpu_seconds(product), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(one, range(count)))
    elapsed = time.perf_counter() - started
    time.sleep(SETTLE_SECONDS)
    spent = {name: seconds - before[name] for name, seconds in cpu_seconds(product).items()}
    as_expected = sum(answer == expected for answer, _seconds in answers)
    say(
        title,
        requests=count,
        as_expected=as_expected,
        clients=CLIENTS,
        per_second=round(count / elapsed, 1),
        **quantiles([seconds for _answer, seconds in answers]),
        cpu_ms={name: round(1000 * seconds / count, 2) for name, seconds in spent.items()},
        cpu_ms_in_all=round(1000 * sum(spent.values()) / count, 2),
        load_average=os.getloadavg()[0],
    )
    if as_expected < 0.95 * count:
        raise RuntimeError(f"only {as_expected} of {count} answered {expected}")


if __name__ == "__main__":
    sys.exit(main())
