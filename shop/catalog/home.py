"""What the home page says of products."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.home import Task


def tasks(user: Any) -> list[Task]:
    """Return how many products shoppers find sold out."""
    if not user.has_perm("catalog.view_product"):
        return []
    gone = Product.objects.on_shelf().with_sold_out().filter(sold_out=True).count()
    link = f"{reverse('admin:catalog_product_changelist')}?is_on_shelf__exact=1&stock=none"
    return [Task(_("售罄商品"), gone, link)]
