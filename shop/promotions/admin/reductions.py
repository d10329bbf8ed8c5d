"""The pages of tools whose rule has tiers, and which hold for goods by their kind."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from shop.promotions.admin.forms import ActivityForm
from shop.promotions.admin.pages import ActivityAdmin
from shop.promotions.admin.reading import Told
from shop.promotions.admin.scope import ScopeFields
from shop.promotions.admin.tiers import COUPON, TiersField, stored_tiers
from shop.promotions.models import Activity
from shop.promotions.plugins import choices_of


class ReductionForm(ScopeFields, ActivityForm):
    """A rule with tiers and what it holds for."""

    tiers = TiersField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "tiers" in self.fields:
            self.initial["tiers"] = stored_tiers(self.instance.rule)

    def rule(self) -> dict[str, Any]:
        """Return the rule as it is stored."""
        rule: dict[str, Any] = self.cleaned_data.get("tiers", {})
        return rule


class ReductionAdmin(ActivityAdmin):
    """Reductions from an amount or a number of units on."""

    form = ReductionForm
    change_form_template = "admin/promotions/reduction_form.html"

    def terms(self, activity: Activity) -> list[Told]:
        """Return the coupons that tiers give; what else they give, the summary and the gifts say."""
        perks = [perk for tier in activity.rule.get("tiers", ()) for perk in tier.get("perks", ())]
        refs = dict.fromkeys(perk.get("ref", "") for perk in perks if perk["kind"] == COUPON)
        named = dict(choices_of(COUPON)) if refs else {}
        return [(pgettext("heading", "送优惠券"), named.get(ref, _("优惠券（已停止发放）"))) for ref in refs]
