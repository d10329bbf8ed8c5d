"""The life of an activity: draft, published with its stock carved out, ended with what is left given back."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.reading import catalogue_changed
from shop.inventory import buckets
from shop.promotions.models import Activity
from tenants import due

State = Activity.State


@transaction.atomic
def publish_activity(activity: Activity, *, actor: str) -> None:
    """Let a draft run in its window, and carve its stock out of the shop's.

    ShopError: 409 `not_draft`, `activity_over`, `sold_out` when the shop has fewer units than the activity wants.
    """
    moved = Activity.objects.filter(pk=activity.pk, state=State.DRAFT, ends_at__gt=Now()).update(state=State.ON)
    if not moved:
        if Activity.objects.filter(pk=activity.pk, state=State.DRAFT).exists():
            raise ShopError("activity_over", _("结束时间已过，请修改后再发布"), status=409)
        raise ShopError("not_draft", _("活动已经发布过"), status=409)
    stored = Activity.objects.get(pk=activity.pk)
    if stored.has_stock:
        units = {item.sku_id: item.units for item in stored.items.all() if item.units}
        buckets.carve(stored.key, units, actor=actor)
    due.schedule("promotions.start", stored.key, after=stored.starts_at - timezone.now())
    due.schedule("promotions.end", stored.key, after=stored.ends_at - timezone.now())
    publish("activity.published", "activity", stored.key)
    catalogue_changed()


@transaction.atomic
def end_activity(activity: Activity, *, actor: str) -> bool:
    """End a published activity now: what is left of its stock goes back to the shop's. False when it is not running.

    Units that unpaid orders hold stay with them, and go to the shop's stock when those are cancelled.
    """
    if not Activity.objects.filter(pk=activity.pk, state=State.ON).update(state=State.ENDED):
        return False
    if activity.has_stock:
        buckets.drain(activity.key, actor=actor)
    due.cancel("promotions.start", activity.key)
    due.cancel("promotions.end", activity.key)
    publish("activity.ended", "activity", activity.key)
    catalogue_changed()
    return True


@transaction.atomic
def on_start(key: str) -> None:
    """Show that an activity runs now."""
    activity = Activity.objects.of_key(key)
    if activity and activity.state == State.ON:
        publish("activity.started", "activity", key)
        catalogue_changed()


def on_end(key: str) -> due.Again | None:
    """End an activity whose time is over, by the database's clock."""
    over = Activity.objects.filter(key=key, ends_at__lte=Now()).first()
    if over is None:
        return due.Again(1) if Activity.objects.filter(key=key, state=State.ON).exists() else None
    end_activity(over, actor="system")
    return None


@contextmanager
def coming_back(stock: Collection[tuple[int, str]]) -> Iterator[None]:
    """Let units of this stock (SKU pk, bucket) come back inside; those of activities that are over go to the shop's.

    The rows for both are locked at first, in key order as orders lock them. Ending an activity locks them too, so
    either it or the return sees the other.
    """
    carved = {(sku, key) for sku, key in stock if key}
    if carved:
        buckets.lock(stock)
    yield
    over = Activity.objects.filter(key__in={key for _sku, key in carved}, state=State.ENDED) if carved else ()
    for activity in over:
        skus = {sku for sku, key in carved if key == activity.key}
        buckets.drain(activity.key, actor="system", only=skus)


def count_view(key: str) -> None:
    """Count that somebody looked at an activity."""
    Activity.objects.filter(key=key, state=State.ON).update(views=F("views") + 1)
