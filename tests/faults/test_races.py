"""A thousand buyers for a hundred units; and proof that the harness would notice a wrong stock check."""

import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
import requests

from tests.e2e.driver import REPOSITORY, free_ports, wait_until
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


@contextmanager
def naive_server(product):
    port = free_ports(1)
    from saas.embedded.runtime_env import load

    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "tests.faults.naive_wsgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
    server = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**product.environment, **load(product.data), "WEIPU_POOL": "5"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: _answers(port), 30, "the naive server")
        yield port
    finally:
        import os

        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _answers(port):
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_control_the_same_storm_oversells_a_naive_shop(product):
    """If this ever fails, the two tests above prove nothing."""
    shop = product.create_shop("naive")
    oversold = []
    with naive_server(product) as port:
        api = shop["api"].replace(f":{product.port}/", f":{port}/")
        for _run in range(3):
            made = prepare(product, "naive", members=200, skus=[[1000, 20]])
            counts, _ = storm(api, [(member, [(made["skus"][0], 1)]) for member in made["members"]])
            oversold.append(counts[201, ""] - 20)
    print(f"naive stock check oversold by {oversold}")
    assert all(units > 0 for units in oversold)
    code = product.manage("audit", "naive", "--json", check=False).returncode
    assert code == 1
    _forget(product, "naive")


def _forget(product, slug):
    """Take the broken shop away again, so that later audits of everything are meaningful."""
    script = (
        "from django.db import connection, transaction\n"
        "from tenants.models import Domain, Due, OutboxEvent, Schema, Tenant\n"
        f"tenant = Tenant.objects.get(slug={slug!r})\n"
        "with transaction.atomic():\n"
        "    for model in (Due, OutboxEvent): model.objects.filter(shop=tenant.uuid).delete()\n"
        "    Domain.objects.filter(tenant=tenant).delete()\n"
        "    Schema.objects.filter(name=tenant.schema_name).delete()\n"
        "    connection.cursor().execute('DROP SCHEMA \"%s\" CASCADE' % tenant.schema_name)\n"
        "    Tenant.objects.filter(pk=tenant.pk).delete()\n"
    )
    product.manage("shell", "-c", script)


def test_one_key_sent_twenty_times_places_one_order(product, bazaar):
    made = prepare(product, "bazaar", members=1, skus=[[500, 50]])
    job = (made["members"][0], [(made["skus"][0], 1)], "the-same-key")
    counts, _ = storm(bazaar["api"], [job] * 20, in_flight=20)
    assert set(counts) <= {(201, ""), (409, "in_progress")}, counts
    assert counts[201, ""] >= 1
    headers = {"Authorization": f"Bearer {made['members'][0]['token']}"}
    assert requests.get(f"{bazaar['api']}/orders", headers=headers, timeout=10).json()["count"] == 1
