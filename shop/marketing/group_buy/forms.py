"""The form of a group buy: sizes with their prices, how long a group has, what happens when it stays incomplete."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from shop.core.money import yuan
from shop.marketing.group_buy.services import OPEN_NEW
from shop.marketing.group_buy.wording import SIZES
from shop.promotions import plugins
from shop.promotions.admin import ActivityForm, Column, ItemsField
from shop.promotions.admin.forms import count_field
from shop.promotions.admin.items import read_price
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import ActivityItem

MOST_SIZE, MOST_HOURS = 1_000, 720
REFUND = "REFUND"
WHEN_FULL = ((OPEN_NEW, _("自动开一个新团")), (REFUND, _("自动退款")))
POINTS, COUPON = "points", "coupon"
REWARDS = (("", _("没有")), (POINTS, _("送积分")), (COUPON, pgettext_lazy("heading", "送优惠券")))


def _column(place: int, label: Any) -> Column:
    def shows(item: ActivityItem) -> str:
        prices = item.details.get("prices") or []
        return yuan(prices[place]) if place < len(prices) else ""

    return Column(f"price_{place + 1}", label, read_price, shows)


def _size(label: Any, **more: Any) -> forms.IntegerField:
    field = count_field(label, least=2, most=MOST_SIZE, **more)
    field.widget.attrs["placeholder"] = " "  # the style sheet hides the prices of a size that is left empty
    return field


class GroupBuyForm(ActivityForm):
    """SKUs with a price for each size of a group."""

    size = _size(_("几人成团"), initial=3)
    size_2 = _size(_("第二档几人"), required=False, help_text=_("阶梯拼团：人数更多、价格更低，不填就只有一档"))
    size_3 = _size(_("第三档几人"), required=False)
    hours = count_field(
        _("成团时限（小时）"),
        least=1,
        most=MOST_HOURS,
        initial=24,
        help_text=_("从团长付款开始算，到时没满就按下面的规则处理"),
    )
    virtual_share = count_field(
        _("虚拟成团（%）"),
        least=0,
        most=99,
        initial=0,
        help_text=_("到时已付款人数达到百分之几，空位由虚拟成员补满、照常发货；0 表示不启用，没满就全部退款"),
    )
    when_full = forms.ChoiceField(
        label=_("付款时团已满或已结束"), choices=WHEN_FULL, initial=OPEN_NEW, widget=UnfoldAdminSelectWidget
    )
    shows_groups = forms.BooleanField(
        label=_("展示可以参加的团"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("商品页列出差人的团，陌生人也能直接参加"),
    )
    reward_kind = forms.ChoiceField(
        label=_("团长奖励"),
        choices=REWARDS,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("成团后送给团长，每个团一次"),
    )
    reward_points = count_field(_("奖励积分"), least=1, most=1_000_000, required=False)
    reward_coupon = forms.ChoiceField(label=_("奖励优惠券"), required=False, widget=UnfoldAdminSelectWidget)
    items = ItemsField(
        columns=("price", "price_2", "price_3", "units"),
        own=(_column(1, _("第二档（元）")), _column(2, _("第三档（元）"))),
        words={"price": _("拼团价（元）"), "units": _("活动库存（选填）")},
    )
    asked = (
        *SIZES,
        *("hours", "when_full", "virtual_share", "shows_groups", "reward_kind", "reward_points", "reward_coupon"),
    )
    limits = ("most_per_order", "most_per_member")
    more = ("most_per_phone", "most_per_address", "most_members")
    has_stock = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reward_coupon" in self.fields:
            coupons: Any = self.fields["reward_coupon"]
            coupons.choices = [("", "—"), *plugins.choices_of(COUPON)]

    def clean(self) -> Any:
        """Return the values; a reward says what is given."""
        values = super().clean()
        kind = values.get("reward_kind")
        for needed, name, reason in (
            (POINTS, "reward_points", _("请填写积分")),
            (COUPON, "reward_coupon", _("请选择正在发放的优惠券")),
        ):
            if kind == needed and not values.get(name) and name not in self.errors:
                self.add_error(name, reason)
        return values

    def _sizes(self) -> list[int]:
        return list(takewhile(bool, (self.cleaned_data.get(name) or 0 for name in SIZES)))

    def drafts(self) -> Sequence[ItemDraft] | None:
        """Return the SKUs that were typed, each with a price for every size."""
        items = super().drafts()
        count = max(len(self._sizes()), 1)

        def priced(item: ItemDraft) -> ItemDraft:
            prices = [item.price, item.details.get("price_2"), item.details.get("price_3")]
            return replace(item, details={"prices": prices[:count]})

        return None if items is None else [priced(item) for item in items]

    def rule(self) -> dict[str, Any]:
        """Return the rule as it is stored."""
        values = self.cleaned_data
        plain = {name: values.get(name) for name in ("hours", "when_full", "virtual_share", "shows_groups")}
        return {"sizes": self._sizes(), **plain, "leader_reward": self._reward()}

    def _reward(self) -> dict[str, Any] | None:
        values = self.cleaned_data
        if values.get("reward_kind") == POINTS:
            return {"kind": POINTS, "quantity": values.get("reward_points"), "ref": ""}
        if values.get("reward_kind") == COUPON:
            return {"kind": COUPON, "quantity": 1, "ref": values.get("reward_coupon")}
        return None

    def typed(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stored rule as the fields show it."""
        reward = rule.get("leader_reward") or {}
        sizes = zip(SIZES, rule.get("sizes", ()), strict=False)
        given = {
            "reward_kind": reward.get("kind", ""),
            "reward_points": reward.get("quantity") if reward.get("kind") == POINTS else None,
            "reward_coupon": reward.get("ref", ""),
        }
        return {**super().typed(rule), **dict(sizes), **given}
