"""Spec templates and attribute templates."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.drafts import AttributeRowDraft, SpecTemplateDraft
from shop.catalog.models import AttributeTemplate, Category, SpecTemplate
from shop.catalog.rules import attribute_row_problems, option_problems
from shop.core.errors import ShopError


@transaction.atomic
def save_spec_template(draft: SpecTemplateDraft, template: SpecTemplate | None = None) -> SpecTemplate:
    """Make a spec template, or change the given one; ShopError `template_invalid`, 409 `template_exists`."""
    problems = {problem.field: problem.reason for problem in option_problems(draft.options)}
    if not draft.options:
        problems["options"] = str(_("至少要有一个规格名"))
    if problems:
        raise ShopError("template_invalid", _("模板填写有误"), detail=problems)
    saved = template or SpecTemplate()
    saved.name = draft.name
    saved.options = [{"name": option.name, "values": list(option.values)} for option in draft.options]
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise ShopError("template_exists", _("已有同名模板"), status=409) from error
    return saved


@transaction.atomic
def save_attribute_template(
    category: Category, rows: Sequence[AttributeRowDraft], template: AttributeTemplate | None = None
) -> AttributeTemplate:
    """Make a category's attribute template, or change the given one.

    Raises ShopError `template_invalid`, 409 `template_exists` when the category has another one.
    """
    if problems := attribute_row_problems(rows):
        raise ShopError(
            "template_invalid", _("模板填写有误"), detail={problem.field: problem.reason for problem in problems}
        )
    saved = template or AttributeTemplate()
    saved.category = category
    saved.rows = [{"name": row.name, "values": list(row.values), "required": row.required} for row in rows]
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise ShopError("template_exists", _("这个分类已有参数模板"), status=409) from error
    return saved


def templates_by_category() -> dict[int, list[dict[str, object]]]:
    """Return category (pk) → the attributes that its products should have; what is above comes first."""
    own = dict(AttributeTemplate.objects.values_list("category_id", "rows"))
    if not own:
        return {}
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    found: dict[int, list[dict[str, object]]] = {}
    for category in parents:
        rows = {row["name"]: row for node in reversed(_upwards(category, parents)) for row in own.get(node, ())}
        if rows:
            found[category] = list(rows.values())
    return found


def wanted_attributes(category: int) -> list[AttributeRowDraft]:
    """Return the attributes that products of a category should have."""
    rows = templates_by_category().get(category, [])
    return [AttributeRowDraft(name=row["name"], values=tuple(row["values"]), required=row["required"]) for row in rows]  # type: ignore[arg-type]


def _upwards(category: int, parents: Mapping[int, int | None]) -> list[int]:
    nodes = [category]
    while (above := parents.get(nodes[-1])) is not None:
        nodes.append(above)
    return nodes
