"""The start of an activity, as a worker does it: outside every transaction of its own."""

from tenants import due
from tenants.models import Due, OutboxEvent
from tests.promotions.activities import make_activity
from tests.shop.members import committed_shop  # noqa: F401


def test_the_start_is_published_and_done_at_the_first_try(committed_shop):  # noqa: F811
    activity = make_activity()
    (work,) = Due.objects.of(committed_shop.uuid, "promotions.start", activity.key)
    assert due.run(committed_shop.uuid, work.kind, work.ref, work.ticket)
    assert OutboxEvent.objects.filter(topic="activity.started", ref=activity.key).count() == 1
    assert not Due.objects.of(committed_shop.uuid, "promotions.start", activity.key).exists()
