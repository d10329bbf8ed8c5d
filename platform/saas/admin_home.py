"""What the back office's home page counts, and the sidebar."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Count, Q, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models import Account
from shop.catalog.models import Product
from shop.core.admin_base import may_write
from shop.core.admin_fields import money
from shop.core.models import AuditEntry
from shop.members.models import WechatApp
from shop.orders.models import Order
from shop.pricing.models import FreightRule

State = Order.State

# title, [(title, icon, app.model)]
_NAVIGATION = (
    (
        _("商品"),
        [
            (_("商品"), "inventory_2", "catalog.product"),
            (_("分类"), "account_tree", "catalog.category"),
            (_("品牌"), "verified", "catalog.brand"),
            (_("评价"), "reviews", "reviews.review"),
            (_("导入导出记录"), "import_export", "jobs.job"),
        ],
    ),
    (_("订单"), [(_("订单"), "receipt_long", "orders.order")]),
    (_("会员"), [(_("会员"), "group", "members.member")]),
    (
        _("库存"),
        [
            (_("库存"), "warehouse", "inventory.stockitem"),
            (_("盘点"), "fact_check", "inventory.countsheet"),
            (_("库存流水"), "swap_vert", "inventory.stockmove"),
            (_("库存占用"), "lock_clock", "inventory.reservation"),
        ],
    ),
    (
        _("资金"),
        [
            (_("收款"), "payments", "payments.payment"),
            (_("退款"), "currency_exchange", "payments.refund"),
        ],
    ),
    (
        _("设置"),
        [
            (_("店铺设置"), "storefront", "core.shopsettings"),
            (_("运费"), "local_shipping", "pricing.freightrule"),
            (_("支付账户"), "account_balance_wallet", "payments.account"),
            (_("小程序"), "smartphone", "members.wechatapp"),
        ],
    ),
    (_("员工"), [(_("员工"), "badge", "core.user"), (_("操作日志"), "history", "core.auditentry")]),
)


def navigation_of(site: AdminSite, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar's groups with the pages that the user may see."""
    home = reverse("admin:index")
    groups: list[dict[str, Any]] = [{"title": "", "items": [_item(_("首页"), "home", home, request.path == home)]}]
    pages = {model._meta.label_lower: page for model, page in site._registry.items()}
    for title, entries in _NAVIGATION:
        items = []
        for name, icon, label in entries:
            if pages[label].has_view_permission(request):
                address = reverse(f"admin:{label.replace('.', '_')}_changelist")
                items.append(_item(name, icon, address, request.path.startswith(address)))
        if items:
            groups.append({"title": title, "items": items, "separator": True})
    return groups


def _item(title: Any, icon: str, link: str, active: bool) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": link, "active": active, "has_permission": True}


def home_of(user: Any) -> dict[str, Any]:
    """Return what the home page shows to `user`: to-do counts, today's figures, the first steps still to take."""
    return {"tasks": _tasks(user), "today": _today(user), "steps": _steps(user)}


def _tasks(user: Any) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = []
    if user.has_perm("orders.view_order"):
        orders = reverse("admin:orders_order_changelist")
        counts = Order.objects.in_state(State.UNPAID, State.TO_SHIP).aggregate(
            unpaid=Count("pk", filter=Q(state=State.UNPAID)), to_ship=Count("pk", filter=Q(state=State.TO_SHIP))
        )
        tasks += [
            {"title": _("待发货"), "count": counts["to_ship"], "link": f"{orders}?state__exact={State.TO_SHIP}"},
            {"title": _("待付款"), "count": counts["unpaid"], "link": f"{orders}?state__exact={State.UNPAID}"},
        ]
    if user.has_perm("catalog.view_product"):
        gone = Product.objects.on_shelf().with_sold_out().filter(sold_out=True).count()
        link = f"{reverse('admin:catalog_product_changelist')}?is_on_shelf__exact=1&stock=none"
        tasks.append({"title": _("售罄商品"), "count": gone, "link": link})
    return tasks


def _today(user: Any) -> list[dict[str, Any]]:
    if not user.has_perm("orders.view_order"):
        return []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    placed = Order.objects.filter(created_at__gte=midnight).count()
    paid = Order.objects.filter(paid_at__gte=midnight).aggregate(orders=Count("pk"), fen=Sum("paid"))
    return [
        {"title": _("今日下单"), "value": placed},
        {"title": _("今日付款订单"), "value": paid["orders"]},
        {"title": _("今日收款"), "value": money(paid["fen"] or 0)},
    ]


def _steps(user: Any) -> list[dict[str, Any]]:
    """Return the first steps of a new shop for its owner; none once all are taken, or while none can be."""
    if not user.is_owner or not may_write(reverse("admin:index")):
        return []
    freight_saved = AuditEntry.objects.filter(object_kind="pricing.freightrule").exists()
    steps = [
        _step(_("上架第一个商品"), Product.objects.on_shelf().exists(), "admin:catalog_product_add"),
        _step(
            _("设置运费"),
            freight_saved or FreightRule.objects.filter(first_fee__gt=0).exists(),
            "admin:pricing_freightrule_changelist",
        ),
        _step(_("开通收款"), Account.objects.filter(is_enabled=True).exists(), "admin:payments_account_changelist"),
        _step(_("连接小程序"), WechatApp.objects.exists(), "admin:members_wechatapp_changelist"),
        _step(_("下一笔测试订单：用接口下单，见 /api/docs"), Order.objects.exists(), "docs"),
    ]
    return [] if all(step["done"] for step in steps) else steps


def _step(title: Any, done: bool, page: str) -> dict[str, Any]:
    return {"title": title, "done": done, "link": reverse(page)}
