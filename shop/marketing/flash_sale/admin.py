"""The pages of flash sales."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.marketing.flash_sale.models import CODE
from shop.marketing.flash_sale.tool import PAY_MINUTES
from shop.promotions.admin import ActivityAdmin, ActivityForm, ItemsField

HOURS = 2  # how long a new session lasts unless something else is typed


class FlashSaleForm(ActivityForm):
    """SKUs, each with a price and units of its own."""

    items = ItemsField(columns=("price", "units"))
    limits = ("most_per_member", "most_per_order")
    more = ("most_per_phone", "most_per_address", "most_members", "pay_minutes")
    has_stock = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "pay_minutes" in self.fields:
            self.fields["pay_minutes"].help_text = _("不填为 %(minutes)d 分钟") % {"minutes": PAY_MINUTES}


class FlashSaleAdmin(ActivityAdmin):
    """Flash sales."""

    tool = CODE
    form = FlashSaleForm

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new session begins with: two hours from the next full hour."""
        begins = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        window = {"starts_at": begins, "ends_at": begins + timedelta(hours=HOURS)}
        return {**super().get_changeform_initial_data(request), **window}
