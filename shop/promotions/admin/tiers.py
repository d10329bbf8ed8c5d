"""The tiers of a rule in rows: from an amount or a number of units on, what it gives; one hidden JSON field."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from shop.catalog.admin_widgets import PageInput
from shop.catalog.models import SKU
from shop.core.admin_fields import DiscountField
from shop.core.money import yuan
from shop.pricing.rules import FEN, UNITS
from shop.promotions.admin.items import read_price, read_share, read_units
from shop.promotions.plugins import choices_of
from shop.promotions.tiers import MOST_TIERS, MOST_TIMES, gift_keys

MINUS, SHARE, CAP, FREIGHT, POINTS, COUPON = "minus", "share", "cap", "free_freight", "points", "coupon"
GIFTS = "gifts"
ALL_COLUMNS = (MINUS, SHARE, CAP, FREIGHT, POINTS, COUPON, GIFTS)


class TiersInput(PageInput):
    """Rows of thresholds and what each gives."""

    template = "admin/promotions/tiers.html"
    columns: Sequence[str] = ALL_COLUMNS
    units: Sequence[str] = (FEN, UNITS)
    repeats = True

    class Media:
        js = ("weipu/product/parts.js", "weipu/activity/tiers.js")
        css = {"all": ("weipu/product/product.css", "weipu/activity/activity.css")}

    def context(self, value: Any) -> dict[str, Any]:
        """Return the rule as typed or stored, with the names of its gifts."""
        typed = _typed(value) or {"unit": self.units[0], "times": "1", "tiers": [{}]}
        return {
            "data": {**typed, "names": _gift_names(typed)},
            "columns": list(self.columns),
            "units": list(self.units),
            "repeats": self.repeats,
            "coupons": [[ref, str(label)] for ref, label in choices_of(COUPON)] if COUPON in self.columns else [],
            "most": MOST_TIERS,
            "words": _words(),
            "search": reverse("admin:catalog_product_find"),
            "errors": {name: str(reason) for name, reason in self.errors.items()},
        }


class TiersField(forms.CharField):
    """A rule with tiers; its value is the JSON that activities store."""

    widget = TiersInput

    def __init__(
        self,
        *,
        columns: Sequence[str] = ALL_COLUMNS,
        units: Sequence[str] = (FEN, UNITS),
        repeats: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"required": False, "label": gettext_lazy("优惠"), **kwargs})
        self.input.columns, self.input.units, self.input.repeats = tuple(columns), tuple(units), repeats

    @property
    def input(self) -> TiersInput:
        """Return the widget, which keeps what is wrong in which cell."""
        return cast(TiersInput, self.widget)

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the rule; ValidationError, with every cell at fault noted for the page."""
        typed = _typed(value)
        if typed is None:
            raise ValidationError(_("页面数据有误，请刷新后重试"))
        unit = typed["unit"] if typed["unit"] in self.input.units else self.input.units[0]
        tiers = [self._tier(place, row, unit) for place, row in enumerate(typed["tiers"])]
        if self.input.errors:
            raise ValidationError(_("表格里有填错的地方，已标红"))
        rule: dict[str, Any] = {"unit": unit, "times": self._times(typed["times"]), "tiers": tiers}
        if gifts := gift_keys(rule):
            rule["gifts"] = gifts
        return rule

    def _times(self, text: str) -> int:
        if not self.input.repeats or not text.isascii() or not text.isdigit() or len(text) > 4:
            return 1
        return min(max(int(text), 1), MOST_TIMES)

    def _tier(self, place: int, row: Mapping[str, Any], unit: str) -> dict[str, Any]:
        columns = self.input.columns
        threshold = self._read(place, "threshold", row, read_price if unit == FEN else read_units)
        if threshold is None:
            self.input.errors.setdefault(f"tiers[{place}].threshold", _("请填写门槛"))
        tier: dict[str, Any] = {"threshold": threshold}
        for name, read in ((MINUS, read_price), (SHARE, read_share), (CAP, read_price)):
            if name in columns and (found := self._read(place, name, row, read)) is not None:
                tier[name] = found
        perks: list[dict[str, Any]] = [{"kind": FREIGHT}] if FREIGHT in columns and row.get(FREIGHT) is True else []
        if POINTS in columns and (points := self._read(place, POINTS, row, read_units)):
            perks.append({"kind": POINTS, "quantity": points})
        if COUPON in columns and (coupon := self._coupon(place, row)):
            perks.append({"kind": COUPON, "quantity": 1, "ref": coupon})
        if perks:
            tier["perks"] = perks
        if GIFTS in columns and (gifts := self._gifts(place, row)):
            tier[GIFTS] = gifts
        return tier

    def _coupon(self, place: int, row: Mapping[str, Any]) -> str:
        ref = str(row.get(COUPON) or "")
        if ref and ref not in dict(choices_of(COUPON)):
            self.input.errors[f"tiers[{place}].{COUPON}"] = _("优惠券已停止发放，请重新选择")
        return ref

    def _read(self, place: int, name: str, row: Mapping[str, Any], read: Callable[[str], int]) -> int | None:
        text = str(row.get(name) or "").strip()
        try:
            return read(text) if text else None
        except ValidationError as error:
            self.input.errors[f"tiers[{place}].{name}"] = error.messages[0]
            return None

    def _gifts(self, place: int, row: Mapping[str, Any]) -> list[dict[str, int]]:
        try:
            gifts = [{"sku": int(gift["sku"]), "quantity": int(gift["quantity"])} for gift in row.get(GIFTS) or ()]
        except (ValueError, TypeError, KeyError, OverflowError):
            gifts = [{"sku": 0, "quantity": 0}]
        known = set(SKU.objects.sellable().filter(pk__in=_small(gifts)).values_list("pk", flat=True))
        if not all(gift["sku"] in known and 1 <= gift["quantity"] <= 99 for gift in gifts):
            self.input.errors[f"tiers[{place}].gifts"] = _("赠品已下架，或件数不对")
        return gifts

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether anything was posted; what changed, the page tells from what is stored."""
        return bool(data)


def _small(gifts: Sequence[Mapping[str, int]]) -> list[int]:
    return [gift["sku"] for gift in gifts if 0 < gift["sku"] < 2**63]


def _typed(value: Any) -> dict[str, Any] | None:
    """Return what was posted, as far as it has the shape of a rule."""
    try:
        found = json.loads(value or "null")
        rows = [dict(row) for row in found["tiers"]][: MOST_TIERS + 1]
        return {"unit": str(found["unit"]), "times": str(found["times"]), "tiers": rows}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def stored_tiers(rule: Mapping[str, Any]) -> str:
    """Return a stored rule as the page types it."""
    unit = rule.get("unit", FEN)
    rows = [_row(tier, unit) for tier in rule.get("tiers", ())]
    return json.dumps({"unit": unit, "times": str(rule.get("times", 1)), "tiers": rows or [{}]}, ensure_ascii=False)


def _row(tier: Mapping[str, Any], unit: str) -> dict[str, Any]:
    perks = {perk["kind"]: perk for perk in tier.get("perks", ())}
    return {
        "threshold": yuan(tier["threshold"]) if unit == FEN else str(tier["threshold"]),
        MINUS: yuan(tier[MINUS]) if tier.get(MINUS) else "",
        SHARE: DiscountField().prepare_value(tier.get(SHARE)) or "",
        CAP: yuan(tier[CAP]) if tier.get(CAP) else "",
        FREIGHT: FREIGHT in perks,
        POINTS: str(perks[POINTS].get("quantity", 1)) if POINTS in perks else "",
        COUPON: perks.get(COUPON, {}).get("ref", ""),
        GIFTS: [{"sku": gift["sku"], "quantity": gift["quantity"]} for gift in tier.get(GIFTS, ())],
    }


def _gift_names(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return SKU (pk, as text) → what it is called."""
    lists = [row[GIFTS] for row in typed["tiers"] if isinstance(row.get(GIFTS), list)]
    named = [gift.get("sku") for gifts in lists for gift in gifts if isinstance(gift, dict)]
    usable = [pk for pk in named if isinstance(pk, int) and 0 < pk < 2**63]
    found = SKU.objects.filter(pk__in=usable).select_related("product")
    return {str(sku.pk): f"{sku.product.title} {sku.option_text}".strip() for sku in found}


def _words() -> dict[str, str]:
    return {
        FEN: _("按金额"),
        UNITS: _("按件数"),
        "unit": _("门槛"),
        "repeat": _("每满都减（例如满 200 减两次）"),
        "times": _("最多减几次"),
        "threshold_fen": _("满（元）"),
        "threshold_units": _("满（件）"),
        MINUS: _("减（元）"),
        SHARE: _("打折（折）"),
        CAP: _("最多减（元）"),
        FREIGHT: pgettext("heading", "包邮"),
        POINTS: _("送积分"),
        COUPON: pgettext("heading", "送优惠券"),
        "none": _("不送"),
        GIFTS: _("赠品"),
        "add": _("再加一档"),
        "remove": _("删除"),
        "search": _("按标题或编码查找赠品"),
        "nothing": _("没有找到商品"),
        "tier": _("第 %d 档"),
        "quantity": _("件数"),
        "which": _("送哪个规格？点一个"),
        "lost": _("没有读到商品，请检查网络后再试"),
    }
