"""The pages of limited-time discounts."""

from shop.marketing.limited_discount.tool import CODE
from shop.promotions.admin import ActivityAdmin, ActivityForm, ItemsField


class LimitedDiscountForm(ActivityForm):
    """SKUs, each with a price or a share off."""

    items = ItemsField(columns=("price", "share"))
    limits = ("most_per_member", "most_per_order")
    more = ("most_per_phone", "most_per_address", "most_members", "priority")


class LimitedDiscountAdmin(ActivityAdmin):
    """Limited-time discounts."""

    tool = CODE
    form = LimitedDiscountForm
