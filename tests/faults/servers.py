"""Another web server beside the running product, of a module that changes something of it."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import requests

from tests.e2e.driver import REPOSITORY, free_ports, wait_until


@contextmanager
def other_server(product, shop, module, **environment):
    """The address of a shop's interface at a server of `module:application` with the product's database."""
    from saas.embedded.runtime_env import load

    port = free_ports(1)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", f"{module}:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
    server = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**product.environment, **load(product.data), "WEIPU_POOL": "5", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: _answers(port), 30, f"the server of {module}")
        yield shop["api"].replace(f":{product.port}/", f":{port}/")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _answers(port):
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def forget(product, slug):
    """Take a broken shop away again, so that later audits of everything are meaningful."""
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
