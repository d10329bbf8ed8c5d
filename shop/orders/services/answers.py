"""Answers to order forms: judged against the product's form, stored with the line as they were given."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.catalog.order_form import LONGEST_ANSWER, USUAL_ANSWER, FieldKind, FormField, form_of
from shop.core.errors import ShopError
from shop.orders.models import OrderLine

Answers = Mapping[str, str]

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_ID_NUMBER = re.compile(r"[1-9]\d{5}(19|20)\d{9}[\dX]", re.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def problems(skus: Iterable[SKU], forms: Mapping[str, Answers]) -> dict[str, dict[str, str]]:
    """Return SKU key → field key → what is wrong with the answer; empty when every form is filled in."""
    rows = list(skus)
    found = {sku.key: _problems(sku, forms.get(sku.key, {})) for sku in rows if sku.product.order_form}
    unasked = {key: {"": str(_("这个商品没有下单表单"))} for key in forms if forms[key] and key not in found}
    return {key: reasons for key, reasons in {**found, **unasked}.items() if reasons}


def fill(lines: Iterable[OrderLine], forms: Mapping[str, Answers]) -> None:
    """Write the answers into new lines (SKU key → field key → answer). ShopError: 422 `form_invalid` naming each."""
    rows = list(lines)
    if found := problems((line.sku for line in rows), forms):
        raise refusal(found)
    for line in rows:
        if fields := form_of(line.sku.product):
            given = forms.get(line.sku.key, {})
            line.form = [_snapshot(field, "" if field.is_sealed else _plain(field, given)) for field in fields]
            line.personal_answers = {
                field.key: _plain(field, given) for field in fields if field.is_sealed and _plain(field, given)
            }


def refusal(found: Mapping[str, Mapping[str, str]]) -> ShopError:
    """Return the error for what `problems` found."""
    rows = [{"sku": key, "form": dict(reasons)} for key, reasons in found.items()]
    return ShopError("form_invalid", _("请把商品要求的信息填写完整"), detail={"skus": rows})


def _snapshot(field: FormField, value: str) -> dict[str, str]:
    return {"key": field.key, "label": field.label, "kind": field.kind, "value": value}


def _plain(field: FormField, given: Answers) -> str:
    text = given.get(field.key, "").strip()
    return text.upper() if field.kind == FieldKind.ID_NUMBER else text


def _problems(sku: SKU, given: Answers) -> dict[str, str]:
    fields = form_of(sku.product)
    known = {field.key for field in fields}
    found = {field.key: str(_judge(field, _plain(field, given))) for field in fields}
    found |= {key: str(_("没有这一项")) for key in given if key not in known}
    return {key: reason for key, reason in found.items() if reason}


def _judge(field: FormField, text: str) -> Any:
    """Return what is wrong with an answer, "" for nothing."""
    if not text:
        return _("请填写“%(label)s”") % {"label": field.label} if field.required else ""
    if len(text) > LONGEST_ANSWER or not all(character.isprintable() or character == "\n" for character in text):
        return _("内容太长，或含有不能显示的字符")
    return _JUDGES[field.kind](field, text)


def _text(field: FormField, text: str) -> Any:
    most = field.most or USUAL_ANSWER
    return "" if len(text) <= most else _("最多 %(most)d 个字") % {"most": most}


def _number(field: FormField, text: str) -> Any:
    if not _NUMBER.fullmatch(text):
        return _("请填写数字，最多两位小数")
    if field.least is not None and Decimal(text) < field.least:
        return _("不能小于 %(least)d") % {"least": field.least}
    if field.most is not None and Decimal(text) > field.most:
        return _("不能大于 %(most)d") % {"most": field.most}
    return ""


def _date(field: FormField, text: str) -> Any:
    return "" if _DATE.fullmatch(text) and _is_date(text) else _("请填写日期，例如 2026-05-01")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _choice(field: FormField, text: str) -> Any:
    return "" if text in field.choices else _("请从选项中选择")


def _phone(field: FormField, text: str) -> Any:
    return "" if _MOBILE.fullmatch(text) else _("请填写 11 位手机号")


def _id_number(field: FormField, text: str) -> Any:
    """Return what is wrong with a resident identity number: 18 places, a date, a check digit."""
    if not _ID_NUMBER.fullmatch(text) or not _is_date(f"{text[6:10]}-{text[10:12]}-{text[12:14]}"):
        return _("身份证号不正确")
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return "" if text[17] == "10X98765432"[total % 11] else _("身份证号不正确")


_JUDGES: dict[str, Callable[[FormField, str], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.PHONE: _phone,
    FieldKind.ID_NUMBER: _id_number,
}
