"""Writing a product's order form."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.catalog.order_form import FormField, form_problems, rows_of
from shop.catalog.services.summary import announce
from shop.core.errors import ShopError


@transaction.atomic
def save_order_form(product: Product, fields: Sequence[FormField], *, before: Sequence[dict[str, Any]]) -> None:
    """Replace the product's order form, which was `before` when the writer read it; orders keep what they asked.

    ShopError: 422 `order_form_invalid` (detail: place → reason), 409 `order_form_changed` when it is no longer
    `before`.
    """
    if problems := form_problems(fields):
        detail = {problem.field: str(problem.reason) for problem in reversed(problems)}
        raise ShopError("order_form_invalid", _("下单表单填写有误"), detail=detail)
    rows = rows_of(fields)
    if not Product.objects.filter(pk=product.pk, order_form=list(before)).update(order_form=rows):
        raise ShopError("order_form_changed", _("下单表单已被别人修改，请刷新后再改"), status=409)
    product.order_form = rows
    announce([product])
