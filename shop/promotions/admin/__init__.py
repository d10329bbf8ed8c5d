"""What the pages of marketing tools in the back office are made of."""

from shop.promotions.admin.forms import ActivityForm
from shop.promotions.admin.items import Column, ItemsField
from shop.promotions.admin.pages import ActivityAdmin
from shop.promotions.admin.reductions import ReductionAdmin, ReductionForm
from shop.promotions.admin.scope import ScopeFields
from shop.promotions.admin.tiers import TiersField

__all__ = [
    "ActivityAdmin",
    "ActivityForm",
    "Column",
    "ItemsField",
    "ReductionAdmin",
    "ReductionForm",
    "ScopeFields",
    "TiersField",
]
