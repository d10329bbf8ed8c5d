"""The pages of bundles."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import YuanField, money
from shop.marketing.bundle.tool import CODE
from shop.marketing.bundle.wording import normal_of
from shop.promotions.admin import ActivityAdmin, ActivityForm, Column, ItemsField
from shop.promotions.admin.cautions import is_low, stock_cautions
from shop.promotions.admin.items import read_units
from shop.promotions.admin.reading import Told
from shop.promotions.admin.showing import goods_shown, rows_of
from shop.promotions.drafts import ItemDraft, drafts_of
from shop.promotions.models import Activity

QUANTITY = Column("quantity", _("每套件数"), read_units, lambda item: str(item.details.get("quantity", "")))


class BundleForm(ActivityForm):
    """SKUs with how many units of each a set holds, and what a set costs."""

    price = YuanField(label=_("套餐价"), help_text=_("一整套的价格，按原价比例分摊到每件商品"))
    items = ItemsField(
        columns=("quantity",), own=(QUANTITY,), words={"empty": _("填了件数的规格都在一套里，不填的不在。")}
    )
    asked = ("price",)
    limits = ("most_per_member", "most_per_order")
    more = ("most_per_phone", "most_per_address", "most_members")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("most_per_member", "most_per_order"):
            if name in self.fields:
                self.fields[name].help_text = _("按套计算，0 表示不限")

    def rule(self) -> dict[str, Any]:
        """Return the rule: the price of a set, and how many units one is."""
        units = sum(int(item.details.get("quantity", 0)) for item in self.drafts() or ())
        return {"price": self.cleaned_data.get("price"), "units_per_use": max(units, 1)}


class BundleAdmin(ActivityAdmin):
    """Bundles."""

    tool = CODE
    form = BundleForm

    def terms(self, activity: Activity) -> list[Told]:
        """Return what a set costs."""
        return [(_("套餐价"), money(activity.rule.get("price")))]

    def cautions(self, activity: Activity) -> list[str]:
        """Return what looks like a slip: a set that is nearly given away, or of which not one could be sent."""
        rows = rows_of(activity)
        price, normal = activity.rule.get("price") or 0, normal_of(drafts_of(activity.items.all()))
        text = _("一套 %(price)s，不到单买合计 %(normal)s 的三成。请确认没有填错。")
        low = [text % {"price": money(price), "normal": money(normal)}] if is_low(price, normal) else []
        return [*low, *stock_cautions(rows, {row["sku"].pk: row["item"].details.get("quantity", 0) for row in rows})]

    def columns(self, activity: Activity) -> list[Any]:
        """Return the columns of the parts: what each costs by itself, and how many a set holds."""

        def quantity(row: Mapping[str, Any]) -> Any:
            return row["item"].details.get("quantity", "")

        return [(_("原价"), lambda row: money(row["sku"].price)), (_("每套件数"), quantity)]

    def shown(self, activity: Activity, items: Sequence[ItemDraft], summary: str) -> dict[str, Any]:
        """Return what shoppers will see: the parts, and below them what a set costs."""
        price, normal = activity.rule.get("price"), normal_of(items)
        instead = normal if price and normal > price else None
        parts = {"goods": goods_shown(items, by_sku=True), "more": 0}
        return {**super().shown(activity, items, summary), **parts, "total": price, "instead": instead}
