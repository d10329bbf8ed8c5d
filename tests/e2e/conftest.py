"""One running product per session for everything that needs the whole of it; Chromium, and shoppers' phones."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.browsing import furnish_more
from tests.e2e.catalogue import CATALOGUE
from tests.e2e.driver import REPOSITORY, Product, Shopper
from tests.e2e.self_service import furnish
from tests.pages.checker import CHROMIUM

ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # A page that a test hands over comes from nowhere, and would not be let to sockets on the loopback.
    "--disable-features=LocalNetworkAccessChecks",
]
PASSWORD = "Lychee-2026-ok"


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    build = tmp_path_factory.mktemp("h5") / "build"  # whoever wants the mini-program compiles it into there
    running = Product(tmp_path_factory.mktemp("product"), WEIPU_H5_BUILD=str(build)).up()
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


@pytest.fixture(scope="session")
def phone_shop(product, tmp_path_factory):
    made = product.create_shop("phone")
    folder = tmp_path_factory.mktemp("phone")
    lines = [json.dumps(each, ensure_ascii=False) for each in CATALOGUE]
    (folder / "products.jsonl").write_text("\n".join(lines), "utf-8")
    product.manage("import_catalogue", "phone", folder, "--json")
    return made


@pytest.fixture(scope="session")
def own_shop(product, tmp_path_factory):
    """A shop whose shoppers have orders in every state: see furnish."""
    return furnish(product, tmp_path_factory.mktemp("self"))


@pytest.fixture(scope="session")
def browsed_shop(product, tmp_path_factory):
    """A shop with more to look around in: see furnish_more."""
    return furnish_more(product, tmp_path_factory.mktemp("browse"), "browse")


@pytest.fixture
def shopper(phone_shop, request):
    """A shopper of the module's shop, logged in."""
    return Shopper(phone_shop["api"], request.node.name[-24:]).log_in()


@pytest.fixture
def phone(phones, shopper):
    """A phone whose shopper is logged in."""
    made = phones(shopper.name)
    with made.page.expect_response("**/auth/wechat-login"):
        made.open("/packages/order/orders/orders")
    return made


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


@pytest.fixture
def phones(browser, product, phone_shop, compiled):
    """Makes phones; in the end, whatever went wrong in any of them fails the test."""
    made = []

    def make(name, shop=None):
        from tests.e2e.phone import Phone

        made.append(Phone(browser, product, shop or phone_shop, name))
        return made[-1]

    yield make
    found = [f"{phone.name}: {problem}" for phone in made for problem in phone.unexpected()]
    for phone in made:
        phone.close()
    assert sorted(set(found)) == [], "\n".join(sorted(set(found)))


@pytest.fixture
def enter(phones, own_shop):
    """Returns the phone of a shopper of that shop, logged in, and the same shopper from outside."""

    def open_for(name):
        phone = phones(name, own_shop)
        with phone.page.expect_response("**/auth/wechat-login"):
            phone.open("/packages/order/orders/orders")
        return phone, Shopper(own_shop["api"], name).log_in()

    return open_for


@pytest.fixture
def desk(browser, phone_shop, phones):
    """The merchant's own browser, logged in to the back office."""
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{phone_shop['web']}/admin/login/")
    page.fill("[name=username]", "phone@example.com")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    yield page
    page.context.close()
