"""What shoppers search for, and what the merchant teaches the search."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.catalog.models import Product
from shop.core import audit
from shop.core.admin_base import ReadOnlyAdmin, ServiceForm, ShopModelAdmin, actor_of, may_write
from shop.core.errors import ShopError
from shop.search import services
from shop.search.counting import LONGEST_COUNTED
from shop.search.models import DictionaryWord, HotWord, SearchCount, SynonymGroup

DAYS = 30
MOST_SHOWN = 100
MOST_PRODUCTS = 20


class _WordsAdmin(ShopModelAdmin):
    """A list of words; every change goes through the services."""

    form = ServiceForm

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove one."""
        services.forget(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove those that were chosen."""
        for obj in queryset.order_by("pk"):
            services.forget(obj)


class SynonymGroupAdmin(_WordsAdmin):
    """Words that mean the same."""

    fields = ("words",)
    list_display = ("words",)
    search_fields = ("words",)
    search_help_text = _("同义词")
    ordering = ("words",)

    def save_model(self, request: HttpRequest, obj: SynonymGroup, form: Any, change: bool) -> None:
        """Save through the service."""
        services.save_synonyms(form.cleaned_data["words"], group=obj)


class DictionaryWordAdmin(_WordsAdmin):
    """Words that stay whole."""

    fields = ("word",)
    list_display = ("word",)
    search_fields = ("word",)
    search_help_text = _("词")
    ordering = ("word",)

    def save_model(self, request: HttpRequest, obj: DictionaryWord, form: Any, change: bool) -> None:
        """Save through the service, which lets the products be read anew."""
        entry = DictionaryWord.objects.get(pk=obj.pk) if change else None
        obj.pk = services.save_dictionary_word(form.cleaned_data["word"], entry=entry).pk


class HotWordAdmin(_WordsAdmin):
    """What is shown among the hot searches, and what never."""

    fields = ("word", "kind", "position")
    list_display = ("word", "shown_kind", "position")
    list_filter = ("kind",)
    search_fields = ("word",)
    search_help_text = _("词")

    @display(description=_("方式"), ordering="kind", label={"PINNED": "success", "BLOCKED": "danger"})
    def shown_kind(self, word: HotWord) -> tuple[str, str]:
        """Show how the word is treated."""
        return word.kind, word.get_kind_display()

    def save_model(self, request: HttpRequest, obj: HotWord, form: Any, change: bool) -> None:
        """Save through the service."""
        values = form.cleaned_data
        services.save_hot_word(values["word"], kind=values["kind"], position=values["position"], entry=obj)


class SearchCountAdmin(ReadOnlyAdmin):
    """What was searched for in the last days, what was not found, and what can be done about it."""

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the one that adds a keyword to a product."""
        page = self.admin_site.admin_view(self.keyword_view)
        return [path("keyword/", page, name="search_searchcount_keyword"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show two lists: what was not found, and what is searched for most."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = (
            SearchCount.objects.filter(day__gt=localdate() - timedelta(days=DAYS))
            .values("text")
            .annotate(total=Sum("searches"), missed=Sum("misses"), last=Max("day"))
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("搜索记录"),
            "opts": self.opts,
            "days": DAYS,
            "missed": rows.filter(missed__gt=0).order_by("-missed", "text")[:MOST_SHOWN],
            "often": rows.order_by("-total", "text")[:MOST_SHOWN],
            "may_teach": may_write(request.path) and request.user.has_perm("search.add_synonymgroup"),
            "may_add_keyword": self._may_add_keyword(request),
        }
        return TemplateResponse(request, "admin/search/searches.html", context)

    def _may_add_keyword(self, request: HttpRequest) -> bool:
        return may_write(request.path) and bool(request.user.has_perm("catalog.change_product"))

    def keyword_view(self, request: HttpRequest) -> HttpResponse:
        """Let a product be chosen that is to be found by a text."""
        if not (self.has_view_permission(request) and self._may_add_keyword(request)):
            raise PermissionDenied
        text = request.GET.get("text", "")[:LONGEST_COUNTED]
        if request.method == "POST":
            return self._add_keyword(request, text)
        wanted = request.GET.get("q", "")[:LONGEST_COUNTED]
        context = {
            **self.admin_site.each_context(request),
            "title": _("加到商品关键词"),
            "opts": self.opts,
            "text": text,
            "q": wanted,
            "products": _products(wanted),
        }
        return TemplateResponse(request, "admin/search/keyword.html", context)

    def _add_keyword(self, request: HttpRequest, text: str) -> HttpResponse:
        product = get_object_or_404(Product, key=request.POST.get("product", ""))
        try:
            services.add_keyword(product, text)
        except ShopError as error:
            reasons = [str(reason) for reason in error.detail.values()] or [str(error.message)]
            messages.error(request, "；".join(reasons))
            return HttpResponseRedirect(request.get_full_path())
        before, after = {"keywords": product.keywords}, {"keywords": Product.objects.get(pk=product.pk).keywords}
        audit.record(
            actor=actor_of(request), action="keyword", target=product, before=before, after=after, request=request
        )
        done = _("现在搜“%(text)s”会找到“%(title)s”") % {"text": text, "title": product.title}
        messages.success(request, done)
        return HttpResponseRedirect(self.page("changelist"))


def _products(wanted: str) -> QuerySet[Any]:
    """Return the products to choose from: those found by `wanted` or with that code, at first the newest."""
    products = Product.objects.filter(archived_at=None)
    if not wanted:
        return products.order_by("-pk")[:MOST_PRODUCTS]
    found = import_string(settings.SEARCH_BACKEND)().search(products, wanted).values("pk")
    return products.filter(Q(pk__in=found) | Q(code=wanted)).order_by("-sales", "-pk")[:MOST_PRODUCTS]
