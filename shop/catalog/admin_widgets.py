"""Inputs of the product's page whose drawing is done in the browser, from JSON that stands in the page."""

import json
from datetime import datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from shop.catalog.models import Category, Product, SpecTemplate
from shop.catalog.rules import MOST_OPTIONS, MOST_SKUS, SEPARATOR
from shop.catalog.services.presets import templates_by_category
from shop.catalog.variants import variants_of

FIRST_YEAR, LAST_YEAR = 1970, 2099


class PageInput(forms.Widget):
    """A hidden field and the JSON it is drawn from."""

    template = ""
    product: Product | None = None

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.errors: dict[str, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a copy for one form: what is wrong in one must not show in another."""
        copied = super().__deepcopy__(memo)
        copied.errors = {}
        return copied

    def context(self, value: Any) -> dict[str, Any]:
        """Return what the template needs beside name and value."""
        return {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field."""
        own = {"name": name, "id": (attrs or {}).get("id", ""), "value": value or "", "errors": self.errors}
        return render_to_string(self.template, own | self.context(value))


class VariantsInput(PageInput):
    """Option types and the grid of SKUs."""

    template = "admin/catalog/variants.html"
    may_stock = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.units: dict[int, int] = {}  # SKU (pk) → units on hand

    class Media:
        js = ("weipu/product/model.js", "weipu/product/grid.js", "weipu/product/parts.js")
        css = {"all": ("weipu/product/product.css",)}

    def context(self, value: Any) -> dict[str, Any]:
        """Return the grid as posted, or as stored."""
        return {
            "data": _posted(value) or variants_of(self.product, self.units),
            "templates": list(SpecTemplate.objects.values("name", "options")),
            "words": grid_words(),
            "may_stock": self.may_stock,
            "most_skus": MOST_SKUS,
            "most_options": MOST_OPTIONS,
        }


def _posted(value: Any) -> Any:
    try:
        found = json.loads(value) if value else None
        usable = isinstance(found["options"], list) and isinstance(found["rows"], list) if found else False
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if usable else None


def grid_words() -> dict[str, str]:
    """Return the texts of the grid."""
    return {
        "add_option": _("添加规格"),
        "template": _("套用规格模板…"),
        "option_name": _("规格名，例如 颜色"),
        "value": _("规格值"),
        "new_value": _("输入规格值，回车添加"),
        "move_hint": _("可直接改名；拖动或按 Alt+←/→ 调整顺序"),
        "up": _("上移"),
        "remove": _("删除"),
        "close": _("关闭"),
        "picture": _("图片"),
        "choose_picture": _("选择规格图片"),
        "no_pictures": _("请先在上面添加商品图片"),
        "price": _("价格"),
        "list_price": _("划线价"),
        "cost_price": _("成本价"),
        "member_price": _("会员价"),
        "stock": _("库存"),
        "weight": _("重量（克）"),
        "barcode": _("条形码"),
        "code": _("SKU 编码"),
        "on": _("启用"),
        "automatic": _("自动生成"),
        "fill": _("批量填充"),
        "fill_hint": _("填一列"),
        "fill_all": _("全部组合"),
        "fill_for": _("填充范围"),
        "count": _("共 %d 个规格组合。可用方向键移动，也可以从表格软件粘贴一整块。"),
        "too_many": _("规格组合有 %d 个，超过上限，请减少规格值。"),
    }


class FactsInput(PageInput):
    """Attributes in rows, with what the category asks for."""

    template = "admin/catalog/facts.html"

    def context(self, value: Any) -> dict[str, Any]:
        """Return the templates by category, and the reasons by row."""
        rows = {place.split("[")[1].split("]")[0]: reason for place, reason in self.errors.items()}
        words = {
            "name": _("参数名"),
            "value": _("参数值"),
            "required": _("必填"),
            "remove": _("删除"),
            "add": _("添加参数"),
        }
        return {"templates": templates_by_category(), "words": words, "errors": rows}


class ChipsInput(PageInput):
    """Names as chips."""

    template = "admin/catalog/chips.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggestions: list[str] = []

    def context(self, value: Any) -> dict[str, Any]:
        """Return what can be chosen."""
        return {"suggestions": self.suggestions, "words": {"add": _("输入后回车"), "remove": _("删除")}}


class RelatedInput(PageInput):
    """Products looked for by name."""

    template = "admin/catalog/related.html"

    def context(self, value: Any) -> dict[str, Any]:
        """Return the products chosen, in order."""
        try:
            codes = [str(code) for code in json.loads(value or "[]")][:100]
        except (ValueError, TypeError, RecursionError):
            codes = []
        found = {product.code: product for product in Product.objects.filter(code__in=codes)}
        words = {
            "search": _("按标题或编码查找商品"),
            "nothing": _("没有找到商品"),
            "up": _("上移"),
            "remove": _("删除"),
        }
        return {
            "data": [choice_of(found[code]) for code in codes if code in found],
            "search": reverse("admin:catalog_product_find"),
            "own": self.product.code if self.product else "",
            "words": words,
        }


def category_choices(empty: Any = "---------") -> list[tuple[Any, Any]]:
    """Return the categories by their paths (床品/被子), after the choice of none."""
    paths = sorted(Category.objects.by_path().items())
    return [("", empty), *((category.pk, SEPARATOR.join(names)) for names, category in paths)]


def choice_of(product: Product) -> dict[str, str]:
    """Return a product as a list of choices shows it."""
    cover = storages["public"].url(product.cover) if product.cover else ""
    return {"code": product.code, "title": product.title, "cover": cover}


class RichTextInput(UnfoldAdminTextareaWidget):
    """Rich text; without scripts a text area with markup."""

    class Media:
        js = ("weipu/uploads.js", "weipu/pictures.js", "weipu/product/richtext.js")
        css = {"all": ("weipu/pictures.css", "weipu/product/product.css")}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field."""
        area = super().render(name, value, attrs, renderer)
        try:
            upload, choose = reverse("admin:library_asset_upload"), reverse("admin:library_asset_choose")
        except NoReverseMatch:  # a site without a library
            upload = choose = ""
        words = {
            "bold": _("加粗"),
            "italic": _("斜体"),
            "underline": _("下划线"),
            "heading": _("小标题"),
            "paragraph": _("正文"),
            "list": _("列表"),
            "numbers": _("编号列表"),
            "plain": _("清除格式"),
            "link": _("链接"),
            "link_address": _("链接地址"),
            "picture": _("上传图片"),
            "library": _("从图片库选择"),
            "source": _("查看源码"),
            "label": _("图文详情"),
            "uploading": _("正在上传 %s…"),
            "failed": _("上传失败，请重试"),
        }
        context = {"area": area, "upload": upload, "choose": choose, "words": words}
        return render_to_string("admin/catalog/richtext.html", context)


class MomentInput(UnfoldAdminTextInputWidget):
    """Date and time to the minute, by the browser's own picker; in the shop's time."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        """Return the value as the picker wants it."""
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class MomentField(forms.DateTimeField):
    """A moment picked to the minute, in years that every calendar has, whatever is added to it or taken from it."""

    widget = MomentInput

    def clean(self, value: Any) -> Any:
        """Return the moment; ValidationError for a year that somebody mistyped."""
        moment = super().clean(value)
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(_("请填写 %(first)d 到 %(last)d 年之间的时间") % years)
        return moment
