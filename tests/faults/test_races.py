"""A thousand buyers for a hundred units; and proof that the harness would notice a wrong stock check."""

import pytest
import requests

from tests.faults.servers import forget, other_server
from tests.faults.storm import prepare, storm

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def bazaar(product):
    return product.create_shop("bazaar")


def audit(product, slug):
    done = product.manage("audit", slug, "--json", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_thousand_buyers_get_a_hundred_units(product, bazaar):
    made = prepare(product, "bazaar", members=1000, skus=[[1000, 100]])
    jobs = [(member, [(made["skus"][0], 1)]) for member in made["members"]]
    counts, seconds = storm(bazaar["api"], jobs)
    print(f"1000 buyers, 100 units: {dict(counts)} in {seconds:.1f} s")
    assert counts == {(201, ""): 100, (409, "sold_out"): 900}
    audit(product, "bazaar")


def test_two_skus_in_opposite_orders_do_not_deadlock(product, bazaar):
    made = prepare(product, "bazaar", members=1000, skus=[[1000, 100], [700, 100]])
    one, two = made["skus"]
    orders = ([(one, 1), (two, 1)], [(two, 1), (one, 1)])
    jobs = [(member, orders[index % 2]) for index, member in enumerate(made["members"])]
    counts, seconds = storm(bazaar["api"], jobs)
    print(f"two SKUs in opposite orders: {dict(counts)} in {seconds:.1f} s")
    assert counts == {(201, ""): 100, (409, "sold_out"): 900}
    log = (product.data / "log" / "postgres.log").read_text(errors="replace")
    assert "deadlock detected" not in log
    audit(product, "bazaar")


def test_control_the_same_storm_oversells_a_naive_shop(product):
    """If this ever fails, the two tests above prove nothing."""
    shop = product.create_shop("naive")
    oversold = []
    with other_server(product, shop, "tests.faults.naive_wsgi") as api:
        for _run in range(3):
            made = prepare(product, "naive", members=200, skus=[[1000, 20]])
            counts, _ = storm(api, [(member, [(made["skus"][0], 1)]) for member in made["members"]])
            oversold.append(counts[201, ""] - 20)
    print(f"naive stock check oversold by {oversold}")
    assert all(units > 0 for units in oversold)
    code = product.manage("audit", "naive", "--json", check=False).returncode
    assert code == 1
    forget(product, "naive")


def test_one_key_sent_twenty_times_places_one_order(product, bazaar):
    made = prepare(product, "bazaar", members=1, skus=[[500, 50]])
    job = (made["members"][0], [(made["skus"][0], 1)], "the-same-key")
    counts, _ = storm(bazaar["api"], [job] * 20, in_flight=20)
    assert set(counts) <= {(201, ""), (409, "in_progress")}, counts
    assert counts[201, ""] >= 1
    headers = {"Authorization": f"Bearer {made['members'][0]['token']}"}
    assert requests.get(f"{bazaar['api']}/orders", headers=headers, timeout=10).json()["count"] == 1
