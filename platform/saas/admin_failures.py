"""Work of the shop that failed again and again: what it is about, and what happens next."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.models import Refund
from shop.core.home import Task, number_of
from shop.core.models import ShopSettings
from tenants.context import require_shop
from tenants.models import Due
from tenants.outbox import DELIVERY

PERMISSION = "payments.view_payment"
MANY_FAILURES = 3  # the first repeats follow within seconds and are nobody's concern
MOST_SHOWN = 100
KINDS = {
    "payments.query": _("查询付款结果"),
    "payments.settle": _("处理支付通知"),
    "payments.refund": _("提交退款"),
    "orders.expire": _("取消超时订单"),
    "fulfilment.auto_receive": _("自动确认收货"),
    "virtual.deliver": _("发放卡密或服务"),
    "event:shop.aftersale.receivers.on_refund_done": _("记录售后退款完成"),
    "event:shop.fulfilment.wechat_shipping.on_package_shipped": _("上传微信发货信息"),
    "event:shop.fulfilment.wechat_shipping.on_package_corrected": _("更正微信发货信息"),
    "event:shop.fulfilment.wechat_shipping.on_package_closed": _("上传微信发货信息"),
}


def _failing() -> QuerySet[Due]:
    return Due.objects.filter(shop=require_shop().uuid, failures__gte=MANY_FAILURES)


def tasks(user: Any) -> list[Task]:
    """Return what keeps failing and which refunds were refused, for those who watch over the shop's money."""
    if not user.has_perm(PERMISSION):
        return []
    refused = Refund.objects.filter(state=Refund.State.FAILED)
    counts = ShopSettings.objects.values(failing=number_of(_failing()), refused=number_of(refused)).get(pk=1)
    refunds = f"{reverse('admin:payments_refund_changelist')}?state__exact={Refund.State.FAILED}"
    found = [
        Task(_("退款失败"), counts["refused"], refunds),
        Task(_("处理失败"), counts["failing"], reverse("admin:failures")),
    ]
    return [task for task in found if task.count]


def failures_view(site: Any, request: HttpRequest) -> HttpResponse:
    """Return the page of what keeps failing; texts of errors are the operators' to read."""
    user: Any = request.user
    if not user.has_perm(PERMISSION):
        raise PermissionDenied
    rows = [
        (KINDS.get(row.kind, _("后台任务")), "" if row.kind.startswith(DELIVERY) else row.ref, row)
        for row in _failing().order_by("run_at")[:MOST_SHOWN]
    ]
    context = {**site.each_context(request), "title": _("处理失败"), "rows": rows}
    return TemplateResponse(request, "admin/shop/failures.html", context)
