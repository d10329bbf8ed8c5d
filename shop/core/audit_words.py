"""The audit log in a merchant's words: names for fields, yuan for fen, titles for keys."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import money
from shop.core.base import key_of
from shop.core.models import AuditEntry
from shop.core.money import MoneyField

Values = dict[str, Any]

LONGEST_VALUE = 300
NOTHING = "—"
COUNTED = ("pictures", "new_pictures")
NAMED = ("renewed", "changed")  # lists of fields by name, stored in the language of whoever changed them
PART_TITLE = "option_text"
ASSET = "library.asset"
NAMES = {
    "roles": _("角色"),
    "renewed": _("已更换"),
    "new_pictures": _("添加图片"),
    "pictures": _("图片"),
    "reason": _("原因"),
    "tags": _("标签"),
    "guarantees": _("服务保障"),
    "related": _("关联商品"),
    "options": _("规格"),
    "attributes": _("参数"),
    "option_text": _("规格"),
    "archived": _("在回收站"),
    "name": _("名称"),
    "stock": _("库存"),
    "batch": _("批次"),
    "count": _("条数"),
    "units": _("份数"),
    "force": _("强制退款"),
    "packages": _("运单号"),
    "tracking_number": _("运单号"),
    "carrier": _("快递公司"),
    "orders": _("订单"),
    "with_contact": _("含收货人信息"),
    "changed": _("改动"),
    "flag": _("旗帜"),
    "products": _("商品"),
    "deleted": _("已删除"),
    "archived_count": _("移到回收站"),
    "kept": _("改过，保留"),
    "h5": _("浏览器付款（H5 支付）"),
    "stacks": _("可以叠加"),
    "goods": _("活动商品"),
    "rule": _("活动规则"),
    "terms": _("活动条件"),
    "scope": _("适用商品"),
    "gifts": _("赠品"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One value that changed, in words."""

    name: str
    before: str
    after: str


def lines(entry: AuditEntry) -> list[Line]:
    """Return what an entry changed, one line a value; a part of the object is named before its values."""
    return lines_of(entry.object_kind, entry.before, entry.after)


def lines_of(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[Line]:
    """Return the lines of two sets of values of an object of this kind."""
    model = _model(kind)
    found: list[Line] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        part = _part(model, name)
        if name in COUNTED and isinstance(old, list | None) and isinstance(new, list | None):
            found.append(_counted(_label(model, name), old or [], new or []))
        elif part and isinstance(old, dict | None) and isinstance(new, dict | None):
            found += _part_lines(part, name, old, new)
        else:
            found.append(Line(_label(model, name), _text(model, name, old), _text(model, name, new)))
    return found


def _counted(label: str, old: list[Any], new: list[Any]) -> Line:
    """Return how many there were and are; keys of pictures tell nobody anything."""
    before, after = (str(_("%(count)d 张") % {"count": len(keys)}) for keys in (old, new))
    if before == after:
        after = f"{after}（{_('顺序变了') if sorted(old) == sorted(new) else _('换了图')}）"
    return Line(label, before, after)


def _part_lines(
    part: type[models.Model], name: str, old: dict[str, Any] | None, new: dict[str, Any] | None
) -> list[Line]:
    title = f"{part._meta.verbose_name} {_part_title(part, name.partition(' ')[2], old, new)}".strip()
    if not old and not new:
        return [Line(title, NOTHING, NOTHING)]
    keys = [key for key in dict.fromkeys((*(old or {}), *(new or {}))) if (old or {}).get(key) or (new or {}).get(key)]
    return [
        Line(
            f"{title} {_label(part, key)}",
            _text(part, key, (old or {}).get(key)),
            str(_("已移除")) if new is None else _text(part, key, new.get(key)),
        )
        for key in keys
    ]


def _part_title(part: type[models.Model], ref: str, *values: dict[str, Any] | None) -> str:
    """Return what a part is called: of a SKU its options, where the entry or the shop still knows them."""
    if PART_TITLE not in {field.name for field in part._meta.concrete_fields}:
        return ref
    known = next((str(given[PART_TITLE]) for given in values if given and given.get(PART_TITLE)), "")
    stored = None if known else part._default_manager.filter(code=ref).values_list(PART_TITLE, flat=True).first()
    return known or stored or ref


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _field(model: type[models.Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _part(model: type[models.Model] | None, name: str) -> type[models.Model] | None:
    """Return the model of a row below the object, for a name such as `skus P1-1`."""
    prefix, blank, _rest = name.partition(" ")
    field = _field(model, prefix) if blank else None
    return field.related_model if field is not None and field.is_relation else None


def _label(model: type[models.Model] | None, name: str) -> str:
    field = _field(model, name)
    if name in NAMES and not (field is not None and getattr(field, "_verbose_name", None) and field.concrete):
        return str(NAMES[name])
    return str(getattr(field, "verbose_name", name) or name)


def _text(model: type[models.Model] | None, name: str, value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    field = _field(model, name)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(field, MoneyField) and isinstance(value, int):
        return money(value)
    if isinstance(value, dict):
        pairs = ((_label(model, key), _text(model, key, item)) for key, item in value.items())
        return gettext("；").join(
            gettext("%(name)s：%(value)s") % {"name": name, "value": text} for name, text in pairs
        )
    if isinstance(value, list):
        texts = [_text(model, "", item) for item in value]
        return gettext("、").join(map(gettext, texts) if name in NAMED else texts)
    return _short(_one(field, value))


def _one(field: Any, value: Any) -> str:
    choices = dict(getattr(field, "flatchoices", None) or ())
    if value in choices:
        return str(choices[value])
    if isinstance(field, models.ForeignKey):
        return _title_of(field.related_model, value)
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        moment = parse_datetime(value)
        return _moment(moment) if moment else value
    return strip_tags(str(value))


def _moment(moment: datetime) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment.tzinfo else moment.strftime("%Y-%m-%d %H:%M")


def _title_of(model: Any, value: Any) -> str:
    key = key_of(str(value))
    if not key:
        return _asset_title(model, value) if model._meta.label_lower == ASSET else str(value)
    found = model._default_manager.filter(pk=key).first()
    return str(found) if found else str(value)


def _asset_title(model: Any, key: str) -> str:
    """Return what the library calls a picture or video; its key would tell nobody anything."""
    return model._default_manager.filter(key=key).values_list("title", flat=True).first() or str(_("有"))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def title_objects(entries: Iterable[AuditEntry]) -> None:
    """Give every entry its `object_title`: what the object is called now, or was called; one query per kind."""
    groups: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        groups[entry.object_kind].append(entry)
    for kind, group in groups.items():
        titles = _titles(_model(kind), {entry.object_ref for entry in group})
        for entry in group:
            known = titles.get(entry.object_ref) or entry.before.get("name") or entry.before.get("title")
            entry.object_title = str(known or entry.object_ref)  # type: ignore[attr-defined]


def _titles(model: type[models.Model] | None, refs: set[str]) -> dict[str, str]:
    if model is None:
        return {}
    names = {field.name for field in model._meta.concrete_fields}
    column = next((name for name in ("number", "key") if name in names), "pk")
    wanted = [ref for ref in refs if column != "pk" or key_of(ref)]
    found = model._default_manager.filter(**{f"{column}__in": wanted})
    return {str(getattr(row, column)): str(row) for row in found}
