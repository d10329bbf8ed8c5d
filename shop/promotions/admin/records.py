"""Lists of what members began in activities: groups, bargains. To look at; only orders change them."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.core.base import key_of
from shop.orders.models import Order
from shop.promotions.models import Activity

MOST_ACTIVITIES = 50  # of the filter, the newest first
LATEST = 8  # of the page of an activity


class ActivityFilter(SimpleListFilter):
    """Records of one activity."""

    title = gettext_lazy("活动")
    parameter_name = "activity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the tool's published activities."""
        published = Activity.objects.of_tool(model_admin.tool).exclude(state=Activity.State.DRAFT)
        return list(published.order_by("-pk").values_list("key", "title")[:MOST_ACTIVITIES])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the records of the chosen activity."""
        chosen = (self.value() or "").replace("\0", "")
        return queryset.filter(activity__key=chosen) if chosen else queryset


class RecordAdmin(ReadOnlyAdmin):
    """What members began in the activities of one tool: a list, and a page of each."""

    tool: ClassVar[str]
    record_template: ClassVar[str]
    list_filter: Sequence[Any] = (ActivityFilter,)
    ordering = ("-pk",)

    @display(description=gettext_lazy("活动"))
    def activity_title(self, record: Any) -> str:
        """Show the activity."""
        return str(record.activity)

    def facts(self, record: Any) -> dict[str, Any]:
        """Return what `record_template` needs beside `record`."""
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of a record."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        key = key_of(object_id)
        if not key:
            raise Http404
        record = get_object_or_404(self.get_queryset(request), pk=key)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(self.opts.verbose_name),
            "record": record,
            "activity": record.activity,
            "list_address": self.page("changelist"),
            "has_view_permission": True,
            **self.facts(record),
        }
        return TemplateResponse(request, self.record_template, context)


def latest(request: HttpRequest, records: QuerySet[Any], activity: Activity) -> dict[str, Any]:
    """Return the newest records of an activity for its page, with the way to all of them; {} for who may not look."""
    opts = records.model._meta
    if not request.user.has_perm(f"{opts.app_label}.view_{opts.model_name}"):
        return {}
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    own = records.filter(activity=activity)
    return {
        "records": list(own.order_by("-pk")[:LATEST]),
        "records_count": own.count(),
        "records_address": f"{address}?activity={activity.key}",
    }


def orders_of(numbers: Iterable[str]) -> dict[str, Order]:
    """Return number → order."""
    return {order.number: order for order in Order.objects.filter(number__in=[name for name in numbers if name])}


def left_in_words(until: Any) -> str:
    """Return how long it is until a moment: 2 天 3 小时, 3 小时 5 分; "" when it is over."""
    minutes = int((until - now()).total_seconds() // 60)
    if minutes < 0:
        return ""
    hours, minutes = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return _("%(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours_left}
    return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes}
