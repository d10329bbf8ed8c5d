"""What the pages of marketing tools in the back office are made of."""

from shop.promotions.admin.forms import ActivityForm
from shop.promotions.admin.items import ItemsField
from shop.promotions.admin.pages import ActivityAdmin

__all__ = ["ActivityAdmin", "ActivityForm", "ItemsField"]
