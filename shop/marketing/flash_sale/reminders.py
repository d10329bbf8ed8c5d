"""Telling members that a flash sale is about to begin: who wants it, when the shop says so, and the message."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.errors import ShopError
from shop.core.events import publish_all
from shop.core.miniprogram import flash_sale_page
from shop.marketing.flash_sale.models import CODE, Reminder, ReminderSettings
from shop.members.messages import check_template, close, deliver
from shop.members.models import Member
from shop.promotions.models import Activity, ActivityQuerySet
from shop.promotions.presentation import shown
from tenants import due

LEAD = timedelta(minutes=3)  # how long before the start members are told
LATECOMERS_SECONDS = 20  # who asks later than that is told so soon
MOMENT = "%Y年%m月%d日 %H:%M"  # how WeChat takes a value of kind "time" or "date"
_TELL = """
UPDATE flash_sale_reminder SET told_at = now() WHERE activity_id = %s AND told_at IS NULL RETURNING member_id
"""


@transaction.atomic
def remind(member: Member, key: str, *, template: str = "") -> None:
    """Note that the member wants to be told before the session begins. Repeating has no effect.

    `template` is that of the message which the member agreed to get from WeChat, "" for none.
    Activity.DoesNotExist for no session; ShopError 409 `already_started`, 422 `template_unknown`.
    """
    session = Activity.objects.of_tool(CODE).filter(key=key, state=Activity.State.ON, ends_at__gt=Now()).get()
    coming = _coming(key).first()
    if coming is None:
        raise ShopError("already_started", gettext_lazy("已经开始，不用提醒了"), status=409, detail={"activity": key})
    if template:
        check_template(template, ReminderSettings.objects.current().template)
    row = Reminder(activity=session, member=member, template=template)
    Reminder.objects.bulk_create([row], ignore_conflicts=True)
    if template:
        Reminder.objects.filter(activity=session, member=member, told_at=None).update(template=template)
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


def send(member: int, key: str) -> None:
    """Send a member (pk) the message about a session, if that was agreed to and the session is still on.

    WechatError when WeChat cannot take it now. Never inside a transaction.
    """
    wanted = Reminder.objects.filter(member=member, activity__key=key, state=Reminder.State.ACCEPTED)
    reminder = wanted.exclude(template="").select_related("member", "activity").first()
    if reminder is None:
        return
    settings = ReminderSettings.objects.current()
    session = shown().filter(pk=reminder.activity_id).first()
    if session is None or settings.template != reminder.template:
        close(reminder, Reminder.State.NOT_NEEDED)
        return
    words = {
        settings.title_field: session.title,
        settings.time_field: localtime(session.starts_at).strftime(MOMENT),
        settings.note_field: _("马上开抢，数量有限"),
    }
    deliver(reminder, flash_sale_page(key), words)


def reminded(member: Member) -> list[str]:
    """Return the keys of the sessions to come of which the member wants to be told."""
    coming = Activity.objects.of_tool(CODE).coming()
    mine = Reminder.objects.filter(member=member, activity__in=coming)
    return list(mine.order_by("pk").values_list("activity__key", flat=True))


def forget_member(member: int) -> None:
    """Remove what a member (pk) wanted to be told."""
    Reminder.objects.filter(member_id=member).delete()
