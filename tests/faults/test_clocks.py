"""Flash sales at web servers whose clocks are five minutes off: the database's clock opens and closes them."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import cycle
from typing import NamedTuple

import pytest

from tests.faults.servers import forget, other_server
from tests.faults.storm import place, prepare

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
SKEWED = "tests.faults.skewed_wsgi"
TRIES, BEGINS, LASTS = 200, 10, 8  # tries around each end of the window; seconds
PAY_SECONDS = 300


class Try(NamedTuple):
    """One order that was tried, by the clock that the database has too."""

    sent: float
    answered: float
    outcome: str
    deadline: float  # until when it may be paid; 0 for none


def attempt(api, member, made, moment):
    time.sleep(max(0, moment - time.time()))
    sent = time.time()
    activity = {"tool": "flash_sale", "key": made["session"]["key"]}
    status, answer = place(api, member, [(made["skus"][0], 1)], activity=activity)
    answered = time.time()
    if status != 201:
        return Try(sent, answered, answer.get("code", str(status)), 0)
    return Try(sent, answered, "placed", datetime.fromisoformat(answer["pay_deadline"]).timestamp())


def rush(made, apis, edges):
    """TRIES around each of the edges (times), a second to both sides."""
    chance = random.Random(7)
    moments = sorted(edge + chance.uniform(-1, 1) for edge in edges for _try in range(TRIES))
    with ThreadPoolExecutor(24) as pool:
        jobs = zip(moments, cycle(apis), cycle(made["members"]), strict=False)
        return list(pool.map(lambda job: attempt(job[1], job[2], made, job[0]), jobs))


def outside(tries, session):
    """Orders that were placed before the window opened or after it closed, whatever was lost on the way."""
    placed = [each for each in tries if each.outcome == "placed"]
    return [each for each in placed if each.answered < session["starts"] or each.sent >= session["ends"]]


def test_the_window_is_that_of_the_database_at_every_server(product):
    shop = product.create_shop("clocks")
    slow, fast = (other_server(product, shop, SKEWED, CLOCK_OFF=off) for off in ("-300", "300"))
    with slow as one, fast as other:
        made = prepare(product, "clocks", members=100, skus=[[1000, 400]], session={"begins": BEGINS, "lasts": LASTS})
        session = made["session"]
        tries = rush(made, [one, other], (session["starts"], session["ends"]))
    inside = [each for each in tries if each.sent >= session["starts"] and each.answered < session["ends"]]
    before = [each for each in tries if each.answered < session["starts"]]
    after = [each for each in tries if each.sent >= session["ends"]]
    print(f"{len(before)} before, {len(inside)} inside, {len(after)} after, {Counter(each.outcome for each in tries)}")
    assert outside(tries, session) == []
    assert {each.outcome for each in inside} == {"placed"}
    assert min(len(before), len(inside), len(after)) >= TRIES // 10
    for each in inside:
        assert each.sent - 1 < each.deadline - PAY_SECONDS < each.answered + 1
    assert product.manage("audit", "clocks", "--json", check=False).returncode == 0


def test_control_a_server_that_goes_by_its_own_clock_sells_too_long(product):
    """If this ever fails, the test above proves nothing."""
    shop = product.create_shop("ownclock")
    with other_server(product, shop, SKEWED, CLOCK_OFF="-300", NAIVE="1") as api:
        made = prepare(product, "ownclock", members=100, skus=[[1000, 400]], session={"begins": 1, "lasts": 4})
        tries = rush(made, [api], (made["session"]["ends"],))
    print(Counter(each.outcome for each in tries))
    assert outside(tries, made["session"])
    forget(product, "ownclock")
