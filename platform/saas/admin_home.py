"""What the back office's home page counts, and the sidebar."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from saas.first_steps import Checklist, checklist
from saas.home_chart import chart_of
from shop.core.admin_base import may_write
from shop.core.home import collect
from shop.orders.home import paid_today, sales_of_the_month
from shop.promotions import plugins

PREPARED_WITHIN = timedelta(seconds=60)  # after the shop was opened
# title, [(title, icon, app.model)], and whether the group is folded until one of its pages is open
_NAVIGATION: tuple[tuple[Any, list[tuple[Any, str, str]], bool], ...] = (
    (
        _("订单"),
        [
            (_("订单"), "receipt_long", "orders.order"),
            (_("售后"), "assignment_return", "aftersale.aftersale"),
            (_("核销"), "qr_code_scanner", "virtual.servicecode"),
        ],
        False,
    ),
    (
        _("商品"),
        [
            (_("商品"), "inventory_2", "catalog.product"),
            (_("分类"), "account_tree", "catalog.category"),
            (_("品牌"), "verified", "catalog.brand"),
            (_("图片库"), "photo_library", "library.asset"),
            (_("评价"), "reviews", "reviews.review"),
            (_("导入导出记录"), "import_export", "jobs.job"),
        ],
        False,
    ),
    (
        _("商品设置"),
        [
            (_("规格模板"), "grid_view", "catalog.spectemplate"),
            (_("参数模板"), "list_alt", "catalog.attributetemplate"),
            (_("标签"), "sell", "catalog.tag"),
            (_("服务保障"), "handshake", "catalog.guarantee"),
            (_("下单表单"), "assignment", "catalog.orderform"),
            (_("卡密"), "key", "virtual.cardsecret"),
            (_("服务规则"), "event_available", "virtual.serviceterms"),
        ],
        True,
    ),
    (
        _("搜索"),
        [
            (_("搜索记录"), "search", "search.searchcount"),
            (_("同义词"), "sync_alt", "search.synonymgroup"),
            (_("热搜词"), "local_fire_department", "search.hotword"),
            (_("专有词"), "dictionary", "search.dictionaryword"),
        ],
        False,
    ),
    (
        _("会员"),
        [
            (_("会员"), "group", "members.member"),
            (_("会员等级"), "military_tech", "members.level"),
            (_("积分明细"), "toll", "ledgers.ledgerentry"),
        ],
        False,
    ),
    (
        _("库存"),
        [
            (_("库存"), "warehouse", "inventory.stockitem"),
            (_("盘点"), "fact_check", "inventory.countsheet"),
            (_("库存流水"), "swap_vert", "inventory.stockmove"),
            (_("库存占用"), "lock_clock", "inventory.reservation"),
        ],
        False,
    ),
    (
        _("资金"),
        [
            (_("收款"), "payments", "payments.payment"),
            (_("退款"), "currency_exchange", "payments.refund"),
        ],
        False,
    ),
    (
        _("设置"),
        [
            (_("店铺设置"), "storefront", "core.shopsettings"),
            (_("首页装修"), "view_carousel", "decoration.homeitem"),
            (_("运费"), "local_shipping", "pricing.freightrule"),
            (_("协议"), "gavel", "agreements.agreement"),
            (_("评价设置"), "rate_review", "reviews.reviewsettings"),
            (_("支付账户"), "account_balance_wallet", "payments.account"),
            (_("小程序"), "smartphone", "members.wechatapp"),
        ],
        False,
    ),
    (_("员工"), [(_("员工"), "badge", "core.user"), (_("操作日志"), "history", "core.auditentry")], False),
)


_MARKETING = 4  # the place of the group of marketing tools


def _marketing() -> tuple[Any, list[tuple[Any, str, str]], bool]:
    """Return the group of the tools that this installation has."""
    entries = [
        (model._meta.verbose_name, icon, model._meta.label_lower)
        for config in plugins.configs()
        for model, icon in ((config.get_model(name), icon) for name, _page, icon in config.pages)
    ]
    return _("营销"), entries, False


def navigation_of(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar's groups with the pages that the user may see."""
    home, preview = reverse("admin:index"), reverse("admin:preview")
    first = [
        _item(_("首页"), "home", home, request.path == home),
        _item(_("预览"), "smartphone", preview, request.path == preview),
    ]
    groups: list[dict[str, Any]] = [{"title": "", "items": first}]
    pages = {model._meta.label_lower: page for model, page in site._registry.items()}
    for title, entries, is_folded in (*_NAVIGATION[:_MARKETING], _marketing(), *_NAVIGATION[_MARKETING:]):
        items = []
        for name, icon, label in entries:
            if pages[label].has_view_permission(request):
                address = reverse(f"admin:{label.replace('.', '_')}_changelist")
                items.append(_item(name, icon, address, request.path.startswith(address)))
        if items:
            groups.append({"title": title, "items": items, "separator": True, "collapsible": is_folded})
    return groups


def _item(title: Any, icon: str, link: str, active: bool) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": link, "active": active, "has_permission": True}


def home_of(user: Any) -> dict[str, Any]:
    """Return what the home page shows to `user`: to-dos, today's figures, the month, the first steps, the samples."""
    month = sales_of_the_month(user)
    return {
        "tasks": collect(settings.HOME_TASKS, user),
        "today": [*collect(settings.HOME_FIGURES, user), *paid_today(month)],
        "chart": chart_of(month),
        **_onboarding(user),
    }


def may_onboard(user: Any) -> bool:
    """Return whether the user is the owner of a shop that takes changes."""
    return bool(user.is_owner and may_write(reverse("admin:index")))


def _is_preparing(owner: Any, steps: Checklist) -> bool:
    """Return whether the simulators' accounts of a shop opened just now are still on their way."""
    simulated = {step.code for step in steps.steps if step.code in ("account", "app") and not step.done}
    return bool(settings.PAYSIM_URL and simulated and timezone.now() - owner.date_joined < PREPARED_WITHIN)


def _onboarding(user: Any) -> dict[str, Any]:
    """Return the checklist until it is complete, and what can be done with samples, to whom they concern."""
    if not may_onboard(user):
        return {}
    steps = checklist()
    shown = None if steps.is_complete else steps
    return {
        "checklist": shown,
        "is_preparing": _is_preparing(user, steps),
        "has_samples": steps.has_samples,
        "may_add_samples": steps.may_add_samples,
    }
