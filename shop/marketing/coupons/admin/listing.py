"""The list of coupon templates: what each gives, and what came of it."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import ShopModelAdmin
from shop.core.admin_fields import money
from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.wording import in_words

_PAID = """
SELECT coupon.template_id, COALESCE(SUM(placed.paid), 0) FROM coupons_coupon coupon
JOIN orders_order placed ON placed.number = coupon."order" AND placed.paid_at IS NOT NULL AND NOT placed.is_sandbox
WHERE coupon.template_id = ANY(%s) AND coupon.state = 'USED' GROUP BY coupon.template_id
"""


def paid_of(templates: Collection[int]) -> dict[int, int]:
    """Return template (pk) → what was paid (fen) for the orders that hold its coupons."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [list(templates)])
        return {pk: int(paid) for pk, paid in cursor.fetchall()}


class CouponTemplateList(ShopModelAdmin):
    """Coupons in a list."""

    list_display = ("title_rule", "state_label", "given", "left", "claimed", "used", "paid")
    list_filter = ("state", "given")
    search_fields = ("title",)
    search_help_text = _("优惠券名称")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the templates with how many of their coupons are used."""
        return CouponTemplate.objects.with_used().order_by("-pk")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list with what was paid for orders with each: one query for all."""
        changelist = super().get_changelist_instance(request)
        found = paid_of([row.pk for row in changelist.result_list])
        for row in changelist.result_list:
            row.paid = found.get(row.pk, 0)
        return changelist

    @display(description=_("优惠券"), header=True, ordering="title")
    def title_rule(self, template: CouponTemplate) -> list[Any]:
        """Show what it is called and what it gives."""
        return [template.title, in_words(template.rule())]

    @display(description=_("状态"), ordering="state", label={"DRAFT": "default", "ON": "success", "ENDED": "info"})
    def state_label(self, template: CouponTemplate) -> tuple[str, Any]:
        """Show the state with its colour."""
        return template.state, template.get_state_display()

    @display(description=_("剩余"))
    def left(self, template: CouponTemplate) -> Any:
        """Show how many may still be given."""
        return template.total - template.claimed if template.total else _("不限")

    @display(description=_("已使用"), ordering="used")
    def used(self, template: Any) -> int:
        """Show how many orders hold."""
        return template.used

    @display(description=_("用券成交额"))
    def paid(self, template: Any) -> str:
        """Show what was paid for orders with it."""
        return money(template.paid)
