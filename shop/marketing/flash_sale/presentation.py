"""Flash sales as shoppers see them: the sessions of today and tomorrow."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils import timezone

from shop.inventory.models import StockItem
from shop.marketing.flash_sale.models import CODE, ReminderSettings
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.presentation import activity_rows, database_time, shown

STEP = 5  # percent: what is left is nobody's business to the unit
Row = dict[str, Any]


def flash_sales() -> Row:
    """Return the database's time and the sessions that run or begin by the end of tomorrow, grouped by start.

    `reminder_template` is that of the message which tells of one, "" when the shop sends none.
    """
    now = database_time()
    sessions = list(shown().of_tool(CODE).filter(starts_at__lt=_end_of_tomorrow(now)))
    rows = zip(sessions, session_rows(sessions), strict=True)
    groups = groupby(rows, key=lambda pair: pair[0].starts_at)
    template = ReminderSettings.objects.current().template
    grouped = [_group(starts_at, list(pairs)) for starts_at, pairs in groups]
    return {"now": now, "reminder_template": template, "groups": grouped}


def _end_of_tomorrow(now: datetime) -> datetime:
    day = timezone.localtime(now).date() + timedelta(days=2)
    return timezone.make_aware(datetime.combine(day, time()))


def _group(starts_at: datetime, pairs: list[tuple[Activity, Row]]) -> Row:
    phase = pairs[0][0].phase  # type: ignore[attr-defined]  # a start is the same moment for all of them
    return {"starts_at": starts_at, "phase": phase, "sessions": [row for _session, row in pairs]}


def session_rows(sessions: Iterable[Activity]) -> list[Row]:
    """Return sessions with their items, each with the share sold in percent, rounded down to STEP."""
    found = list(sessions)
    sold = _sold(found)
    rows = activity_rows(found)
    for row in rows:
        for item in row["items"]:
            item["sold_percent"] = sold.get((row["key"], item["sku"]), 0)
    return rows


def _sold(sessions: list[Activity]) -> dict[tuple[str, str], int]:
    """Return (activity key, SKU key) → percent of the units that are sold or held."""
    stock = StockItem.objects.filter(bucket__in=[session.bucket for session in sessions if session.bucket])
    left = {
        (bucket, sku): units
        for bucket, sku, units in stock.annotate(left=F("on_hand") - F("reserved")).values_list(
            "bucket", "sku_id", "left"
        )
    }
    items = ActivityItem.objects.filter(activity__in=sessions, units__gt=0)
    return {
        (key, sku_key): max(units - left.get((key, sku), units), 0) * 100 // units // STEP * STEP
        for key, sku, sku_key, units in items.values_list("activity__key", "sku_id", "sku__key", "units")
    }
