"""What decides whether shoppers see a text: a contract, and the words it is checked against on the spot.

Settings name the checkers (`REVIEW_CHECKERS`, dotted paths); the strictest verdict counts. They are called outside
any transaction and may raise what says "try again".
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from django.utils.translation import gettext as _

from shop.reviews.models import ReviewSettings


class Verdict(IntEnum):
    """What becomes of a text; the greater the stricter."""

    SHOW = 0
    WAIT = 1
    HIDE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and why, in words for the merchant."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """A text and the openid of who wrote it in the shop's mini-program, "" when there is none."""

    text: str
    openid: str = ""


class Checker(Protocol):
    """Judges a text."""

    def check(self, writing: Writing) -> Finding:
        """Return the finding; WechatError with `retry` (or any other error) to be asked again later."""


# What advertises or gives a person away; a colleague decides.
_SUSPICIOUS = (
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII), "phone"),
    (re.compile(r"https?://|www\.", re.ASCII | re.IGNORECASE), "link"),
    (re.compile(r"(加|\+)\s*(我)?\s*(微信|薇信|v信|vx|wx|qq|扣扣)", re.IGNORECASE), "contact"),
    (re.compile(r"(微信|vx|wx|qq)\s*[:：号]?\s*[a-z0-9_-]{5,}", re.IGNORECASE), "contact"),
)


class WordCheck:
    """Phone numbers, links and contacts wait for a colleague; the shop's own blocked words are not shown."""

    def check(self, writing: Writing) -> Finding:
        """Return the finding; never raises."""
        text = writing.text.lower()
        for word in blocked_words():
            if word in text:
                return Finding(Verdict.HIDE, _("含有屏蔽词“%(word)s”") % {"word": word})
        reasons = {"phone": _("像是含有手机号"), "link": _("像是含有网址"), "contact": _("像是含有联系方式")}
        for pattern, kind in _SUSPICIOUS:
            if pattern.search(text):
                return Finding(Verdict.WAIT, reasons[kind])
        return Finding(Verdict.SHOW)


def blocked_words() -> list[str]:
    """Return the shop's blocked words in lower case."""
    text = ReviewSettings.objects.values_list("blocked_words", flat=True).get(pk=1)
    return [word.strip().lower() for word in text.splitlines() if word.strip()]
