"""Activities of this tool, for a page of their own."""

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity


class LimitedDiscount(Activity):
    """SKUs at a lower price for a time."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("限时折扣")
