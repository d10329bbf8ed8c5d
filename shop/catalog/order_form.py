"""Order forms: what a product asks of whoever orders it. Plain values, judged here, stored in the product."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.catalog.rules import Problem, text_problem
from tenants.models import new_key

MOST_FIELDS, MOST_CHOICES = 20, 50
LONGEST_LABEL, LONGEST_HINT, LONGEST_CHOICE, LONGEST_KEY = 20, 60, 40, 16
LONGEST_ANSWER, USUAL_ANSWER = 500, 100
MOST_NUMBER = 10**9


class FieldKind(models.TextChoices):
    """What a field takes."""

    TEXT = "TEXT", _("文字")
    NUMBER = "NUMBER", _("数字")
    DATE = "DATE", _("日期")
    CHOICE = "CHOICE", _("选项")
    PHONE = "PHONE", _("手机号")
    ID_NUMBER = "ID_NUMBER", _("身份证号")


ALWAYS_PERSONAL = frozenset({FieldKind.PHONE, FieldKind.ID_NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question. `least` and `most` bound a number, `most` the length of a text; a personal answer is sealed."""

    label: str
    kind: str = FieldKind.TEXT.value
    key: str = ""
    hint: str = ""
    required: bool = True
    is_personal: bool = False
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def is_sealed(self) -> bool:
        """Return whether the answer is kept encrypted."""
        return self.is_personal or self.kind in ALWAYS_PERSONAL


def form_of(product: Product) -> tuple[FormField, ...]:
    """Return the product's order form, in order; () for none. Asks nothing."""
    return tuple(FormField(**{**row, "choices": tuple(row["choices"])}) for row in product.order_form)


def rows_of(fields: Sequence[FormField]) -> list[dict[str, Any]]:
    """Return the form as it is stored; a field without a key gets one that stays."""
    rows = [{**asdict(field), "choices": list(field.choices)} for field in fields]
    return [{**row, "key": row["key"] or new_key()} for row in rows]


def form_problems(fields: Sequence[FormField]) -> list[Problem]:
    """Return everything wrong with a form; `fields[2].label` names what a problem is about."""
    found = [problem for index, field in enumerate(fields) for problem in _field(field, f"fields[{index}]")]
    labels, keys = [field.label for field in fields], [field.key for field in fields if field.key]
    if len(fields) > MOST_FIELDS:
        found.append(Problem("fields", _("最多 %(most)d 项") % {"most": MOST_FIELDS}))
    for index, label in enumerate(labels):
        if label in labels[:index]:
            found.append(Problem(f"fields[{index}].label", str(_("名称重复"))))
    if len(set(keys)) < len(keys):
        found.append(Problem("fields", str(_("名称重复"))))
    return found


def _field(field: FormField, place: str) -> Iterator[Problem]:
    for name, longest in (("label", LONGEST_LABEL), ("hint", LONGEST_HINT), ("key", LONGEST_KEY)):
        if reason := text_problem(getattr(field, name), longest, required=name == "label"):
            yield Problem(f"{place}.{name}", reason)
    if field.kind not in FieldKind.values:
        yield Problem(f"{place}.kind", str(_("没有这种类型")))
    if field.kind == FieldKind.CHOICE:
        yield from _choices(field, place)
    elif field.choices:
        yield Problem(f"{place}.choices", str(_("只有“选项”类型可以填写选项")))
    yield from _bounds(field, place)


def _choices(field: FormField, place: str) -> Iterator[Problem]:
    if not 2 <= len(field.choices) <= MOST_CHOICES:
        yield Problem(f"{place}.choices", _("请填写 2 到 %(most)d 个选项，每行一个") % {"most": MOST_CHOICES})
    if len(set(field.choices)) < len(field.choices):
        yield Problem(f"{place}.choices", str(_("选项重复")))
    if reason := next(filter(None, (text_problem(text, LONGEST_CHOICE, required=True) for text in field.choices)), ""):
        yield Problem(f"{place}.choices", reason)


def _bounds(field: FormField, place: str) -> Iterator[Problem]:
    least, most = field.least, field.most
    if field.kind == FieldKind.NUMBER:
        if any(not -MOST_NUMBER <= bound <= MOST_NUMBER for bound in (least, most) if bound is not None):
            yield Problem(f"{place}.most", str(_("数字超出范围")))
        if least is not None and most is not None and least > most:
            yield Problem(f"{place}.most", str(_("最大值不能小于最小值")))
    elif field.kind == FieldKind.TEXT and most is not None and not 1 <= most <= LONGEST_ANSWER:
        yield Problem(f"{place}.most", _("字数必须在 1 到 %(most)d 之间") % {"most": LONGEST_ANSWER})
