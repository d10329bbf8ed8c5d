"""What the page of a published activity tells; a tool says more by overriding."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import money
from shop.promotions.admin.cautions import price_cautions, stock_cautions
from shop.promotions.admin.forms import stacking_of
from shop.promotions.admin.listing import ActivityList
from shop.promotions.admin.numbers import Numbers, numbers_of
from shop.promotions.admin.scope import scope_in_words
from shop.promotions.admin.showing import document_of, gifts_in_words, preview, rows_of, summary_for_staff
from shop.promotions.drafts import ItemDraft, drafts_of
from shop.promotions.models import Activity

Told = tuple[Any, Any]  # what a value is called, the value in words
Link = tuple[Any, str, str]  # label, address, icon
Column = tuple[Any, Callable[[Mapping[str, Any]], Any]]


class ActivityReading(ActivityList):
    """Words, numbers and SKUs of one activity."""

    activity_template: ClassVar[str] = "admin/promotions/activity.html"
    price_title: ClassVar[Any] = _("活动价")

    def terms(self, activity: Activity) -> list[Told]:
        """Return the tool's own rule in words; SKUs, scope, limits and stacking are told anyway."""
        return []

    def figures(self, activity: Activity) -> list[Told]:
        """Return what came of an activity."""
        found = numbers_of(self.tool, [activity.key]).get(activity.key, Numbers())
        kept = [(_("扣除退款后"), money(found.kept))] if found.refunded else []
        return [
            (_("浏览"), activity.views),
            (_("付款订单"), found.orders),
            (_("件数"), found.units),
            (_("成交额"), money(found.paid)),
            *kept,
        ]

    def columns(self, activity: Activity) -> list[Column]:
        """Return the columns of the SKUs, beside the product: heading, and the text of a row."""
        prices: list[Column] = [
            (_("原价"), lambda row: money(row["sku"].price)),
            (self.price_title, lambda row: money(row["price"])),
        ]
        stock: list[Column] = [
            (_("活动库存"), lambda row: row["item"].units),
            (_("剩余"), lambda row: row["left"]),
        ]
        return [*prices, *stock] if activity.has_stock else prices

    def links(self, request: HttpRequest, activity: Activity) -> list[Link]:
        """Return buttons of the tool's own."""
        return []

    def parts(self, request: HttpRequest, activity: Activity) -> dict[str, Any]:
        """Return what the tool's own `activity_template` needs."""
        return {}

    def shown(self, activity: Activity, items: Sequence[ItemDraft], summary: str) -> dict[str, Any]:
        """Return what shoppers will see."""
        return preview(activity, items, summary)

    def shown_as_stored(self, activity: Activity) -> dict[str, Any]:
        """Return what shoppers see of a stored activity; one that was stopped is over, whatever was planned."""
        shown = self.shown(activity, drafts_of(activity.items.all()), activity.summary)
        if activity.state == Activity.State.ENDED:
            shown["ends_at"] = min(shown["ends_at"], timezone.now())
        return shown

    def document(self, activity: Activity) -> dict[str, Any]:
        """Return an activity as the audit log compares it."""
        terms = [f"{name}：{text}" for name, text in self.terms(activity)]
        return {**document_of(activity, self.promotion), **({"terms": terms} if terms else {})}

    def cautions(self, activity: Activity) -> list[str]:
        """Return what looks like a slip before an activity is published."""
        rows = rows_of(activity)
        units = {row["sku"].pk: row["item"].units for row in rows} if activity.has_stock else {}
        return [*price_cautions(rows), *stock_cautions(rows, units)]

    def told(self, activity: Activity) -> dict[str, Any]:
        """Return everything that the page tells of an activity."""
        columns = self.columns(activity)
        return {
            "summary": summary_for_staff(activity),
            "terms": self.terms(activity),
            "figures": self.figures(activity),
            "columns": [heading for heading, _text in columns],
            "rows": [
                {"sku": row["sku"], "cells": [(heading, text(row)) for heading, text in columns]}
                for row in rows_of(activity)
            ],
            "gifts": gifts_in_words(activity),
            "scope": scope_in_words(activity.scope),
            "limits": self._limits(activity),
            "stacks": [label for stage, label in stacking_of(self.promotion).items() if stage not in activity.excludes],
            "shown": self.shown_as_stored(activity),
        }

    def _limits(self, activity: Activity) -> list[Told]:
        form: Any = self.form
        named = [name for name in (*form.limits, *form.more) if name.startswith("most_")]
        field = self.opts.get_field
        return [(field(name).verbose_name, getattr(activity, name)) for name in named if getattr(activity, name)]
