"""One furnished shop for everything that looks at pages."""

import pytest

from tests.pages.furnished import furnish, keys_of


@pytest.fixture(scope="session")
def furnished(product):
    """The furnished shop, and in `keys` what the addresses of its pages are made of."""
    made = furnish(product, "looks")
    return {**made, "keys": keys_of(product, made)}
