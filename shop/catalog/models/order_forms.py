"""A product as the page of its order form sees it."""

from django.utils.translation import gettext_lazy as _

from shop.catalog.models.products import Product


class OrderForm(Product):
    """The product, for a page of its own: what is asked of whoever orders it."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("下单表单")
