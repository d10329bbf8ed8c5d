"""Codes that are typed in: made in bulk, each good for one coupon, too many to guess."""

import secrets

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shop.core import crypto
from shop.core.errors import ShopError
from shop.marketing.coupons.models import CodeTries, Coupon, CouponCode, CouponTemplate
from shop.marketing.coupons.services.granting import at_limit, give
from shop.members.models import Member

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 letters, none of which looks like another: 5 bits each
LENGTH, GROUP = 16, 4  # 80 bits
MOST_CODES = 10_000  # of one batch
MOST_WRONG, MINUTES = 10, 10

# Counted before the code is looked up, so that parallel tries cannot pass the limit; a right one is taken off again.
_TRY = """
INSERT INTO coupons_codetries AS stored (member_id, tries, since) VALUES (%s, 1, now())
ON CONFLICT (member_id) DO UPDATE SET
    tries = CASE WHEN stored.since <= now() - make_interval(mins => %s) THEN 1 ELSE stored.tries + 1 END,
    since = CASE WHEN stored.since <= now() - make_interval(mins => %s) THEN now() ELSE stored.since END
WHERE stored.since <= now() - make_interval(mins => %s) OR stored.tries < %s
"""


def generate_codes(template: CouponTemplate, count: int, *, batch: str) -> list[CouponCode]:
    """Return so many new codes of a template that is given by code.

    ShopError: 409 `not_by_code`; 422 `count_invalid` for fewer than 1 or more than MOST_CODES.
    """
    if template.given != CouponTemplate.Given.CODE:
        raise ShopError("not_by_code", _("这张优惠券不用兑换码发放"), status=409)
    if not 1 <= count <= MOST_CODES:
        raise ShopError("count_invalid", _("一次生成 1 到 %(most)d 个兑换码") % {"most": MOST_CODES})
    rows = []
    for _number in range(count):
        row = CouponCode(template=template, batch=batch.strip()[:40])
        row.code = "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))
        rows.append(row)
    return CouponCode.objects.bulk_create(rows, batch_size=1_000)


def grouped(code: CouponCode) -> str:
    """Return a code as people read and type it: four groups of four letters."""
    text = code.code
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def plain(typed: str) -> str:
    """Return what was typed in the one form of codes: letters, capital ones, and digits."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def redeem_code(member: Member, text: str) -> Coupon:
    """Return the coupon for a code, which is used up.

    ShopError: 404 `code_unknown`; 409 `code_used`, `coupon_limit`, `coupon_over`, `coupon_gone`, which leave the code
    as it is; 429 `too_many_requests` after MOST_WRONG codes that did not exist in MINUTES.
    """
    _count_try(member)
    digest = crypto.digest(plain(text), "code")
    code = CouponCode.objects.filter(code_digest=digest).select_related("template").first()
    if code is None:
        raise ShopError("code_unknown", _("没有这个兑换码，请核对后再输"), status=404)
    CodeTries.objects.filter(member=member, tries__gt=0).update(tries=F("tries") - 1)
    return _redeem(member, code)


def _count_try(member: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRY, [member.pk, MINUTES, MINUTES, MINUTES, MOST_WRONG])
        if not cursor.rowcount:
            raise ShopError("too_many_requests", _("输错太多次，请十分钟后再试"), status=429)


@transaction.atomic
def _redeem(member: Member, code: CouponCode) -> Coupon:
    key = f"code:{code.pk}"
    made = give(code.template, [(member.pk, key)], Coupon.Source.CODE, in_window=True)
    if not made:
        if Coupon.objects.filter(business_key=key).exists():
            raise ShopError("code_used", _("这个兑换码已经用过"), status=409)
        raise at_limit(code.template)
    CouponCode.objects.filter(pk=code.pk).update(coupon=made[0])
    return made[0]
