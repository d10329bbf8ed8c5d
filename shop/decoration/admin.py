"""The front page in the back office: three lists put in order by hand, and a form for each item."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.catalog.admin_widgets import MomentField, MomentInput, category_choices
from shop.catalog.models import Product
from shop.core.admin_base import Change, ServiceForm, ShopModelAdmin
from shop.core.errors import ShopError
from shop.decoration import services
from shop.decoration.models import HomeItem
from shop.library.fields import PictureField
from shop.promotions import entrances

# What each place is for, and how large its pictures should be.
HINTS = {
    HomeItem.Place.BANNER: _("首页最上面轮流播放的大图，建议 750×360，最多 10 张。"),
    HomeItem.Place.ENTRY: _("一排小图标，建议 200×200，最多 20 个；一个也没有时显示一级分类。"),
    HomeItem.Place.STRIP: _("商品之间的横条图片，建议 750×200，最多 3 张。"),
}

# What tells, to somebody who may only look, where an item leads.
AIMS = {
    HomeItem.Target.PRODUCT: ("product",),
    HomeItem.Target.CATEGORY: ("category",),
    HomeItem.Target.SEARCH: ("text",),
    HomeItem.Target.PAGE: ("text",),
    HomeItem.Target.OFFER: ("offer_name",),
}


class HomeItemForm(ServiceForm):
    """One item and where it leads."""

    picture = PictureField(label=_("图片"), required=False)
    product_code = forms.CharField(
        label=_("商品编码"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("点击后去商品时填写"),
    )
    offer = forms.ChoiceField(
        label=_("营销活动"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("点击后去营销活动时选择；活动结束后这张图仍会显示，请定好显示时间"),
    )

    class Meta:
        model = HomeItem
        fields = ("place", "title", "target", "category", "text", "is_shown", "starts_at", "ends_at")
        widgets = {"starts_at": MomentInput, "ends_at": MomentInput}
        field_classes = {"starts_at": MomentField, "ends_at": MomentField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            parent: Any = self.fields["category"]
            parent.choices = category_choices()
            parent.help_text = _("点击后去分类时选择")
            self.fields["text"].help_text = _("点击后去搜索时填搜索词，去小程序页面时填路径，例如 pages/cart/cart")
        if "offer" in self.fields:
            self.fields["offer"].choices = self._places()  # type: ignore[attr-defined]
        if self.instance.pk and "picture" in self.fields:
            self.initial["picture"] = self.instance.picture
            self.initial["product_code"] = self.instance.product.code if self.instance.product else ""
            if self.instance.target == HomeItem.Target.OFFER:
                self.initial.update({"offer": self.instance.text, "text": ""})

    def _places(self) -> list[Any]:
        """Return what can be led to; what the item leads to already stays, though its activity is over."""
        found: list[Any] = [("", "---------"), *entrances.choices()]
        stored = self.instance.text if self.instance.target == HomeItem.Target.OFFER else ""
        known = {place for _group, places in found[1:] for place, _name in places}
        return found if not stored or stored in known else [*found, (stored, _offer_name(stored))]


class HomeItemAdmin(ShopModelAdmin):
    """Banners, entries and strips."""

    form = HomeItemForm
    fieldsets = (
        (None, {"fields": ("place", "title", "picture")}),
        (_("点击后"), {"fields": ("target", "product_code", "category", "text", "offer")}),
        (_("什么时候显示"), {"fields": ("is_shown", "starts_at", "ends_at")}),
    )
    search_fields = ("title",)
    readonly_fields = ("offer_name",)

    @admin.display(description=_("营销活动"))
    def offer_name(self, item: HomeItem) -> str:
        """Return what the item leads to in marketing, as staff call it."""
        return _offer_name(item.text)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the product is typed as its code, so it is no column."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": HomeItemForm.Meta.fields})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; who may only look sees what the item leads to by its name."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        shown = ("place", "title", "picture", "target", *AIMS.get(obj.target, ()))
        return ((None, {"fields": (*shown, "is_shown", "starts_at", "ends_at")}),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; times are picked to the minute."""
        if db_field.name in ("starts_at", "ends_at"):
            return MomentField(label=db_field.verbose_name, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the three places, or bring one into the order that was posted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._arrange(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("首页装修"),
            "opts": self.opts,
            "places": [_section(place) for place in HomeItem.Place],
            "may_edit": self.has_change_permission(request),
            "has_add_permission": self.has_add_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/decoration/home_items.html", context)

    def _arrange(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            wanted = _posted(request.POST.get("places", ""))
            with transaction.atomic():
                changed = services.arrange(request.POST.get("place", ""), wanted, digest=request.POST.get("digest", ""))
                for item, position, shown in changed:
                    before = {"position": position, "is_shown": shown}
                    after = {"position": item.position, "is_shown": item.is_shown}
                    self.record(request, item, "change", Change(before, after))
            messages.success(request, _("已保存顺序") if changed else _("没有改动"))
        except ShopError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(self.page("changelist"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which makes the kept front page stale."""
        values = {**form.cleaned_data}
        code, place = values.pop("product_code"), values.pop("offer")
        if values["target"] == HomeItem.Target.OFFER:
            values["text"] = place
        product = Product.objects.filter(code=code, archived_at=None).first() if code else None
        stored = HomeItem.objects.get(pk=obj.pk) if change else None
        saved = services.save_item(services.HomeItemDraft(product=product, **values), stored)
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take an item off the front page."""
        services.delete_item(obj)


def _offer_name(place: str) -> str:
    return entrances.name_of(place) or gettext("已经没有的页面或活动")


def _section(place: HomeItem.Place) -> dict[str, Any]:
    rows = list(HomeItem.objects.filter(place=place).select_related("picture", "product", "category"))
    showing = set(HomeItem.objects.showing().filter(place=place).values_list("pk", flat=True))
    for row in rows:
        row.is_waiting = row.is_shown and row.pk not in showing
        row.leads_to = _offer_name(row.text) if row.target == HomeItem.Target.OFFER else row.text
    return {
        "place": place,
        "hint": HINTS[place],
        "rows": rows,
        "digest": services.digest_of(rows),
        "is_full": len(rows) >= services.MOST[place],
    }


def _posted(text: str) -> list[tuple[int, bool]]:
    """Return (primary key, shown) as the page posted them; ShopError when it posted anything else."""
    try:
        return [(int(pk), bool(shown)) for pk, _above, shown in json.loads(text)]
    except (ValueError, TypeError, RecursionError) as error:
        raise ShopError("home_changed", _("页面数据有误，请刷新后重试")) from error
