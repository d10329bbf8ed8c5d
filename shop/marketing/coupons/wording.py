"""What a coupon gives in one line, as shoppers read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shop.marketing.coupons.models import CouponTemplate
from shop.promotions.wording import plain_yuan, tenths

MOST_CHOICES = 200


def in_words(rule: Mapping[str, Any]) -> str:
    """Return a coupon's rule in the reader's language: 满 100 减 10, 打 8.5 折，最多减 20, 免运费."""
    numbers = {
        "threshold": plain_yuan(rule["threshold"]),
        "value": plain_yuan(rule["value"]),
        "discount": tenths(rule["share_bp"]),
    }
    text = _text(rule["kind"], has_threshold=bool(rule["threshold"]), has_value=bool(rule["value"])) % numbers
    if rule["cap"] is None:
        return text
    return text + _("，最多减 %(cap)s") % {"cap": plain_yuan(rule["cap"])}


def _text(kind: str, *, has_threshold: bool, has_value: bool) -> str:
    if kind == "FIXED":
        return _("满 %(threshold)s 减 %(value)s") if has_threshold else _("立减 %(value)s")
    if kind == "PERCENT":
        return _("满 %(threshold)s 打 %(discount)s") if has_threshold else _("打 %(discount)s")
    if has_value:
        return _("满 %(threshold)s 运费减 %(value)s") if has_threshold else _("运费减 %(value)s")
    return _("满 %(threshold)s 免运费") if has_threshold else _("免运费")


def reward_choices() -> list[tuple[str, str]]:
    """Return the templates of which other tools may give coupons, the newest first: key, and what each is."""
    templates = CouponTemplate.objects.grantable().order_by("-pk")[:MOST_CHOICES]
    return [(template.key, f"{template.title} · {in_words(template.rule())}") for template in templates]
