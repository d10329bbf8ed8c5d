"""The pages of tools whose rule has tiers, and which hold for goods by their kind."""

from typing import Any

from shop.promotions.admin.forms import ActivityForm
from shop.promotions.admin.pages import ActivityAdmin
from shop.promotions.admin.scope import ScopeFields
from shop.promotions.admin.tiers import TiersField, stored_tiers


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
