"""Activities of this tool, for a page of their own."""

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity


class LadderPriceActivity(Activity):
    """Shares off that grow with the number of units."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("满件折")
