"""The life of a template: draft, published, ended. What members hold of it lives on by itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.marketing.coupons.models import CouponTemplate

State = CouponTemplate.State
_OF_ITSELF = frozenset({"id", "key", "state", "claimed", "created_at"})


@transaction.atomic
def save_template(template: CouponTemplate) -> CouponTemplate:
    """Return a new or changed draft, stored. ShopError: 422 `invalid` (detail: field → texts), 409 `not_draft`."""
    if template.pk:
        drafts = CouponTemplate.objects.filter(pk=template.pk, state=State.DRAFT)
        if not drafts.select_for_update().exists():
            raise ShopError("not_draft", _("优惠券已经发布，不能修改规则"), status=409)
    try:
        template.full_clean()
    except ValidationError as error:
        raise ShopError("invalid", _("填写的内容有误"), detail=error.message_dict) from error
    template.save()
    return template


@transaction.atomic
def extend_template(template: CouponTemplate, **more: Any) -> CouponTemplate:
    """Return a published template with another `title` or `claim_until`, or a higher `total` or `most_per_member`.

    ShopError: 409 `not_running`; 422 `limit_lowered`, `invalid`.
    """
    if unknown := set(more) - {"title", "claim_until", "total", "most_per_member"}:
        raise ValueError(f"not to be changed once published: {', '.join(sorted(unknown))}")
    stored = CouponTemplate.objects.filter(pk=template.pk, state=State.ON).select_for_update().first()
    if stored is None:
        raise ShopError("not_running", _("优惠券没有在发放"), status=409)
    for name in ("total", "most_per_member"):
        if name in more and _lowers(getattr(stored, name), more[name]):
            raise ShopError("limit_lowered", _("发布后只能增加数量"), detail={"field": name})
    for name, value in more.items():
        setattr(stored, name, value)
    try:
        stored.full_clean()
    except ValidationError as error:
        raise ShopError("invalid", _("填写的内容有误"), detail=error.message_dict) from error
    stored.save(update_fields=list(more))
    return stored


def _lowers(old: int, new: int) -> bool:
    """Return whether a limit (0 is none) would be lower than before."""
    return bool(new) and (not old or new < old)


def publish_template(template: CouponTemplate) -> None:
    """Let a draft be given to members. ShopError: 409 `not_draft`; `coupon_over` when nobody could use it any more."""
    drafts = CouponTemplate.objects.filter(pk=template.pk, state=State.DRAFT)
    if drafts.in_time().update(state=State.ON):
        return
    if drafts.exists():
        raise ShopError("coupon_over", _("可用时间已过，请修改后再发布"), status=409)
    raise ShopError("not_draft", _("优惠券已经发布过"), status=409)


@transaction.atomic
def copy_template(template: CouponTemplate) -> CouponTemplate:
    """Return a new draft with the rule of a template; nobody has any of it."""
    values = {
        column.attname: getattr(template, column.attname)
        for column in CouponTemplate._meta.concrete_fields
        if column.attname not in _OF_ITSELF
    }
    return CouponTemplate.objects.create(**{**values, "title": f"{template.title[:34]}{_('（复制）')}"})


@transaction.atomic
def delete_template(template: CouponTemplate) -> None:
    """Throw away a template that gives nothing, of which nobody ever had a coupon or a code. ShopError 409 `in_use`."""
    unused = CouponTemplate.objects.filter(pk=template.pk, claimed=0, coupons=None, codes=None).exclude(state=State.ON)
    locked = CouponTemplate.objects.select_for_update().filter(pk__in=unused.values("pk")).first()
    if locked is None or locked.claimed or locked.state == State.ON:
        raise ShopError("in_use", _("正在发放或已经有人领取的优惠券不能删除"), status=409)
    locked.delete()


def end_template(template: CouponTemplate) -> bool:
    """Give no more of it; what members hold stays good. False when it is not running."""
    return bool(CouponTemplate.objects.filter(pk=template.pk, state=State.ON).update(state=State.ENDED))
