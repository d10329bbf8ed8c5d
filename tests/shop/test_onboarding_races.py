"""Two clicks on the sample goods at the same moment; the control shows that looking first is not enough."""

import pytest

from saas.samples import add_samples, remove_samples
from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.models import SampleRow
from tenants.context import using_shop
from tests.factories import make_sku
from tests.race import Meeting, together
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]


@pytest.fixture
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


def accepted(results):
    """What the calls did; one that came while the other ran did nothing."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, ShopError) and error.code == "samples_busy" for error in errors), errors
    return [result for result in results if not isinstance(result, Exception)]


def test_two_clicks_add_and_remove_once(arena):
    added = accepted(together(arena, *[lambda: add_samples(actor="owner")] * 2))
    assert sum(added) == 6 and Product.objects.count() == 6
    assert SampleRow.objects.filter(kind="PRODUCT").count() == 6
    removed = accepted(together(arena, *[lambda: remove_samples(actor="owner")] * 2))
    assert sum(removal.deleted for removal in removed) == 6
    assert (Product.objects.count(), SampleRow.objects.count()) == (0, 0)


def test_control_looking_first_adds_twice(arena):
    looked = Meeting()

    def naive():
        if not Product.objects.exists():
            looked.wait()
            make_sku()

    together(arena, naive, naive)
    assert Product.objects.count() == 2
