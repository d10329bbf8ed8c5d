"""Writes on promotions, and what the tools offer."""

from shop.promotions.services.activities import coming_back, count_view, end_activity, publish_activity
from shop.promotions.services.claiming import claim, claim_again, holds, paid, release, release_units
from shop.promotions.services.drafting import copy_activity, delete_activity, save_activity, summary_of
from shop.promotions.services.gates import gates
from shop.promotions.services.offering import Offering, offered
from shop.promotions.services.perks import give_perks, take_back_perks

__all__ = [
    "Offering",
    "claim",
    "claim_again",
    "coming_back",
    "copy_activity",
    "count_view",
    "delete_activity",
    "end_activity",
    "gates",
    "give_perks",
    "holds",
    "offered",
    "paid",
    "publish_activity",
    "release",
    "release_units",
    "save_activity",
    "summary_of",
    "take_back_perks",
]
