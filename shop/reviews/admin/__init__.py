"""Reviews in the back office."""

from shop.reviews.admin.reviews import ReviewAdmin
from shop.reviews.admin.settings import ReviewSettingsAdmin

__all__ = ["ReviewAdmin", "ReviewSettingsAdmin"]
