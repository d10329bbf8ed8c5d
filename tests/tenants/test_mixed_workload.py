"""Many threads, many shops, every way to use a connection: no read and no write goes astray."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tenants.postgresql.base import DatabaseWrapper
from tests.tenants import workload
from tests.tenants.canaries import plant
from tests.tenants.conftest import open_shops

SECONDS = 3
pytestmark = pytest.mark.race


@pytest.fixture
def four_shops(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 4) as opened:
        for ref in opened:
            plant(ref)
        yield opened


def test_persistent_connections_never_cross_shops(four_shops):
    found = workload.run(four_shops, SECONDS)
    assert found.wrong == []
    assert set(found.requests) == set(workload.Worker.KINDS)
    assert sum(found.requests.values()) > 200


def test_pooled_connections_never_cross_shops(four_shops):
    done = subprocess.run(
        [sys.executable, "-m", "tests.tenants.workload", str(SECONDS), *[ref.slug for ref in four_shops]],
        env={**os.environ, "WEIPU_POOL": "4", "DJANGO_SETTINGS_MODULE": "saas.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["pool"], found["wrong"]) == (4, [])
    assert sum(found["requests"].values()) > 200


def test_the_workload_catches_a_connection_that_trusts_its_path_after_a_rollback(four_shops, monkeypatch):
    """The positive control: without forgetting the path on rollback, three runs of three go wrong."""
    parent = DatabaseWrapper.__mro__[1]
    monkeypatch.setattr(DatabaseWrapper, "rollback", parent.rollback)
    monkeypatch.setattr(DatabaseWrapper, "savepoint_rollback", parent.savepoint_rollback)
    for _ in range(3):
        assert workload.run(four_shops, 0.7).wrong != []
