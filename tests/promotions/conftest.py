import pytest

from tests.factories import make_address, make_member


@pytest.fixture
def member(shop):
    found = make_member()
    found.address = make_address(found)
    return found


@pytest.fixture
def rounds(long_faults):
    """How often a race of full size is run."""
    return 20 if long_faults else 1
