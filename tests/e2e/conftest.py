"""Shops with something in them, and shoppers' phones."""

import json

import pytest

from tests.e2e.browsing import furnish_more
from tests.e2e.catalogue import CATALOGUE
from tests.e2e.driver import Shopper
from tests.e2e.self_service import furnish

PASSWORD = "Lychee-2026-ok"


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
