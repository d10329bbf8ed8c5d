"""Giving coupons: claimed, issued, for newcomers, as a reward. Each once per business key, never past a limit."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Least, Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopQuerySet
from shop.core.errors import ShopError
from shop.core.events import publish_all
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.members.models import Member
from shop.orders.models import Order
from tenants.models import new_key

logger = logging.getLogger(__name__)
Given, Source, State = CouponTemplate.Given, Coupon.Source, Coupon.State
BATCH = 1_000  # members whose coupons are one transaction

# First the coupons, so that whoever comes with the same business key waits here and finds it taken.
_INSERT = """
INSERT INTO coupons_coupon
    (key, member_id, template_id, rule, starts_at, ends_at, state, "order", source, business_key, void_note, created_at)
SELECT given.key, given.member, template.id, %s::jsonb,
       COALESCE(template.valid_from, now() + make_interval(days => template.days_after)),
       COALESCE(template.valid_until, now() + make_interval(days => template.days_after + template.days_valid)),
       'UNUSED', '', %s, given.business_key, '', now()
FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS given (key, member, business_key), coupons_coupontemplate template
WHERE template.id = %s ORDER BY given.business_key
ON CONFLICT (business_key) DO NOTHING RETURNING id, member_id
"""
_HOLD = """
INSERT INTO coupons_couponholding AS stored (template_id, member_id, count)
SELECT %s, member, 1 FROM unnest(%s::bigint[]) AS given (member) ORDER BY member
ON CONFLICT (template_id, member_id) DO UPDATE SET count = stored.count + 1
WHERE (SELECT most_per_member = 0 OR stored.count < most_per_member
       FROM coupons_coupontemplate WHERE id = excluded.template_id)
RETURNING member_id
"""
_COUNT = """
UPDATE coupons_coupontemplate SET claimed = claimed + %s
WHERE id = %s AND state = 'ON' AND (total = 0 OR claimed + %s <= total)
  AND (valid_until IS NULL OR valid_until > now())
  AND (NOT %s OR ((claim_from IS NULL OR claim_from <= now()) AND (claim_until IS NULL OR claim_until > now())))
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """Which members: of these levels (pks, none for all), since when registered, with or without a paid order."""

    levels: Sequence[int] = ()
    registered_since: datetime | None = None
    has_ordered: bool | None = None

    def members(self) -> ShopQuerySet:
        """Return the members that are meant."""
        found: ShopQuerySet = Member.objects.filter(erased_at=None)
        if self.levels:
            found = found.filter(level__in=self.levels)
        if self.registered_since:
            found = found.filter(created_at__gte=self.registered_since)
        if self.has_ordered is not None:
            ordered = Exists(Order.objects.filter(member=OuterRef("pk"), paid_at__isnull=False))
            found = found.filter(ordered if self.has_ordered else ~ordered)
        return found


def claim(member: Member, template: CouponTemplate) -> Coupon:
    """Return the coupon that the member takes in the centre.

    ShopError 409: `coupon_limit` for more than one may have, `coupon_over` outside its window, `coupon_gone`.
    """
    if template.given != Given.CLAIM:
        raise _over()
    made = give(template, [(member.pk, f"claim:{new_key()}")], Source.CLAIM, in_window=True)
    if not made:
        raise at_limit(template)
    return made[0]


def claim_all(member: Member) -> list[Coupon]:
    """Return the coupons that the member could take: one of each in the centre of which he has had none."""
    made = []
    for template in CouponTemplate.objects.open(Given.CLAIM).exclude(holdings__member=member).order_by("pk")[:100]:
        try:
            made.append(claim(member, template))
        except ShopError:
            continue  # gone, over, or as many as one may have
    return made


def issue(template: CouponTemplate, members: Iterable[int] | Segment, *, key: str) -> int:
    """Give every one of these members (pks) a coupon, once for each `key`; return how many got one now.

    Who has as many as one may have is left out. Every thousand members are a transaction of their own: repeating it
    goes on where it was refused. ShopError 409: `coupon_over`, `coupon_gone` when fewer are left than are wanted.
    """
    if isinstance(members, Segment):
        pks = members.members().order_by("pk").values_list("pk", flat=True)
    else:
        pks = Member.objects.filter(pk__in=list(members), erased_at=None).order_by("pk").values_list("pk", flat=True)
    wanted = [(pk, f"issue:{template.key}:{key}:{pk}") for pk in pks]
    batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    return sum(len(give(template, batch, Source.ISSUE)) for batch in batches)


def welcome(member: Member) -> list[Coupon]:
    """Give a new member the coupons for newcomers that are there now, each once."""
    made: list[Coupon] = []
    for template in CouponTemplate.objects.open(Given.REGISTER).order_by("pk"):
        try:
            made += give(
                template, [(member.pk, f"register:{member.pk}:{template.key}")], Source.REGISTER, in_window=True
            )
        except ShopError:
            continue  # gone or over meanwhile
    return made


def reward(member: int, spec: dict[str, Any], business_key: str) -> None:
    """Give a member (pk) `quantity` coupons of the template with the key `ref`, as many as its limits leave."""
    template = CouponTemplate.objects.filter(key=spec.get("ref", "")).first()
    if template is None or not Member.objects.filter(pk=member, erased_at=None).exists():
        logger.warning("no coupons for %s: template or member is missing", business_key)
        return
    for key in _reward_keys(spec, business_key):
        try:
            give(template, [(member, key)], Source.REWARD)
        except ShopError as error:
            logger.warning("no coupon for %s: %s", business_key, error.code)
            return


def _reward_keys(spec: dict[str, Any], business_key: str) -> list[str]:
    return [f"reward:{business_key}:{spec.get('ref', '')}:{number}" for number in range(int(spec.get("quantity", 1)))]


def reclaim(member: int, spec: dict[str, Any], business_key: str) -> None:
    """Take back the coupons of a reward: one that an order holds stays there, and is over when it comes back."""
    given = Coupon.objects.filter(business_key__in=_reward_keys(spec, business_key)).exclude(state=State.VOID)
    is_free = Q(state=State.UNUSED)
    given.update(
        state=Case(When(is_free, then=Value(State.VOID)), default=F("state")),
        void_note=Case(When(is_free, then=Value(str(_("赠送它的订单已退款")))), default=F("void_note")),
        ends_at=Case(When(is_free, then=F("ends_at")), default=Least(F("ends_at"), Now())),
    )


@transaction.atomic
def give(
    template: CouponTemplate, wanted: Sequence[tuple[int, str]], source: str, *, in_window: bool = False
) -> list[Coupon]:
    """Give coupons to members (pk, business key), each member at most once in a call; return those that are new.

    Left out is who got it before by that key, or has as many as one may have. Publishes `coupon.given` for each.
    ShopError 409, and nobody gets any: `coupon_over` when the template is not published or its time (with `in_window`
    its window, too) over, `coupon_gone`.
    """
    with connection.cursor() as cursor:
        keys, members, causes = zip(*((new_key(), pk, key) for pk, key in wanted), strict=True)
        rule = json.dumps(template.rule(), ensure_ascii=False)
        cursor.execute(_INSERT, [rule, source, list(keys), list(members), list(causes), template.pk])
        made = {member: pk for pk, member in cursor.fetchall()}
        if not made:
            return []
        cursor.execute(_HOLD, [template.pk, list(made)])
        lucky = {member for (member,) in cursor.fetchall()}
        Coupon.objects.filter(pk__in=[pk for member, pk in made.items() if member not in lucky]).delete()
        if not lucky:
            return []
        cursor.execute(_COUNT, [len(lucky), template.pk, len(lucky), in_window])
        if not cursor.rowcount:
            raise _refusal(template, in_window=in_window)
    given = list(Coupon.objects.filter(pk__in=[made[member] for member in lucky]).order_by("pk"))
    publish_all("coupon.given", "coupon", [coupon.key for coupon in given], template=template.key)
    return given


def _refusal(template: CouponTemplate, *, in_window: bool) -> ShopError:
    """Return why the template gives nothing: its time, or its total."""
    known = CouponTemplate.objects
    now = known.open(template.given) if in_window else known.grantable()
    return ShopError("coupon_gone", _("优惠券已经领完"), status=409) if now.filter(pk=template.pk).exists() else _over()


def _over() -> ShopError:
    return ShopError("coupon_over", _("优惠券不在领取时间"), status=409)


def at_limit(template: CouponTemplate) -> ShopError:
    """Return the refusal for a member who has as many of it as one may have."""
    return ShopError(
        "coupon_limit",
        _("每人限领 %(limit)d 张") % {"limit": template.most_per_member},
        status=409,
        detail={"limit": template.most_per_member},
    )
