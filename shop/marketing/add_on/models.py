"""Activities of this tool, for a page of their own."""

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity


class AddOnActivity(Activity):
    """SKUs at a low price beside others."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("加价购")
