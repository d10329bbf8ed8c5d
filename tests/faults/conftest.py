"""One running product per session for everything that needs the whole of it."""

import pytest

from tests.e2e.driver import Product


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    running = Product(tmp_path_factory.mktemp("product")).up()
    yield running
    running.down()
