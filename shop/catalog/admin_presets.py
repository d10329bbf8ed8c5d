"""Brands, tags, guarantees and templates in the back office."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from shop.catalog import services
from shop.catalog.admin_widgets import category_choices
from shop.catalog.drafts import AttributeRowDraft, OptionDraft, SpecTemplateDraft
from shop.catalog.models import AttributeTemplate, Brand, Guarantee, SpecTemplate, Tag
from shop.core.admin_base import ServiceForm, ShopModelAdmin
from shop.library.fields import PictureField, PicturesField

MOST_QUALIFICATIONS = 20


def split_values(text: str) -> tuple[str, ...]:
    """Return the values in a line as merchants type them, with 、 or commas between."""
    for mark in ("，", ",", "；", ";"):
        text = text.replace(mark, "、")
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split("、")))))


def split_lines(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return name and values of each line such as `颜色：红、白`; ValidationError for a line without a name."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _colon, values = line.replace("：", ":").partition(":")
        if not name.strip():
            raise ValidationError(_("请每行写一个名称，冒号后面写可选的值，例如 颜色：红、白"))
        found.append((name.strip(), split_values(values)))
    return found


class BrandForm(ModelForm):
    """A brand with its logo, story and proofs."""

    logo = PictureField(label=_("标志"), required=False)
    qualifications = PicturesField(
        label=_("资质图片"),
        most=MOST_QUALIFICATIONS,
        required=False,
        help_text=_("例如商标注册证、授权书、检测报告；会显示在商品页的品牌介绍里"),
    )

    class Meta:
        model = Brand
        fields = ("name", "story")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            proofs = self.instance.qualifications.select_related("picture")
            self.initial["logo"] = self.instance.logo
            self.initial["qualifications"] = [proof.picture for proof in proofs]


class BrandAdmin(ShopModelAdmin):
    """Brands."""

    form = BrandForm
    fields = ("name", "logo", "story", "qualifications")
    list_display = ("name", "product_count")
    search_fields = ("name",)
    search_help_text = _("名称")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return brands with the number of their products."""
        return (
            super().get_queryset(request).annotate(product_total=Count("product", filter=Q(product__archived_at=None)))
        )

    @display(description=_("商品数"), ordering="product_total")
    def product_count(self, brand: Any) -> int:
        """Show how many products it has."""
        return brand.product_total

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which renews the products' index when the name changed."""
        values = form.cleaned_data
        saved = services.save_brand(
            Brand.objects.get(pk=obj.pk) if change else None,
            name=values["name"],
            story=values["story"],
            logo=values["logo"],
            qualifications=values["qualifications"],
        )
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a brand without products."""
        services.delete_brand(obj)


class TagForm(ServiceForm):
    """A tag: its words and its colour."""

    class Meta:
        model = Tag
        fields = ("name", "colour")
        widgets = {"colour": UnfoldAdminTextInputWidget(attrs={"type": "color"})}


class TagAdmin(ShopModelAdmin):
    """Coloured badges on products."""

    form = TagForm
    list_display = ("badge", "product_count")
    search_fields = ("name",)
    search_help_text = _("名称")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return tags with the number of their products."""
        return super().get_queryset(request).annotate(product_total=Count("product_tags"))

    @display(description=_("标签"), ordering="name")
    def badge(self, tag: Tag) -> str:
        """Show the tag as shoppers see it."""
        return format_html('<span class="weipu-badge" style="--badge: {}">{}</span>', tag.colour, tag.name)

    @display(description=_("商品数"), ordering="product_total")
    def product_count(self, tag: Any) -> int:
        """Show how many products have it."""
        return tag.product_total

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which makes kept answers stale."""
        values = form.cleaned_data
        stored = Tag.objects.get(pk=obj.pk) if change else None
        saved = services.save_tag(stored, name=values["name"], colour=values["colour"])
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take the tag off all products."""
        services.delete_tag(obj)


class GuaranteeAdmin(ShopModelAdmin):
    """Promises of the shop."""

    form = ServiceForm
    fields = ("name", "icon", "description", "is_for_all", "position")
    list_display = ("name", "icon", "description", "is_for_all", "position")
    search_fields = ("name",)
    search_help_text = _("名称")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which makes kept answers stale."""
        stored = Guarantee.objects.get(pk=obj.pk) if change else None
        saved = services.save_guarantee(stored, **{name: form.cleaned_data[name] for name in self.fields})
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take the promise back everywhere."""
        services.delete_guarantee(obj)


class SpecTemplateForm(ServiceForm):
    """A spec template, typed as lines."""

    options_text = forms.CharField(
        label=_("规格"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "placeholder": "颜色：红、白、蓝\n尺码：S、M、L"}),
        help_text=_("每行一个规格名，最多 3 行"),
    )

    class Meta:
        model = SpecTemplate
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "options_text" in self.fields:
            self.initial["options_text"] = spec_text(self.instance.options)

    def clean_options_text(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return names and values."""
        return split_lines(self.cleaned_data["options_text"])


def spec_text(options: list[dict[str, Any]]) -> str:
    """Return option types as a merchant types them."""
    return "\n".join(f"{option['name']}：{'、'.join(option['values'])}" for option in options)


class SpecTemplateAdmin(ShopModelAdmin):
    """Option types to take over into products."""

    form = SpecTemplateForm
    fields = ("name", "options_text")
    list_display = ("name", "told")
    search_fields = ("name",)
    search_help_text = _("名称")

    @display(description=_("规格"))
    def told(self, template: SpecTemplate) -> str:
        """Show the option types."""
        return spec_text(template.options).replace("\n", "；")

    @display(description=_("规格"))
    def options_text(self, template: SpecTemplate) -> str:
        """Show the option types to who may only look."""
        return spec_text(template.options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service."""
        values = form.cleaned_data
        options = tuple(OptionDraft(name, own) for name, own in values["options_text"])
        stored = SpecTemplate.objects.get(pk=obj.pk) if change else None
        saved = services.save_spec_template(SpecTemplateDraft(name=values["name"], options=options), stored)
        obj.pk, obj.key = saved.pk, saved.key


class AttributeTemplateForm(ServiceForm):
    """An attribute template, typed as lines; a star makes an attribute required."""

    rows_text = forms.CharField(
        label=_("参数"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "placeholder": "*材质：棉、麻、羊毛\n产地"}),
        help_text=_("每行一个参数，冒号后面写常用的值；前面加 * 表示必填"),
    )

    class Meta:
        model = AttributeTemplate
        fields = ("category",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            category: Any = self.fields["category"]
            category.choices = category_choices()
        if self.instance.pk and "rows_text" in self.fields:
            self.initial["rows_text"] = rows_text(self.instance.rows)

    def clean_rows_text(self) -> list[AttributeRowDraft]:
        """Return the rows."""
        lines = split_lines(self.cleaned_data["rows_text"].replace("＊", "*"))
        return [
            AttributeRowDraft(name=name.lstrip("* "), values=values, required=name.startswith("*"))
            for name, values in lines
        ]


def rows_text(rows: list[dict[str, Any]]) -> str:
    """Return attributes as a merchant types them."""
    lines = []
    for row in rows:
        values = f"：{'、'.join(row['values'])}" if row["values"] else ""
        lines.append(f"{'*' if row['required'] else ''}{row['name']}{values}")
    return "\n".join(lines)


class AttributeTemplateAdmin(ShopModelAdmin):
    """What products of a category should tell."""

    form = AttributeTemplateForm
    fields = ("category", "rows_text")
    list_display = ("category", "told")
    list_select_related = ("category",)

    @display(description=_("参数"))
    def told(self, template: AttributeTemplate) -> str:
        """Show the attributes."""
        return rows_text(template.rows).replace("\n", "；")

    @display(description=_("参数"))
    def rows_text(self, template: AttributeTemplate) -> str:
        """Show the attributes to who may only look."""
        return rows_text(template.rows)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service."""
        values = form.cleaned_data
        stored = AttributeTemplate.objects.get(pk=obj.pk) if change else None
        saved = services.save_attribute_template(values["category"], values["rows_text"], stored)
        obj.pk, obj.key = saved.pk, saved.key
