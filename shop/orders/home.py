"""What the home page says of orders."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import money
from shop.core.home import Figure, Task
from shop.orders.models import DayOfSales, Order

State = Order.State
CHART_DAYS = 30


def tasks(user: Any) -> list[Task]:
    """Return how many orders wait to be shipped and to be paid."""
    if not user.has_perm("orders.view_order"):
        return []
    orders = reverse("admin:orders_order_changelist")
    counts = Order.objects.counts()
    return [
        Task(_("待发货"), counts[State.TO_SHIP], f"{orders}?state={State.TO_SHIP}"),
        Task(_("待付款"), counts[State.UNPAID], f"{orders}?state={State.UNPAID}", quiet=True),
    ]


def placed_today(user: Any) -> list[Figure]:
    """Return how many orders were placed today, paid or not."""
    if not user.has_perm("orders.view_order"):
        return []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    placed = Order.objects.filter(created_at__gte=midnight).aggregate(
        orders=Count("pk"), buyers=Count("member", distinct=True)
    )
    return [Figure(_("今日下单"), placed["orders"], _("%(count)s 位买家") % {"count": placed["buyers"]})]


def paid_today(month: Sequence[DayOfSales]) -> list[Figure]:
    """Return what was paid on the last of the days, beside the day before."""
    if not month:
        return []
    before, now = month[-2:]
    return [
        Figure(_("今日付款订单"), now.orders, _("昨日 %(count)s") % {"count": before.orders}),
        Figure(_("今日收款"), money(now.paid), _("昨日 %(count)s") % {"count": money(before.paid)}),
    ]


def sales_of_the_month(user: Any) -> list[DayOfSales]:
    """Return the last CHART_DAYS days with today at the end, days without a payment too; [] for who may not see."""
    if not user.has_perm("orders.view_order"):
        return []
    first = timezone.localdate() - timedelta(days=CHART_DAYS - 1)
    sold = {row.day: row for row in Order.objects.sales_by_day(first)}
    days = [first + timedelta(days=index) for index in range(CHART_DAYS)]
    return [sold.get(day, DayOfSales(day, 0, 0)) for day in days]
