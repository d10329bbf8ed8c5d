"""What a service promises: how long it is good for, and what happens to units nobody used."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.virtual.models import RefundRule, ServiceTerms


@transaction.atomic
def save_terms(product: Product, *, valid_days: int | None, refund_rule: str) -> ServiceTerms:
    """Return the product's terms after setting them; codes that were given out keep theirs.

    ShopError: 409 `not_a_service`; 422 `terms_invalid`.
    """
    if product.kind != Product.Kind.SERVICE:
        raise ShopError("not_a_service", _("只有服务商品可以设置服务规则"), status=409)
    if refund_rule not in RefundRule.values or (valid_days is not None and not 1 <= valid_days <= 3650):
        raise ShopError("terms_invalid", _("有效天数必须在 1 到 3650 之间"), detail={"valid_days": _("填写有误")})
    values = {"valid_days": valid_days, "refund_rule": refund_rule}
    terms, _made = ServiceTerms.objects.update_or_create(product=product, defaults=values)
    return terms
