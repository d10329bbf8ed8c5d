"""Import, export and batch edit of products in the back office."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import action
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from shop.catalog.exporting.rows import titles
from shop.catalog.importing import columns
from shop.catalog.importing.pictures import MOST_ENTRIES, MOST_UNPACKED
from shop.catalog.importing.taobao import is_package
from shop.catalog.models import Product
from shop.core.admin_base import may_write
from shop.core.archives import MEGABYTE, open_archive
from shop.core.errors import ShopError
from shop.core.sheets import Cell, read_sheet, write_xlsx
from shop.jobs import services as jobs
from shop.jobs.admin import job_address, own_job

AT_ONCE_ROWS = 300
_AT_ONCE_BYTES = MEGABYTE
_LARGEST = 50 * MEGABYTE
_LARGEST_PICTURES = 200 * MEGABYTE
_AT_ONCE_PICTURES = 10
EXPORT_FORMATS = ("xlsx", "csv", "jsonl")
_SUFFIXES = (".xlsx", ".csv", ".jsonl")
_EXAMPLES: tuple[dict[str, Cell], ...] = (
    {
        columns.CODE: "QZ1001",
        "标题": "秋冬保暖羊毛被",
        "分类": "居家/被枕",
        "规格1名": "尺寸",
        "规格1值": "1.5米",
        columns.SKU_CODE: "QZ1001-15",
        "价格": 459,
        "划线价": 479,
        "库存": 100,
        "上架": columns.YES,
        columns.ATTRIBUTES: "材质：羊毛\n产地：中国",
    },
    {columns.CODE: "QZ1001", "规格1值": "1.8米", columns.SKU_CODE: "QZ1001-18", "价格": 559, "库存": 80},
)
_LEFT_OUT_OF_TEMPLATE = {columns.KIND, *columns.LIMITS, "规格3名", "规格3值"}


class UploadForm(forms.Form):
    """A file of products, and what happens to those the shop has."""

    file = forms.FileField(
        label=_("文件"),
        widget=forms.FileInput(attrs={"accept": ",".join(_SUFFIXES), "class": "weipu-files"}),
        help_text=_("Excel（.xlsx）、CSV 或 JSONL 文件，最大 50 MB，最多 50000 行"),
    )
    update = forms.TypedChoiceField(
        label=_("商品编码已经存在时"),
        choices=[("1", _("修改已有的商品")), ("", _("不修改，当作错误列出来"))],
        coerce=bool,
        required=False,
        initial="1",
        widget=UnfoldAdminRadioSelectWidget,
    )

    def clean_file(self) -> Any:
        """Return the file; what can be seen at once to be no spreadsheet is refused."""
        file = self.cleaned_data["file"]
        suffix = f".{file.name.rpartition('.')[2].lower()}"
        if suffix not in _SUFFIXES:
            raise ValidationError(_("请选择 .xlsx、.csv 或 .jsonl 文件"))
        if file.size > _LARGEST:
            raise ValidationError(_("文件不能超过 %(most)d MB") % {"most": _LARGEST // MEGABYTE})
        if suffix != ".jsonl" and not is_package(file):
            try:
                read_sheet(file, file.name)
            except ShopError as error:
                raise ValidationError(str(error.message)) from error
        file.seek(0)
        return file


class PicturesForm(forms.Form):
    """A zip file of pictures, and what happens to those the products have."""

    file = forms.FileField(
        label=_("图片包"),
        widget=forms.FileInput(attrs={"accept": ".zip", "class": "weipu-files"}),
        help_text=_("ZIP 文件，最大 200 MB；每张图片最大 10 MB"),
    )
    replace = forms.TypedChoiceField(
        label=_("商品已经有图片时"),
        choices=[("", _("加在后面")), ("1", _("换成图片包里的"))],
        coerce=bool,
        required=False,
        widget=UnfoldAdminRadioSelectWidget,
    )

    def clean_file(self) -> Any:
        """Return the file; what is no zip file, or holds too much, is refused."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST_PICTURES:
            raise ValidationError(_("文件不能超过 %(most)d MB") % {"most": _LARGEST_PICTURES // MEGABYTE})
        try:
            archive = open_archive(file, most_entries=MOST_ENTRIES, most_bytes=MOST_UNPACKED)
        except ShopError as error:
            raise ValidationError(str(error.message)) from error
        self.cleaned_data["pictures"] = len(archive.namelist())
        file.seek(0)
        return file


class TransferAdmin:
    """Mixed into the page of products: buttons above the list, actions below it, and the pages behind them."""

    list_before_template = "admin/catalog/product_tools.html"

    def get_urls(self) -> list[Any]:
        """Return the pages of this module before those of single products."""
        wrap = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [
            path("import/", wrap(self.import_page), name="catalog_product_import"),
            path("import/template/", wrap(self.template_page), name="catalog_product_import_template"),
            path("import/<str:key>/", wrap(self.confirm_page), name="catalog_product_import_confirm"),
            path("pictures/", wrap(self.pictures_page), name="catalog_product_pictures"),
            path("export/", wrap(self.export_page), name="catalog_product_export"),
        ]
        return own + super().get_urls()  # type: ignore[misc]

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Return the form for a file of products, or start to check one."""
        _require(request, "catalog.add_product", "catalog.change_product")
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            job = jobs.start(
                "catalog.import",
                user=request.user,
                params={"update": form.cleaned_data["update"]},
                upload=file,
                at_once=_is_small(file),
            )
            return HttpResponseRedirect(job_address(job))
        return self._page(request, "admin/catalog/import.html", _("导入商品"), form=form)

    def template_page(self, request: HttpRequest) -> HttpResponse:
        """Return a spreadsheet with all columns and an example."""
        _require(request, "catalog.view_product")
        header = [title for title in titles() if title not in _LEFT_OUT_OF_TEMPLATE]
        data = write_xlsx(header, [[row.get(title, "") for title in header] for row in _EXAMPLES])
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        disposition = 'attachment; filename="products.xlsx"'
        return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})

    def confirm_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Import what was checked."""
        _require(request, "catalog.add_product", "catalog.change_product")
        job = own_job(request, key, "catalog.import")
        if request.method == "POST":
            try:
                jobs.confirm(job, {"confirmed": True}, at_once=job.report.get("products", 0) <= AT_ONCE_ROWS)
            except ShopError as error:
                messages.info(request, str(error.message))
        return HttpResponseRedirect(job_address(job))

    def pictures_page(self, request: HttpRequest) -> HttpResponse:
        """Return the form for a zip file of pictures, or start to store them."""
        _require(request, "catalog.change_product")
        form = PicturesForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            job = jobs.start(
                "catalog.pictures",
                user=request.user,
                params={"replace": values["replace"]},
                upload=values["file"],
                at_once=values["pictures"] <= _AT_ONCE_PICTURES,
            )
            return HttpResponseRedirect(job_address(job))
        return self._page(request, "admin/catalog/pictures.html", _("导入图片包"), form=form)

    def export_page(self, request: HttpRequest) -> HttpResponse:
        """Export the products of the list as it is filtered."""
        _require(request, "catalog.view_product")
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
        changelist = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        return _export(request, changelist.get_queryset(request), request.POST.get("format", ""))

    @action(description=_("导出为 Excel"), permissions=["view"])
    def export_xlsx(self, request: HttpRequest, products: QuerySet[Product]) -> HttpResponse:
        """Export the chosen products as XLSX."""
        return _export(request, products, "xlsx")

    @action(description=_("导出为 CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, products: QuerySet[Product]) -> HttpResponse:
        """Export the chosen products as CSV."""
        return _export(request, products, "csv")

    @action(description=_("导出为 JSONL"), permissions=["view"])
    def export_jsonl(self, request: HttpRequest, products: QuerySet[Product]) -> HttpResponse:
        """Export the chosen products as JSON Lines."""
        return _export(request, products, "jsonl")

    def _page(self, request: HttpRequest, template: str, title: Any, **context: Any) -> HttpResponse:
        site, opts = self.admin_site, self.opts  # type: ignore[attr-defined]
        return TemplateResponse(
            request, template, {**site.each_context(request), "opts": opts, "title": title, **context}
        )


def _require(request: HttpRequest, *permissions: str) -> None:
    """Refuse who lacks a permission; writing also needs a shop whose state lets anybody."""
    user: Any = request.user
    if not user.has_perms(permissions):
        raise PermissionDenied
    if any(".view_" not in permission for permission in permissions) and not may_write(request.path):
        raise PermissionDenied


def _is_small(file: Any) -> bool:
    """Return whether a file is checked while its user waits."""
    if file.size > _AT_ONCE_BYTES or is_package(file) or file.name.lower().endswith(".jsonl"):
        return file.size <= _AT_ONCE_BYTES // 8
    try:
        return all(count <= AT_ONCE_ROWS for count, _row in enumerate(read_sheet(file, file.name), 1))
    except ShopError:
        return True  # the job tells
    finally:
        file.seek(0)


def _export(request: HttpRequest, products: QuerySet[Product], file_format: str) -> HttpResponse:
    chosen = list(products.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
    if not chosen:
        messages.info(request, str(_("没有可以导出的商品")))
        return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
    params = {"products": chosen, "format": file_format if file_format in EXPORT_FORMATS else "xlsx"}
    job = jobs.start("catalog.export", user=request.user, params=params, at_once=len(chosen) <= AT_ONCE_ROWS)
    return HttpResponseRedirect(job_address(job))
