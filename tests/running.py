"""One running product per session for everything that needs the whole of it, the mini-program in it, and Chromium."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.driver import REPOSITORY, Product
from tests.pages.checker import CHROMIUM

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # A page that a test hands over comes from nowhere, and would not be let to sockets on the loopback.
    "--disable-features=LocalNetworkAccessChecks",
]


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    build = tmp_path_factory.mktemp("h5") / "build"  # whoever wants the mini-program compiles it into there
    # With WEIPU_BENCH answers name the process that they came from.
    running = Product(tmp_path_factory.mktemp("product"), WEIPU_H5_BUILD=str(build), WEIPU_BENCH="1").up()
    yield running
    running.down()


@pytest.fixture(scope="session")
def compiled(product):
    """The mini-program compiled with the test adapters, where the product looks for it."""
    tools = REPOSITORY / "miniprogram_template"
    node = shutil.which("node")
    if node is None or not (tools / "node_modules").is_dir():
        reason = "the mini-program cannot be compiled: `npm ci` in miniprogram_template wants Node.js 20"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    command = [node, "mpweb/build.mjs", "app", product.environment["WEIPU_H5_BUILD"], "--development"]
    done = subprocess.run(command, cwd=tools, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def browser():
    """Ends with its module: while it runs, Django takes the thread for an asynchronous one and refuses the database."""
    if not Path(CHROMIUM).exists():
        reason = f"{CHROMIUM} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()
