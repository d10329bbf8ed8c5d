"""The form of an activity: title, window, limits, what it stacks with. What else it asks, its tool's subclass says."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from shop.core.admin_base import ServiceForm
from shop.pricing.values import Stage
from shop.promotions.admin.items import ItemsField
from shop.promotions.contract import Promotion
from shop.promotions.drafts import ItemDraft, Problems, drafts_of, problems_of
from shop.promotions.models import Activity

STACKING = {
    Stage.PRICE: _("可与会员价、限时折扣同享"),
    Stage.REDUCTION: _("可与满减同享"),
    Stage.COUPON: _("可与优惠券同享"),
    Stage.POINTS: _("可用积分"),
}


def stacking_of(tool: Promotion) -> dict[Stage, Any]:
    """Return the switches that a tool's form shows: not that of its own step, of which a line takes one anyway."""
    return {stage: label for stage, label in STACKING.items() if stage != tool.stage}


def count_field(label: Any, *, least: int, most: int, **more: Any) -> forms.IntegerField:
    """Return a field for a number of a tool's rule."""
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=UnfoldAdminIntegerFieldWidget, **more
    )


class ActivityForm(ServiceForm):
    """An activity as a draft. A tool's form adds fields, and says in `rule` and `scope` what they mean.

    `asked` are fields of the tool's own, shown together as its rule; `limits` are the model's own fields that the tool
    counts, `more` those that stand folded below them. `has_stock`: whether it sells units of its own; None: when units
    are typed. `tool` is filled in by the page.
    """

    asked: ClassVar[Sequence[str]] = ()
    limits: ClassVar[Sequence[str]] = ()
    more: ClassVar[Sequence[str]] = ()
    has_stock: ClassVar[bool | None] = False
    tool: Promotion

    stacks = forms.TypedMultipleChoiceField(
        label=_("优惠叠加"),
        required=False,
        coerce=lambda number: Stage(int(number)),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("勾选的优惠可以和这个活动一起用在同一件商品上"),
    )

    class Media:
        css: ClassVar = {"all": ("weipu/product/product.css", "weipu/activity/activity.css")}

    class Meta:
        model = Activity
        fields = ("title", "starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stacks" not in self.fields:
            return  # the form of who may only look
        stored = self.instance if self.instance.pk else None
        switches: Any = self.fields["stacks"]
        switches.choices = [(stage.value, label) for stage, label in stacking_of(self.tool).items()]
        excluded = stored.excludes if stored else self._excluded_at_first()
        self.initial["stacks"] = [stage for stage, _label in switches.choices if stage not in excluded]
        if stored:
            self.initial.update(self.typed(stored.rule))
        if stored and "items" in self.fields:
            self._items.input.items = list(stored.items.all())

    def _excluded_at_first(self) -> list[int]:
        return [stage.value for stage in Stage if stage < Stage.POINTS] if self.tool.is_chosen else []

    @property
    def _items(self) -> ItemsField:
        field = self.fields["items"]
        assert isinstance(field, ItemsField)
        return field

    @property
    def asked_fields(self) -> list[Any]:
        """Return the fields of the tool's own rule."""
        return [self[name] for name in self.asked]

    @property
    def limit_fields(self) -> list[Any]:
        """Return the limits that the tool counts."""
        return [self[name] for name in self.limits]

    @property
    def more_fields(self) -> list[Any]:
        """Return the fields that stand folded."""
        return [self[name] for name in self.more]

    @property
    def more_is_used(self) -> bool:
        """Return whether a folded field holds something, or something wrong."""
        return any(name in self.errors or (self[name].value() or "0") not in ("0", 0) for name in self.more)

    def rule(self) -> dict[str, Any]:
        """Return the rule as it is stored; the form is valid."""
        return {}

    def typed(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stored rule as the fields show it."""
        return {name: rule[name] for name in self.asked if name in rule}

    def scope(self) -> dict[str, Any]:
        """Return what the activity holds for, as it is stored; {} where its SKUs say it."""
        return {}

    def drafts(self) -> Sequence[ItemDraft] | None:
        """Return the SKUs that were typed; None where the tool names none."""
        return self._items.input.drafts if "items" in self.fields else None

    def excludes(self) -> list[int]:
        """Return the stages that the activity shares no line with."""
        shown = stacking_of(self.tool)
        hidden = [stage for stage in self._excluded_at_first() if stage not in shown]
        stacks = self.cleaned_data.get("stacks", ())
        return sorted([*hidden, *(stage.value for stage in shown if stage not in stacks)])

    def filled(self) -> Activity:
        """Return the activity with everything that was typed."""
        activity: Activity = self.instance
        activity.tool = self.tool.code
        activity.rule, activity.scope, activity.excludes = self.rule(), self.scope(), self.excludes()
        typed = any(item.units for item in self.drafts() or ())
        activity.has_stock = typed if self.has_stock is None else self.has_stock
        return activity

    def _post_clean(self) -> None:
        """Put everything that is wrong with the draft where it was typed."""
        super()._post_clean()
        if "stacks" in self.fields and not self.errors:
            items = self.drafts()
            named = drafts_of(self.instance.items.all()) if items is None and self.instance.pk else items or ()
            self.show(problems_of(self.filled(), named))
            self._show_forgotten()

    def _show_forgotten(self) -> None:
        """Mark products that were chosen and left empty: they would be missing without anybody noticing."""
        forgotten = self._items.input.forgotten if "items" in self.fields else {}
        if forgotten:
            self._items.input.errors |= forgotten
        if forgotten and "items" not in self.errors:
            self.add_error("items", _("表格里有填错的地方，已标红"))

    def show(self, problems: Mapping[str, str] | Problems) -> None:
        """Put reasons at their fields; those of rows are drawn by the page."""
        for name, reason in problems.items():
            if name.startswith("items["):
                self._items.input.errors[self._items.place(name)] = reason
                if "items" not in self.errors:
                    self.add_error("items", _("表格里有填错的地方，已标红"))
            else:
                self.add_error(name if name in self.fields else None, reason)
