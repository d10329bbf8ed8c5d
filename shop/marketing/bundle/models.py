"""Activities of this tool, for a page of their own."""

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity


class BundleActivity(Activity):
    """Several SKUs together at one price."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("优惠套餐")
