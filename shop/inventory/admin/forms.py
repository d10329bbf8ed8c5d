"""Forms about stock."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from shop.catalog.models import Category
from shop.inventory.counting import Scope
from shop.inventory.levels import Why
from shop.inventory.models import StockItem, StockMove

MOST_UNITS = 10**6
MOST_UPLOAD = 5_000_000  # bytes of a count file
CAUSES = [("", _("请选择")), *StockMove.Cause.choices]


def _units(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget, show_hidden_initial=True, **options
    )


class WhyForm(forms.Form):
    """Why units are more or fewer; posted once per page that was shown."""

    cause = forms.ChoiceField(label=_("原因"), choices=CAUSES, required=False, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        label=_("说明"),
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("可以不填，例如供货单号；原因选“其他”时要写"),
    )
    ref = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["ref"] = f"adjust-{uuid4().hex}"
        super().__init__(data, **kwargs)

    def moves(self) -> bool:
        """Return whether any units are asked for."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Return the values; whoever moves units says why."""
        values = super().clean() or {}
        if self.moves():
            if not values.get("cause"):
                self.add_error("cause", _("请选择原因"))
            if values.get("cause") == StockMove.Cause.OTHER and not values.get("note"):
                self.add_error("note", _("原因是“其他”，请写一下说明"))
        return values

    @property
    def why(self) -> Why:
        """Return the cause and the note."""
        return Why(self.cleaned_data["cause"], self.cleaned_data["note"])


class AdjustForm(WhyForm):
    """How many units more or less, and why."""

    delta = forms.IntegerField(
        label=_("增减数量"),
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("入库填正数，出库填负数，例如 10 或 -3"),
    )
    field_order = ("delta", "cause", "note", "ref")

    def clean_delta(self) -> int:
        """Return the change; it must be one."""
        if not self.cleaned_data["delta"]:
            raise forms.ValidationError(_("请填写增加或减少的数量"))
        return self.cleaned_data["delta"]

    def moves(self) -> bool:
        """Return True."""
        return True


class LevelsForm(forms.ModelForm):
    """What is kept back from sale, and when to warn."""

    class Meta:
        model = StockItem
        fields = ("safety", "low_at")
        widgets = {"safety": UnfoldAdminIntegerFieldWidget, "low_at": UnfoldAdminIntegerFieldWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
            field.max_value = MOST_UNITS  # type: ignore[attr-defined]


class BulkForm(WhyForm):
    """Units more or less, units kept back and warnings of many items; a field left as it was changes nothing."""

    def __init__(self, items: Sequence[StockItem], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"delta_{item.pk}"] = _units(label=_("增减数量"), min_value=-MOST_UNITS)
            self.fields[f"safety_{item.pk}"] = _units(label=_("安全库存"), min_value=0, initial=item.safety)
            self.fields[f"low_{item.pk}"] = _units(label=_("预警线"), min_value=0, initial=item.low_at)

    def rows(self) -> list[dict[str, Any]]:
        """Return each item with its three fields."""
        return [
            {"item": item, **{name: self[f"{name}_{item.pk}"] for name in ("delta", "safety", "low")}}
            for item in self.items
        ]

    def changed(self, name: str) -> dict[int, Any]:
        """Return stock item pk → value of the fields that differ from what the page showed."""
        fields = {f"{name}_{item.pk}": item.pk for item in self.items}
        return {
            pk: self.cleaned_data[field]
            for field, pk in fields.items()
            if field in self.changed_data and field in self.cleaned_data
        }

    def moves(self) -> bool:
        """Return whether units of any item are asked for."""
        return any(self.changed("delta").values())


class StartForm(forms.Form):
    """What to count."""

    what = forms.ChoiceField(
        label=_("盘点范围"),
        choices=[("all", _("全部商品")), ("category", _("一个分类")), ("codes", _("选定的规格"))],
        initial="all",
        widget=UnfoldAdminRadioSelectWidget,
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("分类"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("包括它的下级分类"),
    )
    codes = forms.CharField(
        label=_("SKU 编码"),
        required=False,
        max_length=40_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("每行一个"),
    )
    note = forms.CharField(label=_("说明"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the values; the chosen kind of scope must be filled in."""
        values = super().clean() or {}
        kind = values.get("what")
        if kind in {"category", "codes"} and not values.get(kind) and kind not in self.errors:
            self.add_error(kind, _("请填写这一项"))
        return values

    @property
    def scope(self) -> Scope:
        """Return what to count."""
        values = self.cleaned_data
        if values["what"] == "category":
            return Scope(category=values["category"].pk)
        codes = [code.strip() for code in values["codes"].splitlines() if code.strip()]
        return Scope(codes=codes) if values["what"] == "codes" else Scope()


class CountFileForm(forms.Form):
    """A filled-in count file, and when its goods were counted."""

    file = forms.FileField(
        label=_("填好的盘点表"),
        help_text=_("XLSX 或 CSV，要有“SKU 编码”和“实盘数量”两列；数量留空的行不动"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
    )
    moment = forms.ChoiceField(
        label=_("这些数量是什么时候数的"),
        choices=[
            ("now", _("刚刚数完，和现在的账面比")),
            ("opening", _("建单时数的，和那时的账面比")),
        ],
        initial="now",
        widget=UnfoldAdminRadioSelectWidget,
    )

    def clean_file(self) -> Any:
        """Return the file when it is small enough."""
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOAD:
            raise forms.ValidationError(_("文件太大，最多 5 MB"))
        return file
