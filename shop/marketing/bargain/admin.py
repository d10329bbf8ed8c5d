"""The pages of bargains: the activities, and what shoppers launched in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldBooleanSwitchWidget

from shop.core.admin_fields import money
from shop.marketing.bargain.models import Bargain
from shop.marketing.bargain.services import TOOL
from shop.promotions.admin import ActivityAdmin, ActivityForm, ItemsField
from shop.promotions.admin.forms import count_field
from shop.promotions.admin.reading import Told
from shop.promotions.admin.records import ActivityFilter, RecordAdmin, latest, left_in_words, orders_of
from shop.promotions.models import Activity

MOST_HOURS = 720


class BargainForm(ActivityForm):
    """SKUs with their lowest prices, and how friends cut down to them."""

    helpers = count_field(
        _("砍到最低价要几刀"),
        least=2,
        most=100,
        initial=5,
        help_text=_("包括发起人自己的第一刀；最后一刀砍掉剩下的全部"),
    )
    hours = count_field(_("砍价时限（小时）"), least=1, most=MOST_HOURS, initial=24)
    pay_hours = count_field(_("砍完后几小时内下单"), least=1, most=MOST_HOURS, initial=24)
    most_helps = count_field(
        _("每人最多帮砍几次"), least=0, most=1_000, initial=0, help_text=_("整个活动里帮别人砍的次数，0 表示不限")
    )
    any_price = forms.BooleanField(
        label=_("没砍到最低价也能买"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("打开后，顾客随时可以按当前价格下单"),
    )
    items = ItemsField(columns=("price", "units"), words={"price": _("最低价（元）"), "units": _("活动库存（选填）")})
    asked = ("helpers", "hours", "pay_hours", "most_helps", "any_price")
    limits = ("most_per_member", "most_members")
    more = ("most_per_phone", "most_per_address")
    has_stock = None

    def rule(self) -> dict[str, Any]:
        """Return the rule as it is stored."""
        return {name: self.cleaned_data.get(name) for name in self.asked}


class BargainActivityAdmin(ActivityAdmin):
    """Activities in which shoppers bargain."""

    tool = TOOL
    form = BargainForm
    activity_template = "admin/bargain/activity.html"
    price_title = _("最低价")

    def terms(self, activity: Activity) -> list[Told]:
        """Return how the price is cut down."""
        rule = activity.rule
        return [
            (_("砍到最低价要几刀"), rule.get("helpers")),
            (_("砍价时限（小时）"), rule.get("hours")),
            (_("砍完后几小时内下单"), rule.get("pay_hours")),
            (_("每人最多帮砍几次"), rule.get("most_helps") or _("不限")),
            (_("没砍到最低价也能买"), _("是") if rule.get("any_price") else _("否")),
        ]

    def figures(self, activity: Activity) -> list[Told]:
        """Return what came of it, with the bargains that were launched and the cuts in them."""
        launched = Bargain.objects.filter(activity=activity)
        cuts = launched.aggregate(cuts=Sum("helped"))["cuts"] or 0
        return [
            *super().figures(activity),
            (_("发起砍价"), launched.count()),
            (_("砍到最低价"), launched.down().count()),
            (_("砍价刀数"), cuts),
        ]

    def parts(self, request: HttpRequest, activity: Activity) -> dict[str, Any]:
        """Return the newest bargains."""
        bargains = Bargain.objects.with_clock().select_related("member", "sku__product")
        found = latest(request, bargains, activity)
        rows = [{"record": bargain, "state": state_of(bargain)} for bargain in found.get("records", ())]
        return {**found, "rows_of_records": rows}


STATES: Mapping[str, Any] = {
    "OPEN": _("砍价中"),
    "DOWN": _("已到最低价"),
    "ORDERED": _("已下单"),
    "OVER": _("已过期"),
}


def state_of(bargain: Any) -> tuple[str, Any]:
    """Return how a bargain (with_clock) stands, as a code and in words."""
    code = bargain.state
    if code == Bargain.State.OPEN:
        code = "OVER" if not bargain.is_running else "OPEN" if bargain.missing else "DOWN"
    return code, STATES[code]


class BargainStateFilter(SimpleListFilter):
    """Bargains by how they stand."""

    title = _("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        """Return the states."""
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the bargains in the chosen state."""
        choice = self.value()
        if choice == "ORDERED":
            return queryset.filter(state=Bargain.State.ORDERED)
        running: Any = queryset.filter(state=Bargain.State.OPEN, is_running=choice != "OVER")
        if choice == "OVER":
            return running
        down = Bargain.objects.down().values("pk")
        chosen = {"OPEN": running.exclude(pk__in=down), "DOWN": running.filter(pk__in=down)}
        return chosen.get(choice or "", queryset)


class BargainAdmin(RecordAdmin):
    """Bargains that shoppers launched."""

    tool = TOOL
    record_template = "admin/bargain/bargain.html"
    list_display = ("goods", "state_label", "member_name", "progress", "price_now", "activity_title", "until")
    list_filter = (BargainStateFilter, ActivityFilter)
    search_fields = ("key", "order", "member__nickname", "sku__product__title")
    search_help_text = _("会员昵称、商品或订单号")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the bargains, each with whether it still runs."""
        return Bargain.objects.with_clock().select_related("activity", "member", "sku__product").order_by("-pk")

    @display(description=_("商品"), header=True)
    def goods(self, bargain: Bargain) -> list[Any]:
        """Show the product and the options."""
        return [bargain.sku.product.title, bargain.sku.option_text]

    @display(description=_("状态"), label={"OPEN": "info", "DOWN": "warning", "ORDERED": "success", "OVER": "default"})
    def state_label(self, bargain: Bargain) -> tuple[str, Any]:
        """Show how it stands with its colour."""
        return state_of(bargain)

    @display(description=_("发起人"))
    def member_name(self, bargain: Bargain) -> str:
        """Show who launched it."""
        return str(bargain.member.shown_name)

    @display(description=_("已砍"), ordering="helped")
    def progress(self, bargain: Bargain) -> str:
        """Show how many cuts were made of how many."""
        return f"{bargain.helped} / {len(bargain.cuts)}"

    @display(description=_("现价 / 最低价"))
    def price_now(self, bargain: Bargain) -> str:
        """Show what a unit costs now and at the end."""
        return f"{money(bargain.price)} / {money(bargain.lowest_price)}"

    @display(description=_("剩余时间"), ordering="ends_at")
    def until(self, bargain: Any) -> str:
        """Show how long it may still be cut or ordered."""
        return left_in_words(bargain.ends_at) if bargain.is_running else "—"

    def facts(self, record: Any) -> dict[str, Any]:
        """Return how it stands, its cuts with their members, and its order."""
        return {
            "state": state_of(record),
            "left": left_in_words(record.ends_at) if record.is_running else "",
            "cuts": record.helps.select_related("member"),
            "order": orders_of([record.order]).get(record.order),
        }
