"""The last unit of an activity, wanted by many at the same moment."""

import pytest

from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.models import Use
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import buy, make_activity, unsound
from tests.race import Meeting, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race
ROUNDS = 20


@pytest.fixture
def buyer(committed_shop):  # noqa: F811
    found = make_member()
    found.address = make_address(found)
    return found


def test_the_last_unit_at_the_price_is_sold_once(committed_shop, buyer):  # noqa: F811
    sku = make_sku(price=1_000, stock=100)
    activity = make_activity(items=[(sku, {"price": 600})], most_per_member=1)
    for _round in range(ROUNDS):
        results = together(committed_shop, *[lambda: buy(buyer, (sku, 1), expected_total=600)] * 4)
        placed = [each for each in results if isinstance(each, Order)]
        refusals = {each.code for each in results if isinstance(each, ShopError)}
        assert (len(placed), refusals <= {"limit_exceeded", "price_changed"}, len(results)) == (1, True, 4)
        assert Use.objects.get(activity=activity, kind="MEMBER").units == 1
        orders.mark_cancelled(placed[0], Order.CancelReason.MEMBER, actor="test")
    assert unsound() == {}


def test_looking_first_sells_it_more_than_once(committed_shop, buyer):  # noqa: F811
    """The control: a count that is read and then written lets both orders have the last unit."""
    for _round in range(3):
        activity = make_activity(most_per_member=1)
        use = Use.objects.create(activity=activity, kind="MEMBER", subject=str(buyer.pk), units=0)
        meeting = Meeting()
        sold = []

        def naive(activity=activity, use=use, meeting=meeting, sold=sold):
            left = activity.most_per_member - Use.objects.get(pk=use.pk).units
            meeting.wait()
            if left >= 1:
                Use.objects.filter(pk=use.pk).update(units=1)
                sold.append(1)

        together(committed_shop, naive, naive)
        assert sum(sold) == 2
