"""Rules of activities in a line, as shoppers read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shop.core.money import yuan
from shop.pricing.rules import FEN


def plain_yuan(fen: int) -> str:
    """Return an amount in yuan without needless zeros: 10, 9.9, 9.95."""
    return yuan(fen).removesuffix(".00") if fen % 100 == 0 else yuan(fen).rstrip("0")


def tenths(share: int) -> str:
    """Return what is left after a share (basis points) as people say it: 1500 is 8.5 折."""
    return _("%(tenths)s 折") % {"tenths": f"{(10_000 - share) / 1_000:.3f}".rstrip("0").rstrip(".")}


def tiers_in_words(rule: Mapping[str, Any]) -> str:
    """Return the tiers of a rule: 满 100 元减 10 元，满 200 元减 25 元; 每满 100 元减 10 元，最多 3 次."""
    text = "，".join(_tier(rule, tier) for tier in rule["tiers"])
    times = rule.get("times", 1)
    return text + _("，最多 %(count)d 次") % {"count": times} if times > 1 else text


def gains_at(rule: Mapping[str, Any], threshold: int) -> str:
    """Return what the tier of a rule that begins at `threshold` gives: 减 25 元、包邮; "" where there is none."""
    tiers = [tier for tier in rule.get("tiers", ()) if tier["threshold"] == threshold]
    return "、".join(_gains(tiers[0])) if tiers else ""


def _tier(rule: Mapping[str, Any], tier: Mapping[str, Any]) -> str:
    if rule.get("unit", FEN) == FEN:
        amount = plain_yuan(tier["threshold"])
        reached = _("每满 %(amount)s 元") if rule.get("times", 1) > 1 else _("满 %(amount)s 元")
        reached %= {"amount": amount}
    else:
        reached = _("每满 %(count)d 件") if rule.get("times", 1) > 1 else _("满 %(count)d 件")
        reached %= {"count": tier["threshold"]}
    return reached + "、".join(_gains(tier))


def _gains(tier: Mapping[str, Any]) -> list[str]:
    gains = []
    if tier.get("minus"):
        gains.append(_("减 %(amount)s 元") % {"amount": plain_yuan(tier["minus"])})
    if tier.get("share"):
        text = _("打 %(discount)s") % {"discount": tenths(tier["share"])}
        if tier.get("cap") is not None:
            text += _("（最多减 %(amount)s 元）") % {"amount": plain_yuan(tier["cap"])}
        gains.append(text)
    for perk in tier.get("perks", ()):
        gains.append(_perk(perk))
    if tier.get("gifts"):
        gains.append(_("送赠品"))
    return gains


def _perk(perk: Mapping[str, Any]) -> str:
    if perk["kind"] == "free_freight":
        return _("包邮")
    if perk["kind"] == "points":
        return _("送 %(count)d 积分") % {"count": perk.get("quantity", 1)}
    return _("送优惠券")
