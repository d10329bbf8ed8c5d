"""Installations with other tools: each of ours left out in turn, a third party's put in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.promotions.kits import KITS
from tests.settings import SERVICES

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "plugins" / "second_half"


def installation(*arguments, tools, **environ):
    """What a process answers that has these tools, on the database of these tests."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.promotions.installation", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform"), environ.pop("path", "")]),
            "WEIPU_DATABASE_URL": SERVICES.database.url("installations"),
            "WEIPU_MARKETING": ",".join(tools),
            **environ,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def used(django_db_setup):
    """Orders of a shop that used every tool: code → [number of an unpaid one, of a paid one]."""
    SERVICES.database.create("installations")
    return installation("use", "", tools=settings.MARKETING)


def test_every_tool_was_used(used):
    assert set(used) == {code for code in KITS if any(name.startswith(code) for name in settings.MARKETING)}


@pytest.mark.parametrize("code", sorted(KITS))
def test_without_a_tool_the_shop_sells_and_its_old_orders_end_well(used, code):
    app = next(name for name in settings.MARKETING if name.startswith(code))
    left = [name for name in settings.MARKETING if name != app]
    answer = installation("without", code, tools=left, ORDERS=json.dumps(used))
    assert code not in answer["installed"]
    assert app not in answer["apps"]
    assert (answer["sold"], answer["fresh"]) == ("PAID", {})
    assert (answer["shown"], answer["cancelled"], answer["refunded"], answer["old"]) == ([2, 2], True, True, {})


def test_a_package_of_a_third_party_sells_too(used, tmp_path):
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", str(SAMPLE), str(source)], check=True)
    subprocess.run([*command, "--target", str(tmp_path / "site"), str(source)], check=True, timeout=120)
    answer = installation(
        "sell",
        "second_half",
        tools=settings.MARKETING,
        path=str(tmp_path / "site"),
        WEIPU_PLUGINS="second_half",
    )
    assert "second_half" in answer["installed"]
    # 1,001 halved is 500; of five units two are second ones.
    assert (answer["lines"], answer["ledger"]) == ([5_005 - 1_000, 333], [["second_half", 1_000]])
    assert answer["unsound"] == {}


def test_a_package_that_is_not_installed_is_named(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "saas.settings", "WEIPU_PLUGINS": "nobody"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "WEIPU_PLUGINS names what is not installed: nobody" in done.stderr
