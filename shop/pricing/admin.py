"""Freight in the back office."""

from django.utils.translation import gettext_lazy as _

from shop.core.admin_base import SingleObjectAdmin


class FreightRuleAdmin(SingleObjectAdmin):
    """What delivery costs."""

    fieldsets = (
        (
            None,
            {
                "fields": ("mode", "first", "first_fee", "extra", "extra_fee", "free_over"),
                "description": _("首费包含首件（首重）；超出部分每满一个续件（续重）加收一次续费。首费为 0 就是包邮。"),
            },
        ),
    )
