"""One running product per session for everything that needs the whole of it."""

import pytest

from tests.e2e.driver import Product


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    build = tmp_path_factory.mktemp("h5") / "build"  # whoever wants the mini-program compiles it into there
    running = Product(tmp_path_factory.mktemp("product"), WEIPU_H5_BUILD=str(build)).up()
    yield running
    running.down()
