"""The library in the back office: a shelf of pictures, uploads, and what forms choose from."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, action
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from shop.core.admin_base import Change, ServiceForm, ShopModelAdmin, actor_of, may_write
from shop.core.api import error_body
from shop.core.errors import ShopError
from shop.library import services, uses
from shop.library.models import Asset, Usage
from shop.library.presentation import described
from shop.library.services.room import limit_of, used

CHOICES_PER_PAGE = 48


class UnusedFilter(SimpleListFilter):
    """Pictures that nothing shows."""

    title = _("使用情况")
    parameter_name = "unused"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("1", _("未使用")), ("0", _("使用中"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what is shown somewhere, or what is not."""
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.exclude(uses.used()) if self.value() == "1" else queryset.filter(uses.used())


class FolderFilter(SimpleListFilter):
    """Pictures of one folder."""

    title = _("文件夹")
    parameter_name = "folder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the folders there are."""
        folders = Asset.objects.live().of_shop().exclude(folder="").order_by("folder")
        return [(name, name) for name in folders.values_list("folder", flat=True).distinct()[:100]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return what lies in the folder."""
        return queryset.filter(folder=self.value()) if self.value() else queryset


class AssetForm(ServiceForm):
    """What the library calls a picture, and where it lies."""

    class Meta:
        model = Asset
        fields = ("title", "folder")


class AssetAdmin(ShopModelAdmin):
    """Pictures and videos of the shop."""

    form = AssetForm
    fields = ("preview", "title", "folder", "facts", "shown_in")
    readonly_fields = ("preview", "facts", "shown_in")
    list_display = ("title",)
    list_filter = (UnusedFilter, FolderFilter, "kind")
    list_before_template = "admin/library/asset/room.html"
    search_fields = ("title", "folder")
    search_help_text = _("名称或文件夹")
    ordering = ("-pk",)
    actions = ("remove",)

    class Media:
        js = ("weipu/uploads.js", "weipu/library.js")
        css = {"all": ("weipu/pictures.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return what the merchant uploaded and did not remove."""
        return super().get_queryset(request).live().of_shop()

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the upload and the choice before them."""
        view = self.admin_site.admin_view
        return [
            path("upload/", view(self.upload_view), name="library_asset_upload"),
            path("choose/", view(self.choose_view), name="library_asset_choose"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: pictures are uploaded on the list itself."""
        return False

    def may_upload(self, request: HttpRequest) -> bool:
        """Return whether the user may upload, and the shop's state lets anybody."""
        return may_write(request.path) and request.user.has_perm("library.add_asset")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Return the shelf, with how much room is used."""
        taken, most = used(), limit_of(Usage.SHOP)
        room = {
            "taken": taken,
            "most": most,
            "percent": min(100, round(100 * taken / most)) if most else 100,
            "may_upload": self.may_upload(request),
            "folder": request.GET.get("folder", ""),
        }
        return super().changelist_view(request, {"room": room, **(extra_context or {})})

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Store one uploaded file and return it as JSON; a refusal as `{"code", "message"}` with its status."""
        if request.method != "POST" or not self.may_upload(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        try:
            if file is None:
                raise ShopError("picture_invalid", _("没有收到文件"))
            asset = self._store(request, file)
        except ShopError as error:
            return JsonResponse(error_body(error.code, error.message, error.detail), status=error.status)
        return JsonResponse(described(asset), status=201)

    def _store(self, request: HttpRequest, file: Any) -> Asset:
        folder = request.POST.get("folder", "").strip()[:40]
        store = services.store_video if services.is_video(file) else services.store_picture
        # Not in one transaction with the audit entry: the storage may be a network away.
        asset = store(file, actor=actor_of(request), folder=folder)
        self.record(request, asset, "add", Change({}, {"title": asset.title, "folder": asset.folder}))
        return asset

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Return pictures to choose from as JSON: `{"results", "next"}`, newest first, found by `q`, by `page`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words, page = request.GET.get("q", "").strip(), request.GET.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
        kind = Asset.Kind.VIDEO if request.GET.get("kind") == Asset.Kind.VIDEO else Asset.Kind.PICTURE
        found = Asset.objects.live().of_shop().filter(Q(title__icontains=words) | Q(folder__icontains=words), kind=kind)
        start = (max(number, 1) - 1) * CHOICES_PER_PAGE
        rows = list(found[start : start + CHOICES_PER_PAGE + 1])
        more = len(rows) > CHOICES_PER_PAGE
        return JsonResponse({"results": [described(asset) for asset in rows[:CHOICES_PER_PAGE]], "next": more})

    @display(description=_("预览"))
    def preview(self, asset: Asset) -> str:
        """Show the picture or video."""
        if asset.kind == Asset.Kind.VIDEO:
            return format_html(
                '<video class="weipu-preview" src="{}" controls preload="metadata"></video>', asset.url()
            )
        return format_html('<img class="weipu-preview" src="{}" alt="">', asset.url())

    @display(description=_("信息"))
    def facts(self, asset: Asset) -> str:
        """Show sides, size and origin."""
        sides = f"{asset.width} × {asset.height}" if asset.width else str(_("处理中"))
        when = f"{asset.created_at:%Y-%m-%d}"
        return " · ".join([sides, filesizeformat(asset.bytes).replace("\xa0", " "), when, asset.uploaded_by])

    @display(description=_("使用位置"))
    def shown_in(self, asset: Asset) -> Any:
        """Show where it is used, with links."""
        places = [(_place(use),) for use in uses.uses_of(asset)]
        return format_html_join(mark_safe("<br>"), "{}", places) if places else _("还没有使用")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save title and folder."""
        services.describe(obj, title=form.cleaned_data["title"], folder=form.cleaned_data["folder"])

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return the pictures alone: what shows them is told by the service."""
        return [str(obj) for obj in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the picture unless something shows it."""
        services.remove_asset(obj)

    @action(description=_("删除"), permissions=["delete"])
    def remove(self, request: HttpRequest, assets: QuerySet[Asset]) -> HttpResponse | None:
        """Remove the chosen pictures that nothing shows."""
        chosen = list(assets.values_list("pk", flat=True))
        with transaction.atomic():
            removed = services.remove_assets(chosen)
            for asset in removed:
                self.record(request, asset, "delete", Change({"title": asset.title}, {}))
        kept = len(chosen) - len(removed)
        if removed:
            text = ngettext("已删除 %(count)d 张图片", "已删除 %(count)d 张图片", len(removed))
            messages.success(request, text % {"count": len(removed)})
        if kept:
            text = ngettext("%(count)d 张图片正在使用，没有删除", "%(count)d 张图片正在使用，没有删除", kept)
            messages.warning(request, text % {"count": kept})
        return HttpResponseRedirect(request.get_full_path())


def _place(use: uses.Use) -> str:
    if not use.link:
        return f"{use.kind}：{use.title}"
    return format_html('{}：<a class="weipu-link" href="{}">{}</a>', use.kind, use.link, use.title)
