import pytest

from tests.factories import make_address, make_member


@pytest.fixture
def member(shop):
    found = make_member()
    found.address = make_address(found)
    return found
