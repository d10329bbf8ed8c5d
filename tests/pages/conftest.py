"""Chromium, and one running product, for everything that looks at pages."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import product  # noqa: F401
from tests.pages.checker import CHROMIUM

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # A page that a test hands over comes from nowhere, and would not be let to sockets on the loopback.
    "--disable-features=LocalNetworkAccessChecks",
]


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
