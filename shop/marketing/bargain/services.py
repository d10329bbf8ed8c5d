"""Launching a bargain and helping with one. A cut is taken by one conditional UPDATE; no two helpers take the same."""

import json

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish
from shop.marketing.bargain.cutting import cuts_of
from shop.marketing.bargain.models import Bargain, Help
from shop.members.models import Member
from shop.members.services.locks import lock_member
from shop.promotions.models import Activity, ActivityItem
from tenants.models import new_key

TOOL = "bargain"

_LAUNCH = """
INSERT INTO bargain_bargain
    (key, activity_id, member_id, sku_id, normal_price, cuts, helped, cut, state, "order", ends_at)
SELECT %s, activity.id, %s, %s, %s, %s::jsonb, 0, 0, 'OPEN', '',
       LEAST(activity.ends_at, now() + make_interval(hours => %s))
FROM promotions_activity activity
WHERE activity.id = %s AND activity.state = 'ON' AND activity.starts_at <= now() AND activity.ends_at > now()
RETURNING id
"""

_COUNT = """
INSERT INTO bargain_helpcount AS stored (activity_id, member_id, helps) VALUES (%s, %s, 1)
ON CONFLICT (activity_id, member_id) DO UPDATE SET helps = stored.helps + 1 WHERE %s = 0 OR stored.helps < %s
"""

# Once the price is down there are `pay_hours` to order.
_CUT = """
UPDATE bargain_bargain bargain
SET helped = helped + 1, cut = cut + (cuts->>helped)::bigint,
    ends_at = CASE WHEN helped + 1 = jsonb_array_length(cuts)
                   THEN LEAST(activity.ends_at, now() + make_interval(hours => (activity.rule->>'pay_hours')::int))
                   ELSE bargain.ends_at END
FROM promotions_activity activity
WHERE activity.id = bargain.activity_id AND activity.state = 'ON' AND bargain.id = %s AND bargain.state = 'OPEN'
  AND bargain.ends_at > now() AND helped < jsonb_array_length(cuts)
RETURNING helped, (cuts->>(helped - 1))::bigint, helped = jsonb_array_length(cuts)
"""


@transaction.atomic
def launch(member: Member, activity_key: str, sku_key: str) -> Bargain:
    """Return the member's new bargain for a SKU, with his own cut taken; the one that runs already, if there is one.

    ShopError 409 `activity_over`.
    """
    item = ActivityItem.objects.select_related("activity", "sku").filter(
        activity__in=Activity.objects.of_tool(TOOL).live(), activity__key=activity_key, sku__key=sku_key
    )
    found = item.first()
    if found is None or found.price is None:
        raise _over()
    lock_member(member)  # two taps at once launch one
    for running in Bargain.objects.of(member).running().filter(activity=found.activity, sku=found.sku).cheapest():
        return running
    bargain = _launched(member, found)
    _cut(bargain, member)
    publish("bargain.launched", "bargain", bargain.key)
    return Bargain.objects.get(pk=bargain.pk)


def _launched(member: Member, item: ActivityItem) -> Bargain:
    assert item.price is not None
    rule, normal = item.activity.rule, item.sku.price
    if normal - item.price < rule["helpers"]:  # the product became cheaper since
        raise _over()
    cuts = json.dumps(cuts_of(normal - item.price, rule["helpers"]))
    values = [new_key(), member.pk, item.sku_id, normal, cuts, rule["hours"], item.activity_id]
    with connection.cursor() as cursor:
        cursor.execute(_LAUNCH, values)
        row = cursor.fetchone()
    if row is None:
        raise _over()
    return Bargain.objects.select_related("activity").get(pk=row[0])


@transaction.atomic
def help_bargain(member: Member, key: str) -> Help:
    """Return the cut that the member made in somebody's bargain.

    ShopError: 409 `own_bargain`, `bargain_over`, `already_helped`, `help_limit_exceeded`. DoesNotExist.
    """
    bargain = Bargain.objects.select_related("activity").get(key=key)
    if bargain.member_id == member.pk:
        raise ShopError("own_bargain", _("不能给自己砍价，分享给好友吧"), status=409)
    _count(bargain, member)
    return _cut(bargain, member)


def _count(bargain: Bargain, member: Member) -> None:
    most = bargain.activity.rule.get("most_helps", 0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [bargain.activity_id, member.pk, most, most])
        if not cursor.rowcount:
            raise ShopError("help_limit_exceeded", _("这个活动里您最多帮砍 %(most)d 次") % {"most": most}, status=409)


def _cut(bargain: Bargain, member: Member) -> Help:
    with connection.cursor() as cursor:
        cursor.execute(_CUT, [bargain.pk])
        row = cursor.fetchone()
    if row is None:
        raise ShopError("bargain_over", _("这个砍价已经结束"), status=409)
    place, amount, is_down = row
    try:
        with transaction.atomic():
            made: Help = Help.objects.create(bargain=bargain, member=member, place=place, amount=amount)
    except IntegrityError as error:
        raise ShopError("already_helped", _("您已经帮砍过了"), status=409) from error
    if is_down:
        publish("bargain.completed", "bargain", bargain.key)
    return made


def _over() -> ShopError:
    return ShopError("activity_over", _("活动已结束或不存在"), status=409)


def take(order: str, member: int, activity: int, sku: int, *, again: bool = False) -> bool:
    """Use the member's cheapest bargain for an order (its number); False when there is none (any more).

    An order that is taken up `again` for late money uses the bargain that it had, though its time is over, and no
    other: that one may not be down to the price that was paid.
    """
    mine = Bargain.objects.filter(member=member, activity=activity, sku=sku, state=Bargain.State.OPEN)
    usable = mine.filter(order=order) if again else mine.filter(ends_at__gt=Now())
    chosen = mine.filter(pk__in=usable.cheapest().values("pk"))
    return chosen.update(state=Bargain.State.ORDERED, order=order) == 1


def free(order: str) -> None:
    """Let the bargain of an order that ended be ordered again, while its time lasts. Repeating has no effect."""
    Bargain.objects.filter(order=order, state=Bargain.State.ORDERED).update(state=Bargain.State.OPEN)
