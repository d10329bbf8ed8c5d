"""A draft that one person saves while another publishes it: what runs is what was carved."""

import pytest

from shop.core.errors import ShopError
from shop.inventory.models import StockItem
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import end_activity, publish_activity, save_activity
from tests.factories import make_sku
from tests.promotions.activities import make_activity
from tests.race import Meeting, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race
ROUNDS = 20


def draft_of(sku):
    return make_activity(items=[(sku, {"price": 600, "units": 3})], has_stock=True, published=False)


def carved(activity):
    return StockItem.objects.get(bucket=activity.key).on_hand


def test_a_draft_is_saved_before_it_is_published_or_not_at_all(committed_shop):  # noqa: F811
    sku = make_sku(price=1_000, stock=500)
    for _round in range(ROUNDS):
        activity = draft_of(sku)

        def save(activity=activity):
            return save_activity(Activity.objects.get(pk=activity.pk), items=[ItemDraft(sku.pk, 500, 5)])

        def publish(activity=activity):
            return publish_activity(activity, actor="test")

        results = together(committed_shop, save, publish)
        assert results[1] is None
        late = isinstance(results[0], ShopError)
        assert not late or results[0].code == "not_draft"
        item = ActivityItem.objects.get(activity=activity)
        assert (item.price, item.units, carved(activity)) == ((600, 3, 3) if late else (500, 5, 5))
        end_activity(Activity.objects.get(pk=activity.pk), actor="test")


def test_looking_at_the_state_first_changes_what_runs(committed_shop):  # noqa: F811
    """The control: a save that only looks whether it is a draft changes what another has published."""
    activity = draft_of(make_sku(price=1_000, stock=50))
    meeting, published = Meeting(), Meeting()

    def naive():
        assert Activity.objects.get(pk=activity.pk).state == "DRAFT"
        meeting.wait()
        published.wait()
        ActivityItem.objects.filter(activity=activity).update(units=5)

    def publish():
        meeting.wait()
        publish_activity(activity, actor="test")
        published.wait()

    together(committed_shop, naive, publish)
    assert (ActivityItem.objects.get(activity=activity).units, carved(activity)) == (5, 3)
