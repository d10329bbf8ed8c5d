"""Payments that succeed in the moment an order expires: each ends paid with its stock, or refunded once."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.e2e.driver import wait_until
from tests.faults.storm import place, prepare, session

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


def started(api, member, sku):
    """An unpaid order with an open payment."""
    status, order = place(api, member, [(sku, 1)])
    assert status == 201, order
    answer = session().post(
        f"{api}/orders/{order['number']}/pay",
        json={"provider": "wechat"},
        headers={"Authorization": f"Bearer {member['token']}", "Idempotency-Key": "pay"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    deadline = datetime.fromisoformat(order["pay_deadline"]).timestamp()
    return {"number": order["number"], "out_trade_no": answer.json()["out_trade_no"], "deadline": deadline, **member}


def pay_around_the_deadline(product, order, offset):
    time.sleep(max(0, order["deadline"] + offset - time.time()))
    return product.paysim("POST", "/_control/pay", out_trade_no=order["out_trade_no"]).status_code


def snatch(api, member, sku, stop):
    """A rival who takes the unit as soon as it is free again."""
    while not stop.is_set():
        if place(api, member, [(sku, 1)])[0] == 201:
            return
        time.sleep(0.1)


def test_paying_while_the_order_expires(product, long_faults):
    orders = 100 if long_faults else 30
    chance = random.Random(seed := random.SystemRandom().randrange(10**6))
    shop = product.create_shop(f"expiry{seed}")
    made = prepare(product, shop["slug"], members=2 * orders, skus=[[1000, 1]] * orders, settings={"pay_minutes": 1})
    buyers, rivals = made["members"][:orders], made["members"][orders:]
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda pair: started(shop["api"], *pair), zip(buyers, made["skus"], strict=True)))
    stop = threading.Event()
    with ThreadPoolExecutor(orders + 16) as pool:
        # The worker gets to a due order up to a second after its deadline, so half of the payments come later.
        offsets = [chance.uniform(*((-0.2, 0.2) if index % 2 else (0.2, 1.5))) for index in range(orders)]
        paid = [
            pool.submit(pay_around_the_deadline, product, order, offset)
            for order, offset in zip(placed, offsets, strict=True)
        ]
        time.sleep(max(0, min(order["deadline"] for order in placed) - time.time() - 1))
        for rival, sku in list(zip(rivals, made["skus"], strict=True))[: orders // 2 : 4]:
            pool.submit(snatch, shop["api"], rival, sku, stop)
        answers = Counter(future.result() for future in paid)
        time.sleep(5)
        stop.set()
    assert set(answers) <= {200, 409}, answers
    wait_until(lambda: settled(product, shop, placed), 60, "every charge paid or refunded")
    outcome = Counter(final(product, shop, order) for order in placed)
    print(f"seed {seed}: cashier {dict(answers)}, orders {dict(outcome)}")
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0}), counts


def money(product, order):
    book = product.book()
    return tuple(
        [row["amount"] for row in book[side] if row["out_trade_no"] == order["out_trade_no"]]
        for side in ("charges", "refunds")
    )


def settled(product, shop, placed):
    book = product.book()
    charged = {row["out_trade_no"] for row in book["charges"]}
    refunded = {row["out_trade_no"] for row in book["refunds"]}
    for order in placed:
        state = status(shop, order)
        paid = order["out_trade_no"] in charged
        if state == "UNPAID" or (paid and (state == "CANCELLED") != (order["out_trade_no"] in refunded)):
            return False
    return True


def status(shop, order):
    answer = session().get(
        f"{shop['api']}/orders/{order['number']}", headers={"Authorization": f"Bearer {order['token']}"}, timeout=30
    )
    return answer.json()["status"]


def final(product, shop, order):
    """(state, charged, refunded), checked to be one of the three right ends."""
    state = status(shop, order)
    charges, refunds = money(product, order)
    assert (state, charges, refunds) in (
        ("TO_SHIP", [1000], []),
        ("CANCELLED", [1000], [1000]),
        ("CANCELLED", [], []),
    ), (state, charges, refunds)
    return state, sum(charges), sum(refunds)
