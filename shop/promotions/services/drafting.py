"""Drafts of activities: written, copied, thrown away. What is published no longer changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.promotions.drafts import ItemDraft, drafts_of, problems_of
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.registry import config_of

State = Activity.State
_RULES = (
    *("title", "starts_at", "ends_at", "rule", "scope", "excludes", "group", "priority", "has_stock", "pay_minutes"),
    *("most_per_order", "most_per_member", "most_per_phone", "most_per_address", "most_members"),
)


@transaction.atomic
def save_activity(activity: Activity, *, items: Sequence[ItemDraft] | None = None) -> Activity:
    """Store a draft with the SKUs that it names (None: those that it has), and the line that shoppers read.

    ShopError: 409 `not_draft`; 422 `activity_invalid`, whose detail names fields and rows (`items[0].price`).
    """
    named = drafts_of(activity.items.all()) if items is None and activity.pk else list(items or ())
    if problems := problems_of(activity, named):
        raise ShopError("activity_invalid", _("活动没有保存，请修改标出的地方"), status=422, detail=problems)
    activity.summary = summary_of(activity, named)
    if activity.pk is None:
        activity.state = State.DRAFT
        activity.save(force_insert=True)
    else:
        values = {name: getattr(activity, name) for name in (*_RULES, "summary")}
        if not Activity.objects.filter(pk=activity.pk, state=State.DRAFT).update(**values):
            raise _not_draft()
    if items is not None:
        _store_items(activity, named)
    return activity


def summary_of(activity: Activity, items: Sequence[ItemDraft], *, language: str = settings.LANGUAGE_CODE) -> str:
    """Return the line that shoppers read of an activity, in the shop's language whoever writes it, or in `language`."""
    config = config_of(activity.tool)
    if not config or not config.summary:
        return ""
    with translation.override(language):
        text: str = import_string(config.summary)(activity, items)
    return text[:120]


def _store_items(activity: Activity, items: Iterable[ItemDraft]) -> None:
    """Replace the SKUs of a draft; its row is locked by the update before."""
    ActivityItem.objects.filter(activity_id=activity.pk).delete()
    ActivityItem.objects.bulk_create(
        ActivityItem(
            activity_id=activity.pk,
            sku_id=item.sku,
            price=item.price,
            units=item.units,
            details=dict(item.details),
            position=position,
        )
        for position, item in enumerate(items)
    )


@transaction.atomic
def copy_activity(activity: Activity) -> Activity:
    """Return a new draft like an activity, for the SKUs that are still sold; it lasts as long, and begins by now."""
    values = {name: getattr(activity, name) for name in (*_RULES, "tool", "summary")}
    begins = max(activity.starts_at, _this_minute())
    values["starts_at"], values["ends_at"] = begins, begins + (activity.ends_at - activity.starts_at)
    values["title"] = f"{activity.title[:34]}{_('（复制）')}"
    copied = type(activity)._default_manager.create(**values)
    still = activity.items.filter(sku__archived_at=None, sku__product__archived_at=None)
    _store_items(copied, drafts_of(still))
    return copied


def _this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


@transaction.atomic
def delete_activity(activity: Activity) -> None:
    """Throw a draft away. ShopError 409 `not_draft`."""
    draft = Activity.objects.select_for_update().filter(pk=activity.pk, state=State.DRAFT).first()
    if draft is None:
        raise _not_draft()
    draft.delete()


def _not_draft() -> ShopError:
    return ShopError("not_draft", _("活动已经发布，不能再修改"), status=409)
