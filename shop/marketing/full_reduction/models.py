"""Activities of this tool, for a page of their own."""

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity


class FullReductionActivity(Activity):
    """Reductions from an amount or a number of units on."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("满减送")
