"""The pages of add-on purchases."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import YuanField, money
from shop.marketing.add_on.tool import CODE
from shop.promotions.admin import ActivityAdmin, ActivityForm, ItemsField, ScopeFields
from shop.promotions.admin.reading import Told
from shop.promotions.models import Activity


class AddOnForm(ScopeFields, ActivityForm):
    """From what amount of which goods on SKUs may be added at a low price."""

    threshold = YuanField(
        label=_("换购门槛"), help_text=_("按原价计算；换购的商品，以及按秒杀、套餐等活动单独下单的商品不算")
    )
    items = ItemsField(
        label=_("换购商品"),
        columns=("price", "units"),
        words={"price": _("换购价（元）"), "units": _("活动库存（选填）")},
    )
    asked = ("threshold",)
    limits = ("most_per_order", "most_per_member")
    more = ("most_per_phone", "most_per_address", "most_members")
    has_stock = None
    scope_title = _("计入门槛的商品")

    def rule(self) -> dict[str, Any]:
        """Return the rule: the amount that other goods must reach."""
        return {"threshold": self.cleaned_data.get("threshold")}


class AddOnAdmin(ActivityAdmin):
    """Add-on purchases."""

    tool = CODE
    form = AddOnForm
    change_form_template = "admin/promotions/scoped_form.html"
    price_title = _("换购价")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new one begins with: one unit an order, for it is sold below what it costs."""
        return {**super().get_changeform_initial_data(request), "most_per_order": 1}

    def terms(self, activity: Activity) -> list[Told]:
        """Return the amount that other goods must reach."""
        return [(_("换购门槛"), money(activity.rule.get("threshold")))]
