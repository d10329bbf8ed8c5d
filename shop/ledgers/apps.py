"""Accounts of members that are kept in ledgers: points."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgersConfig(AppConfig):
    """Accounts of members that are kept in ledgers: points."""

    name = "shop.ledgers"
    verbose_name = _("积分")
    rewards = {"points": "shop.ledgers.services.reward_points"}
    rewards_back = {"points": "shop.ledgers.services.reclaim_points"}
