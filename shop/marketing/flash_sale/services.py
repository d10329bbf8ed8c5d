"""Sessions of flash sales: made, made again for other hours, and announced to who wants to be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish_all
from shop.marketing.flash_sale.models import CODE, FlashSale, Reminder
from shop.marketing.flash_sale.tool import PAY_MINUTES
from shop.members.models import Member
from shop.pricing.values import Stage
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity, ActivityItem, ActivityQuerySet
from shop.promotions.services import save_activity
from tenants import due

LEAD = timedelta(minutes=3)  # how long before the start members are told
LATECOMERS_SECONDS = 20  # who asks later than that is told so soon
_OF_ITSELF = frozenset({"id", "key", "state", "views", "created_at", "starts_at", "ends_at"})
_TELL = """
UPDATE flash_sale_reminder SET told_at = now() WHERE activity_id = %s AND told_at IS NULL RETURNING member_id
"""


def draft_session(title: str, items: Sequence[ItemDraft], *, starts_at: datetime, **fields: Any) -> Activity:
    """Return a new session as a draft; `fields` are `ends_at` and limits of Activity.

    ShopError 422 `activity_invalid` for no items, no units, or a price that is not below the normal one.
    """
    session = FlashSale(
        tool=CODE,
        title=title,
        starts_at=starts_at,
        has_stock=True,
        excludes=[stage.value for stage in Stage if stage < Stage.POINTS],
        **{"pay_minutes": PAY_MINUTES, **fields},
    )
    return save_activity(session, items=items)


@transaction.atomic
def repeat_session(activity: Activity, *, starts: Iterable[datetime]) -> list[FlashSale]:
    """Return the same session once more for each of the other starts, as drafts with the same items and length.

    SKUs that were archived since are left out.
    """
    lasts = activity.ends_at - activity.starts_at
    items = list(activity.items.filter(sku__archived_at=None, sku__product__archived_at=None))
    columns = [column.attname for column in Activity._meta.concrete_fields if column.attname not in _OF_ITSELF]
    values = {column: getattr(activity, column) for column in columns}
    made = []
    for starts_at in sorted(set(starts)):
        session = FlashSale.objects.create(**values, starts_at=starts_at, ends_at=starts_at + lasts)
        ActivityItem.objects.bulk_create(
            ActivityItem(
                activity=session,
                sku_id=item.sku_id,
                price=item.price,
                units=item.units,
                details=item.details,
                position=item.position,
            )
            for item in items
        )
        made.append(session)
    return made


@transaction.atomic
def remind(member: Member, key: str) -> None:
    """Note that the member wants to be told before the session begins. Repeating has no effect.

    Activity.DoesNotExist for no session; ShopError 409 `already_started`.
    """
    session = Activity.objects.of_tool(CODE).filter(key=key, state=Activity.State.ON, ends_at__gt=Now()).get()
    coming = _coming(key).first()
    if coming is None:
        raise ShopError("already_started", _("已经开始，不用提醒了"), status=409, detail={"activity": session.key})
    Reminder.objects.bulk_create([Reminder(activity=coming, member=member)], ignore_conflicts=True)
    due.schedule("flash_sale.remind", key, after=max(coming.wait - LEAD, timedelta()))


def _coming(key: str) -> ActivityQuerySet:
    """Return the session if it has not begun, with `wait`: how long until it does, by the database's clock."""
    wait = ExpressionWrapper(F("starts_at") - Now(), output_field=DurationField())
    return Activity.objects.of_tool(CODE).coming().filter(key=key).annotate(wait=wait)


@transaction.atomic
def on_remind(key: str) -> due.Again | None:
    """Publish `activity.reminder` for each member who is to be told and was not; comes back until it begins."""
    session = _coming(key).first()
    if session is None:
        return None
    early = (session.wait - LEAD).total_seconds()
    if early > 0:
        return due.Again(early)
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [session.pk])
        members = [str(member) for (member,) in cursor.fetchall()]
    publish_all("activity.reminder", "member", members, activity=key)
    return due.Again(LATECOMERS_SECONDS)


def forget_member(member: int) -> None:
    """Remove what a member (pk) wanted to be told."""
    Reminder.objects.filter(member_id=member).delete()
