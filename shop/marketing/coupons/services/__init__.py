"""Writes on coupons."""

from shop.marketing.coupons.services.codes import generate_codes, grouped, redeem_code
from shop.marketing.coupons.services.granting import Segment, claim, claim_all, issue, reward, welcome
from shop.marketing.coupons.services.templates import (
    copy_template,
    delete_template,
    end_template,
    extend_template,
    publish_template,
    save_template,
)
from shop.marketing.coupons.services.using import give_back, use, void

__all__ = [
    "Segment",
    "claim",
    "claim_all",
    "copy_template",
    "delete_template",
    "end_template",
    "extend_template",
    "generate_codes",
    "give_back",
    "grouped",
    "issue",
    "publish_template",
    "redeem_code",
    "reward",
    "save_template",
    "use",
    "void",
    "welcome",
]
