"""The back office of a shop: one site, its models registered by hand, log-in and log-out audited."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib.auth import login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from payments.admin import AccountAdmin, PaymentAdmin, RefundAdmin
from payments.models import Account, Payment, Refund
from saas.admin_failures import failures_view
from saas.admin_home import home_of, navigation_of
from saas.admin_onboarding import add_samples_view, archive_samples_view, fold_view, remove_samples_view
from saas.admin_preview import preview_view
from saas.admin_words import EmptyState, empty_state_of, help_of
from shop.aftersale.admin import AfterSaleAdmin
from shop.aftersale.models import AfterSale
from shop.agreements.admin import AgreementAdmin
from shop.agreements.models import Agreement
from shop.catalog.admin import ProductAdmin
from shop.catalog.admin_categories import CategoryAdmin
from shop.catalog.admin_order_forms import OrderFormAdmin
from shop.catalog.admin_presets import AttributeTemplateAdmin, BrandAdmin, GuaranteeAdmin, SpecTemplateAdmin, TagAdmin
from shop.catalog.models import AttributeTemplate, Brand, Category, Guarantee, OrderForm, Product, SpecTemplate, Tag
from shop.core import audit
from shop.core.admin import AuditEntryAdmin, ShopSettingsAdmin, StaffAdmin
from shop.core.admin_base import may_write, shop_notice
from shop.core.models import AuditEntry, ShopSettings, User
from shop.core.staff import redeem_ticket
from shop.decoration.admin import HomeItemAdmin
from shop.decoration.models import HomeItem
from shop.inventory.admin import CountSheetAdmin, ReservationAdmin, StockItemAdmin, StockMoveAdmin
from shop.inventory.models import CountSheet, Reservation, StockItem, StockMove
from shop.jobs.admin import JobAdmin
from shop.jobs.models import Job
from shop.ledgers.admin import LedgerEntryAdmin
from shop.ledgers.models import LedgerEntry
from shop.library.admin import AssetAdmin
from shop.library.models import Asset
from shop.members.admin import LevelAdmin, MemberAdmin, WechatAppAdmin
from shop.members.models import Level, Member, WechatApp
from shop.members.services import end_previews
from shop.orders.admin import OrderAdmin
from shop.orders.models import Order
from shop.pricing.admin import FreightRuleAdmin
from shop.pricing.models import FreightRule
from shop.promotions import plugins
from shop.reviews.admin import ReviewAdmin, ReviewSettingsAdmin
from shop.reviews.models import Review, ReviewSettings
from shop.search.admin import DictionaryWordAdmin, HotWordAdmin, SearchCountAdmin, SynonymGroupAdmin
from shop.search.models import DictionaryWord, HotWord, SearchCount, SynonymGroup
from shop.virtual.admin import CardSecretAdmin, ServiceCodeAdmin, ServiceTermsAdmin
from shop.virtual.models import CardSecret, ServiceCode, ServiceTerms
from tenants.context import require_shop
from tenants.routing import Refusal, refusal_body


def shop_name(request: HttpRequest) -> str:
    """Return the name of the shop whose back office this is."""
    return require_shop().name


class StaffLoginForm(AuthenticationForm):
    """Account and password; the answer to a wrong one does not say which was wrong."""

    error_messages: Mapping[str, Any] = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("账号或密码不正确。连续输错多次后，请等 15 分钟再试。"),
    }


class ShopAdminSite(UnfoldAdminSite):
    """The merchant's back office."""

    login_form = StaffLoginForm
    index_template = "admin/shop/home.html"
    index_title = _("首页")
    enable_nav_sidebar = True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows, with what the state of the shop forbids."""
        own = {"shop_notice": shop_notice(), "may_write": may_write(request.path), "page_help": help_of(request)}
        return {**super().each_context(request), "show_languages": True, **own}

    def empty_state(self, request: HttpRequest, model: type[Model], *, is_filtered: bool) -> EmptyState:
        """Return what the empty list of a model shows to the user."""
        return empty_state_of(request, model, is_filtered=is_filtered)

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the sidebar: groups in a merchant's words, only with what the user may see."""
        return navigation_of(self, request)

    def get_urls(self) -> list[Any]:
        """Return the site's pages with those of failing work and of the preview."""
        failures = self.admin_view(partial(failures_view, self))
        own = [
            path(f"{address}/", self.admin_view(require_POST(view)), name=name)
            for address, name, view in (
                ("first-steps/fold", "fold_steps", fold_view),
                ("samples/add", "add_samples", add_samples_view),
                ("samples/archive", "archive_samples", archive_samples_view),
                ("samples/remove", "remove_samples", remove_samples_view),
            )
        ]
        preview = path("preview/", self.admin_view(partial(preview_view, self)), name="preview")
        return [path("failures/", failures, name="failures"), preview, *own, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Return the home page."""
        return super().index(request, {**home_of(request.user), **(extra_context or {})})

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the log-in page, or log in."""
        response = super().login(request, extra_context)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            _record(request, "login")
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log out."""
        user: Any = request.user
        if request.method == "POST" and user.is_authenticated:
            _record(request, "logout")
        response = super().logout(request, extra_context)
        if user.is_authenticated and not request.user.is_authenticated:
            end_previews(user)
        return response

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the form for one's own password, or change it."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            _record(request, "password")
            user: Any = request.user
            end_previews(user)
        return response


def _record(request: HttpRequest, action: str) -> None:
    user: Any = request.user
    audit.record(actor=user.get_username(), action=action, target=user, request=request)


@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """Log the holder of a ticket in, once, and go to the home page; otherwise say that the link is used up."""
    user = redeem_ticket(request.GET.get("ticket", "")) if request.method == "GET" else None
    if user is None or not user.is_staff:
        return render(request, "admin/shop/ticket_refused.html", site.each_context(request), status=403)
    login(request, user, backend="shop.core.authentication.StaffBackend")
    _record(request, "welcome")
    return redirect("admin:index")


def _error_page(request: HttpRequest, status: int, title: Any, text: Any) -> HttpResponse:
    context = {"title": title, "text": text}
    return render(request, "admin/shop/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the answer for an address that leads nowhere: a page in the back office, as usual elsewhere."""
    if not request.path.startswith("/admin"):
        body, content_type = refusal_body(Refusal(404, "not_found", _("没有找到")), request.META)
        return HttpResponse(body, status=404, content_type=content_type)
    return _error_page(request, 404, _("没有找到这个页面"), _("它可能已经被移走，或者地址有误。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what the user may not do."""
    return _error_page(request, 403, _("没有权限"), _("您的角色不能查看或操作这里，请联系店主。"))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form without a valid CSRF token."""
    return _error_page(request, 403, _("页面已过期"), _("请返回上一页，刷新后再提交一次。"))


site = ShopAdminSite(name="admin")
for model, page in (
    (Product, ProductAdmin),
    (Category, CategoryAdmin),
    (Brand, BrandAdmin),
    (Asset, AssetAdmin),
    (Tag, TagAdmin),
    (Guarantee, GuaranteeAdmin),
    (SpecTemplate, SpecTemplateAdmin),
    (AttributeTemplate, AttributeTemplateAdmin),
    (HomeItem, HomeItemAdmin),
    (Review, ReviewAdmin),
    (SearchCount, SearchCountAdmin),
    (SynonymGroup, SynonymGroupAdmin),
    (DictionaryWord, DictionaryWordAdmin),
    (HotWord, HotWordAdmin),
    (ReviewSettings, ReviewSettingsAdmin),
    (OrderForm, OrderFormAdmin),
    (CardSecret, CardSecretAdmin),
    (ServiceTerms, ServiceTermsAdmin),
    (ServiceCode, ServiceCodeAdmin),
    (Order, OrderAdmin),
    (AfterSale, AfterSaleAdmin),
    (Member, MemberAdmin),
    (Level, LevelAdmin),
    (LedgerEntry, LedgerEntryAdmin),
    (StockItem, StockItemAdmin),
    (CountSheet, CountSheetAdmin),
    (StockMove, StockMoveAdmin),
    (Reservation, ReservationAdmin),
    (Payment, PaymentAdmin),
    (Refund, RefundAdmin),
    (Account, AccountAdmin),
    (ShopSettings, ShopSettingsAdmin),
    (FreightRule, FreightRuleAdmin),
    (Agreement, AgreementAdmin),
    (WechatApp, WechatAppAdmin),
    (User, StaffAdmin),
    (AuditEntry, AuditEntryAdmin),
    (Job, JobAdmin),
):
    site.register(model, page)
for config in plugins.configs():
    for name, page_path, _icon in config.pages:
        site.register(config.get_model(name), import_string(page_path))
site.disable_action("delete_selected")
