"""The form of a product, and the draft it makes."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from shop.catalog import richtext
from shop.catalog.admin_problems import Reason, reasons
from shop.catalog.admin_widgets import (
    ChipsInput,
    FactsInput,
    MomentField,
    RelatedInput,
    RichTextInput,
    VariantsInput,
    category_choices,
)
from shop.catalog.drafts import AttributeDraft, LimitsDraft, ProductDraft, ScheduleDraft
from shop.catalog.models import Guarantee, Product, Tag
from shop.catalog.pictures import pictures_of
from shop.catalog.product_document import differences, document_of
from shop.catalog.rules import product_problems
from shop.catalog.variants import Malformed, Variants, read_variants
from shop.core.admin_base import ServiceForm
from shop.core.audit import latest_of
from shop.core.audit_words import Line, lines_of
from shop.core.models import AuditEntry
from shop.library.fields import PicturesField, VideoField
from tenants.models import new_key

MOST_PICTURES = 15
_TEXTS = ("code", "title", "subtitle", "keywords", "unit", "detail_html")
_FLAGS = ("is_new", "is_hot")
_LIMITS = ("least_per_order", "most_per_order", "most_per_member")
ON, TIMED, OFF = "ON", "TIMED", "OFF"
SHELF = ((ON, _("立即上架")), (TIMED, _("定时上架")), (OFF, _("暂不上架")))


def _units(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, max_value=10**6, required=False, widget=UnfoldAdminIntegerFieldWidget, **options
    )


class ProductForm(ServiceForm):
    """A whole product. Grid, attributes, tags and related products arrive as JSON, and leave as one draft."""

    code = forms.CharField(
        label=_("商品编码"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("不填会自动生成"),
    )
    pictures = PicturesField(
        label=_("图片"),
        most=MOST_PICTURES,
        cover=True,
        required=False,
        help_text=_("第一张是封面；拖动可以改变顺序，最多 15 张"),
    )
    video = VideoField(label=_("视频"), required=False)
    variants = forms.CharField(label=_("规格与价格"), widget=VariantsInput)
    facts = forms.CharField(label=_("参数"), required=False, widget=FactsInput)
    tags = forms.CharField(
        label=_("标签"), required=False, widget=ChipsInput, help_text=_("显示在商品上的小徽标，每个最多 12 个字")
    )
    related = forms.CharField(label=_("关联商品"), required=False, widget=RelatedInput)
    guarantees = forms.MultipleChoiceField(
        label=_("服务保障"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    shelf = forms.ChoiceField(label=_("上架"), choices=SHELF, widget=UnfoldAdminRadioSelectWidget)
    on_shelf_at = MomentField(label=_("上架时间"), required=False)
    off_shelf_at = MomentField(label=_("定时下架"), required=False, help_text=_("不填表示不自动下架"))
    least_per_order = _units(_("起购数量"), min_value=1, initial=1)
    most_per_order = _units(_("每单限购"), min_value=0, initial=0, help_text=_("0 表示不限"))
    most_per_member = _units(_("每人限购"), min_value=0, initial=0, help_text=_("按会员累计；0 表示不限"))
    edited_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields = (
            *("title", "subtitle", "code", "category", "brand", "unit", "kind", "keywords"),
            *(*_FLAGS, "detail_html"),
        )
        widgets = {"detail_html": RichTextInput}

    draft: ProductDraft
    grid: Variants
    fact_places: tuple[int, ...] = ()  # of each attribute that has a value: the row it came from
    summed_up = (_("表格里有填错的地方，已标红"), _("参数里有填错的地方"))
    # Filled in by the page: what is on hand of a product's SKUs (stock lies above the catalogue), who may type it.
    units: Callable[[Product | None], dict[int, int]]
    may_stock: bool = False
    newer: Sequence[Line] = ()  # what others changed since the page was opened
    newer_by: AuditEntry | None = None  # who did, where the log knows

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance if self.instance.pk else None
        if not self.fields.keys() >= {"variants", "shelf"}:
            return  # the form of who may only look
        fields: dict[str, Any] = self.fields
        if "category" in fields:
            fields["category"].choices = category_choices()
        names = Guarantee.objects.filter(is_for_all=False).values_list("name", flat=True)
        fields["guarantees"].choices = [(name, name) for name in names]
        fields["tags"].widget.suggestions = list(Tag.objects.values_list("name", flat=True))
        for name in ("variants", "facts", "related"):
            fields[name].widget.product = stored
        grid = fields["variants"].widget
        grid.units, grid.may_stock = self.units(stored), self.may_stock
        self.initial = {**self.initial, **_initial(stored)}
        self._take_newer_version()

    def _take_newer_version(self) -> None:
        """After a refusal for an old version, let the next attempt count as made on the present one."""
        refusal = getattr(self, "refusal", None)
        if refusal is not None and refusal.code == "product_changed" and self.is_bound:
            present = document_of(self.instance)
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            changed = differences(_document(self.data.get("opened")), present)
            self.newer = lines_of("catalog.product", *changed)
            self.newer_by = latest_of(self.instance, changed[1])
            data["edited_version"] = str(refusal.detail["present"])
            data["opened"] = json.dumps(present, ensure_ascii=False)
            self.data = data

    def clean_code(self) -> str:
        """Return the code typed, or a new one."""
        return self.cleaned_data["code"].strip() or self.instance.code or f"P{new_key()}"

    def clean_detail_html(self) -> str:
        """Return the text as it will be stored."""
        return richtext.clean(self.cleaned_data["detail_html"])

    def clean_tags(self) -> tuple[str, ...]:
        """Return the names."""
        text = self.cleaned_data["tags"].replace("，", "、").replace(",", "、")
        return tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split("、")))))

    def clean_facts(self) -> tuple[AttributeDraft, ...]:
        """Return the attributes that have a value."""
        rows = _json_list(self.cleaned_data["facts"])
        try:
            typed = [AttributeDraft(str(row["name"]).strip(), str(row["value"]).strip()) for row in rows]
        except (TypeError, KeyError) as error:
            raise ValidationError(_("页面数据有误，请刷新后重试")) from error
        # What a category asks for may be left empty.
        self.fact_places = tuple(at for at, fact in enumerate(typed) if fact.value)
        return tuple(fact for fact in typed if fact.value)

    def clean_related(self) -> tuple[str, ...]:
        """Return the codes."""
        return tuple(str(code) for code in _json_list(self.cleaned_data["related"]))

    def clean_variants(self) -> Variants:
        """Return the grid."""
        try:
            return read_variants(self.cleaned_data["variants"], self.cleaned_data.get("code") or self.instance.code)
        except Malformed as error:
            raise ValidationError(_("页面数据有误，请刷新后重试")) from error

    def clean(self) -> Any:
        """Make the draft and put every mistake at its field, row and cell."""
        values = super().clean()
        if self.fields.keys() >= {"variants", "shelf"} and "variants" in values and values.get("category"):
            self.grid = values["variants"]
            self.draft = self._draft(values)
            self._show(self.grid.problems)
            places = {problem.field: problem.reason for problem in product_problems(self.draft)}
            self._show({name: why for name, why in places.items() if self.grid.place(name) not in self.grid.problems})
            self._require_attributes(values)
        refusal = getattr(self, "refusal", None)
        if refusal is not None and hasattr(self, "grid"):
            self._show({name: str(why) for name, why in refusal.detail.items() if isinstance(why, str)})
        return values

    def reasons(self) -> list[Reason]:
        """Return what is wrong, for the list above the page."""
        return reasons(self)

    def parts_at_fault(self) -> set[str]:
        """Return the parts of the page that hold mistakes."""
        return {reason.part for reason in reasons(self)}

    def _require_attributes(self, values: dict[str, Any]) -> None:
        from shop.catalog.services.presets import wanted_attributes

        if "facts" in self.errors:
            return
        given = {fact.name for fact in values.get("facts") or ()}
        wanted = [row.name for row in wanted_attributes(values["category"].pk) if row.required]
        if missing := [name for name in wanted if name not in given]:
            self.add_error("facts", _("请填写必填参数：%(names)s") % {"names": "、".join(missing)})

    def _show(self, problems: dict[str, str]) -> None:
        """Put reasons where they belong; those of the grid and the attributes are drawn by the page itself."""
        for name, reason in problems.items():
            place = self.grid.place(name)
            if place in self.fields:
                if place in self.errors:
                    continue  # one reason is enough
                self.add_error(place, reason)
            elif found := re.match(r"attributes\[(\d+)\]", place):
                self._drawn("facts", f"attributes[{self.fact_places[int(found[1])]}]", reason)
            elif place.startswith(("rows", "options", "skus")):
                self._drawn("variants", place, reason)

    def _drawn(self, field: str, place: str, reason: str) -> None:
        self.fields[field].widget.errors[place] = reason
        if field not in self.errors:
            self.add_error(field, self.summed_up[0] if field == "variants" else self.summed_up[1])

    def _draft(self, values: dict[str, Any]) -> ProductDraft:
        shelf = values.get("shelf", OFF)
        typed: dict[str, Any] = {name: values.get(name) or "" for name in _TEXTS}
        typed |= {name: values[name] for name in _FLAGS}
        return ProductDraft(
            key=self.instance.key if self.instance.pk else "",
            category=values["category"].pk,
            brand=values["brand"].name if values.get("brand") else "",
            skus=self.grid.skus,
            options=self.grid.options,
            attributes=values.get("facts") or (),
            kind=values.get("kind") or Product.Kind.GOODS,
            is_on_shelf=shelf == ON,
            limits=LimitsDraft(**{name: values[name] for name in _LIMITS if values.get(name) is not None}),
            schedule=ScheduleDraft(values.get("on_shelf_at") if shelf == TIMED else None, values.get("off_shelf_at")),
            tags=values.get("tags") or (),
            guarantees=tuple(values.get("guarantees") or ()),
            related=values.get("related") or (),
            video=values["video"].key if values.get("video") else "",
            version=values.get("edited_version") if self.instance.pk else None,
            **typed,
        )

    def clean_on_shelf_at(self) -> Any:
        """Return the time; it must be given where the product waits for it."""
        moment = self.cleaned_data["on_shelf_at"]
        if self.data.get("shelf") == TIMED and moment is None:
            raise ValidationError(_("请填写上架时间"))
        return moment


def _document(text: str | None) -> dict[str, Any]:
    """Return the product as it was when the page was opened; {} when the page lost it."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json_list(text: str) -> list[Any]:
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("页面数据有误，请刷新后重试")) from error
    if not isinstance(found, list) or len(found) > 1000:
        raise ValidationError(_("页面数据有误，请刷新后重试"))
    return found


def _initial(product: Product | None) -> dict[str, Any]:
    """Return what the page starts with beside the columns of the product."""
    if product is None:
        return {"shelf": ON}
    facts = list(product.attributes.values("name", "value"))
    return {
        "pictures": pictures_of(product),
        "video": product.video,
        "facts": json.dumps(facts, ensure_ascii=False),
        "tags": "、".join(product.product_tags.values_list("tag__name", flat=True)),
        "guarantees": list(product.product_guarantees.values_list("guarantee__name", flat=True)),
        "related": json.dumps(list(product.related_products.values_list("related__code", flat=True))),
        "shelf": ON if product.is_on_shelf else TIMED if product.on_shelf_at else OFF,
        "detail_html": richtext.rendered(product.detail_html),
        "edited_version": product.version,
        "opened": json.dumps(document_of(product), ensure_ascii=False),
        **{name: getattr(product, name) for name in (*_LIMITS, "on_shelf_at", "off_shelf_at")},
    }
