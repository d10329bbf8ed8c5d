"""The category tree in the back office: put in order by hand, and a form for each."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from shop.catalog import services
from shop.catalog.admin_widgets import category_choices
from shop.catalog.drafts import CategoryDraft
from shop.catalog.models import Category
from shop.catalog.rules import DEEPEST_CATEGORY
from shop.core.admin_base import Change, ServiceForm, ShopModelAdmin
from shop.core.errors import ShopError
from shop.library.fields import PictureField


class CategoryForm(ServiceForm):
    """One category; its place among others is chosen in the tree."""

    picture = PictureField(label=_("图片"), required=False)

    class Meta:
        model = Category
        fields = ("name", "parent", "tagline", "is_shown")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            parent: Any = self.fields["parent"]
            parent.choices = [choice for choice in category_choices() if choice[0] != self.instance.pk]
        if "picture" in self.fields and self.instance.pk:
            self.initial["picture"] = self.instance.picture


class CategoryAdmin(ShopModelAdmin):
    """The category tree."""

    form = CategoryForm
    fields = ("name", "parent", "picture", "tagline", "is_shown")
    search_fields = ("name",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the whole tree, or bring it into the order that was posted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._arrange(request)
        rows = list(
            Category.objects.select_related("picture")
            .annotate(product_total=Count("products", filter=Q(products__archived_at=None)))
            .order_by("position", "pk")  # a query that groups forgets the model's own order
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("商品分类"),
            "opts": self.opts,
            "tree": _nested(rows),
            "digest": services.tree_digest((row.pk, row.parent_id, row.position, row.is_shown) for row in rows),
            "deepest": DEEPEST_CATEGORY,
            "may_edit": self.has_change_permission(request),
            "has_add_permission": self.has_add_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/catalog/category_tree.html", context)

    def _arrange(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            places = _places(request.POST.get("places", ""))
            with transaction.atomic():
                changed = services.arrange_categories(places, digest=request.POST.get("digest", ""))
                for category, old in changed:
                    self.record(request, category, "change", _change(category, old))
            messages.success(request, _("已保存分类顺序") if changed else _("没有改动"))
        except ShopError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(self.page("changelist"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which keeps the tree free of circles."""
        values = form.cleaned_data
        stored = Category.objects.get(pk=obj.pk) if change else None
        draft = CategoryDraft(
            name=values["name"],
            parent=values["parent"].pk if values["parent"] else None,
            tagline=values["tagline"],
            position=stored.position if stored else _last_position(values["parent"]) + 1,
            is_shown=values["is_shown"],
            picture=values["picture"].key if values["picture"] else "",
        )
        saved = services.save_category(draft, stored)
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete an empty category."""
        services.delete_category(obj)


def _last_position(parent: Category | None) -> int:
    last = Category.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    return -1 if last is None else last


def _nested(rows: list[Any], parent: int | None = None) -> list[dict[str, Any]]:
    """Return the tree below a category, each node with its own and how many products are in it or below."""
    nodes = [{"row": row, "children": _nested(rows, row.pk)} for row in rows if row.parent_id == parent]
    for node in nodes:
        node["total"] = node["row"].product_total + sum(child["total"] for child in node["children"])
    return nodes


def _places(text: str) -> list[services.Place]:
    """Return the places that the page posted; ShopError when it posted anything else."""
    try:
        return [
            services.Place(_whole(pk), None if parent is None else _whole(parent), bool(shown))
            for pk, parent, shown in json.loads(text)
        ]
    except (ValueError, TypeError, RecursionError) as error:
        raise ShopError("category_invalid", _("页面数据有误，请刷新后重试")) from error


def _whole(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("not a key")
    return value


def _change(category: Category, old: services.Place) -> Change:
    before = {"parent": old.parent, "is_shown": old.is_shown}
    after = {"parent": category.parent_id, "is_shown": category.is_shown}
    moved = {name for name in before if before[name] != after[name]}
    if not moved:
        return Change({}, {"position": category.position})
    return Change({name: before[name] for name in moved}, {name: after[name] for name in moved})
