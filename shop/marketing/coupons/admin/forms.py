"""The forms of coupons: what one gives, to whom it is issued, how many codes are made."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from shop.catalog.admin_widgets import MomentField
from shop.core.admin_base import ServiceForm
from shop.core.admin_fields import DiscountField
from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.services import Segment
from shop.marketing.coupons.services.codes import MOST_CODES
from shop.members.models import Level
from shop.promotions.admin.forms import STACKING
from shop.promotions.admin.scope import ScopeFields

Kind = CouponTemplate.Kind
DAYS, DATES = "DAYS", "DATES"
COLUMNS = (
    *("title", "given", "kind", "value", "share_bp", "cap", "threshold"),
    *("valid_from", "valid_until", "days_after", "days_valid", "claim_from", "claim_until"),
    *("total", "most_per_member", "is_stackable"),
)
MOMENTS = {"valid_from", "valid_until", "claim_from", "claim_until"}
STACKS = {stage: label for stage, label in STACKING.items() if stage.name != "COUPON"}


class CouponForm(ScopeFields, ServiceForm):
    """A template as a draft."""

    share_bp = DiscountField(label=_("打几折"), required=False)
    validity = forms.ChoiceField(
        label=_("有效期"),
        choices=((DAYS, _("领取后几天内")), (DATES, _("固定日期"))),
        initial=DAYS,
        widget=UnfoldAdminRadioSelectWidget,
    )
    stacks = forms.TypedMultipleChoiceField(
        label=_("优惠叠加"),
        required=False,
        coerce=int,
        choices=[(stage.value, label) for stage, label in STACKS.items()],
        initial=[stage.value for stage in STACKS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Media:
        css: Any = {"all": ("weipu/product/product.css", "weipu/activity/activity.css")}

    class Meta:
        model = CouponTemplate
        fields = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stacks" not in self.fields:
            return  # the form of who may only look
        for name in ("value", "days_after"):
            self.fields[name].required = False
        if stored := self.instance if self.instance.pk else None:
            self.initial["validity"] = DAYS if stored.days_valid else DATES
            self.initial["stacks"] = [stage.value for stage in STACKS if stage not in stored.excludes]
        elif not self.is_bound:
            self.initial.update({"days_valid": 7, "share_bp": None, "value": None})

    def clean(self) -> Any:
        """Return the values, with nothing left of what the chosen kind and validity do not ask."""
        values = super().clean()
        kind, dated = values.get("kind"), values.get("validity") == DATES
        values["value"] = (values.get("value") or 0) if kind != Kind.PERCENT else 0
        values["share_bp"] = (values.get("share_bp") or 0) if kind == Kind.PERCENT else 0
        values["cap"] = values.get("cap") if kind == Kind.PERCENT else None
        if dated:
            values["days_after"], values["days_valid"] = 0, None
        else:
            values["valid_from"] = values["valid_until"] = None
            values["days_after"] = values.get("days_after") or 0
        for name, wrong, reason in (
            ("value", kind == Kind.FIXED and values["value"] < 1, _("请填写面额")),
            ("value", kind == Kind.FIXED and _takes_all(values), _("面额要小于使用门槛；不设门槛请把门槛填成 0")),
            ("share_bp", kind == Kind.PERCENT and not 1 <= values["share_bp"] <= 9_999, _("请填写折扣，例如 8.5")),
            ("cap", values["cap"] is not None and values["cap"] < 1, _("最少 0.01 元，不填表示不限")),
            ("days_valid", not dated and not values.get("days_valid"), _("请填写天数")),
            ("valid_from", dated and not values.get("valid_from"), _("请填写日期")),
            ("valid_until", dated and not values.get("valid_until"), _("请填写日期")),
            ("valid_until", _ends_first(values, "valid"), _("结束时间要晚于开始时间")),
            ("claim_until", _ends_first(values, "claim"), _("结束时间要晚于开始时间")),
        ):
            if wrong and name not in self.errors:
                self.add_error(name, reason)
        return values

    def filled(self) -> CouponTemplate:
        """Return the template with everything that was typed; the form is valid."""
        template: CouponTemplate = self.instance
        template.scope = self.scope()
        stacks = self.cleaned_data.get("stacks", ())
        template.excludes = [stage.value for stage in STACKS if stage.value not in stacks]
        return template


def _takes_all(values: dict[str, Any]) -> bool:
    """Return whether the orders that a coupon asks for would cost nothing with it."""
    return 0 < (values.get("threshold") or 0) <= values["value"]


def _ends_first(values: dict[str, Any], name: str) -> bool:
    start, end = values.get(f"{name}_from"), values.get(f"{name}_until")
    return bool(start and end and end <= start)


class IssueForm(forms.Form):
    """Which members get a coupon; `token` names the form, so that it counts once."""

    levels = forms.ModelMultipleChoiceField(
        label=_("会员等级"),
        queryset=Level.objects.order_by("threshold"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("不勾表示所有等级"),
    )
    registered_since = MomentField(label=_("注册时间不早于"), required=False, help_text=_("不填表示不限"))
    ordered = forms.ChoiceField(
        label=_("下单情况"),
        choices=(("", _("不限")), ("1", _("下过单")), ("0", _("没下过单"))),
        required=False,
        widget=UnfoldAdminRadioSelectWidget,
    )
    token = forms.CharField(label="", widget=forms.HiddenInput, max_length=40, initial=lambda: secrets.token_hex(8))

    def segment(self) -> Segment:
        """Return the members that are meant."""
        values = self.cleaned_data
        levels = [level.pk for level in values["levels"]]
        ordered = {"1": True, "0": False}.get(values["ordered"])
        return Segment(levels, values["registered_since"], ordered)


class CodesForm(forms.Form):
    """How many codes are made, and what the batch is called."""

    count = forms.IntegerField(
        label=_("数量"), min_value=1, max_value=MOST_CODES, initial=100, widget=UnfoldAdminIntegerFieldWidget
    )
    batch = forms.CharField(
        label=_("批次"), max_length=40, widget=UnfoldAdminTextInputWidget, help_text=_("例如 双十一宣传单")
    )
