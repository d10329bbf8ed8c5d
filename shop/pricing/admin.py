"""Freight in the back office."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.core.admin_base import SingleObjectAdmin


class FreightRuleAdmin(SingleObjectAdmin):
    """What delivery costs."""

    fieldsets = (
        (
            None,
            {
                "fields": ("mode", "first", "first_fee", "extra", "extra_fee", "free_over"),
                "description": _(
                    "首费包含首件（首重）；超出部分每个续件（续重）加收一次续费，不足一个按一个算。首费为 0 就包邮。"
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; a step of nothing would charge without end."""
        if db_field.name in {"first", "extra"}:
            kwargs["min_value"] = 1
        return super().formfield_for_dbfield(db_field, request, **kwargs)
