"""The list of a tool's activities: phase, window, and what came of each."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.catalog.admin_lists import short_moment
from shop.core.admin_base import ShopModelAdmin
from shop.core.admin_fields import money
from shop.promotions.admin.numbers import Numbers, numbers_of
from shop.promotions.admin.showing import summary_for_staff
from shop.promotions.contract import Promotion
from shop.promotions.models import Activity
from shop.promotions.registry import tools

Phase = Activity.Phase
STOPPED = "STOPPED"
LABELS = {
    Phase.DRAFT.value: "default",
    Phase.COMING.value: "warning",
    Phase.LIVE.value: "success",
    Phase.OVER.value: "info",
    STOPPED: "danger",
}


def shown_phase(activity: Any) -> tuple[str, Any]:
    """Return the phase of an activity (with_phase) and its name; while its time lasts, one that was ended is 已停止."""
    if activity.state == Activity.State.ENDED and activity.ends_at > timezone.now():
        return STOPPED, _("已停止")
    return activity.phase, Phase(activity.phase).label


class PhaseFilter(SimpleListFilter):
    """Activities by what their state and the clock make of them."""

    title = _("状态")
    parameter_name = "phase"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        """Return the phases."""
        return Phase.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the activities in the chosen phase."""
        return queryset.filter(phase=self.value()) if self.value() in Phase.values else queryset


class ActivityList(ShopModelAdmin):
    """The list of the activities of one tool."""

    class Media:
        css: ClassVar = {"all": (static("weipu/activity/activity.css"),)}

    tool: ClassVar[str]
    list_display = ("title_summary", "phase_label", "window", "views", "orders", "units", "paid")
    list_filter = (PhaseFilter,)
    search_fields = ("title",)
    search_help_text = _("活动名称")
    ordering = ("-pk",)

    @property
    def promotion(self) -> Promotion:
        """Return the tool."""
        return tools()[self.tool]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tool's activities with their phase."""
        rows: Any = Activity.objects.with_phase()
        found = self.model._default_manager.filter(tool=self.tool).annotate(phase=rows.query.annotations["phase"])
        return found.order_by(*self.ordering)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list with what came of each activity on the page: one query for all."""
        changelist = super().get_changelist_instance(request)
        found = numbers_of(self.tool, [row.key for row in changelist.result_list])
        for row in changelist.result_list:
            row.numbers = found.get(row.key, Numbers())
        if get_language() != settings.LANGUAGE_CODE:
            prefetch_related_objects(changelist.result_list, "items")
        return changelist

    @display(description=_("活动"), header=True, ordering="title")
    def title_summary(self, activity: Any) -> list[Any]:
        """Show what it is called and what shoppers read of it."""
        return [activity.title, summary_for_staff(activity)]

    @display(description=_("状态"), label=LABELS)
    def phase_label(self, activity: Any) -> tuple[str, Any]:
        """Show the phase with its colour."""
        return shown_phase(activity)

    @display(description=_("时间"), ordering="starts_at")
    def window(self, activity: Activity) -> str:
        """Show when it begins and ends."""
        return f"{short_moment(activity.starts_at)} – {short_moment(activity.ends_at)}"

    @display(description=_("付款订单"))
    def orders(self, activity: Any) -> int:
        """Show how many paid orders took part."""
        return activity.numbers.orders

    @display(description=_("件数"))
    def units(self, activity: Any) -> int:
        """Show how many units those bought in it."""
        return activity.numbers.units

    @display(description=_("成交额"))
    def paid(self, activity: Any) -> str:
        """Show what was paid for them, and what of it went back."""
        numbers = activity.numbers
        if not numbers.refunded:
            return money(numbers.paid)
        return gettext("%(paid)s（退 %(refunded)s）") % {
            "paid": money(numbers.paid),
            "refunded": money(numbers.refunded),
        }
