"""What shoppers say."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """What shoppers say."""

    name = "shop.reviews"
    verbose_name = _("评价")
