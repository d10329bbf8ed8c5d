"""Levels of membership and who is in which."""

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.members.models import Level, Member

DISCOUNT_MOST = 9_900  # a member price of at least a hundredth


def save_level(level: Level) -> Level:
    """Store a level. ShopError 422 names the field that cannot be taken."""
    others = Level.objects.exclude(pk=level.pk)
    if others.filter(name=level.name).exists():
        raise _refused("name", _("已有同名的等级"))
    if others.filter(threshold=level.threshold).exists():
        raise _refused("threshold", _("已有这个成长值的等级"))
    if not 0 <= level.discount_bp <= DISCOUNT_MOST:
        raise _refused("discount_bp", _("折扣应在 0.1 折到 10 折之间"))
    level.save()
    return level


def delete_level(level: Level) -> None:
    """Remove a level. ShopError 409 `level_in_use` while a member is in it."""
    try:
        level.delete()
    except ProtectedError as error:
        raise ShopError("level_in_use", _("还有会员在这个等级里，请先给他们换等级"), status=409) from error


def set_level(member: Member, level: Level | None) -> None:
    """Put a member into a level, or out of all."""
    Member.objects.filter(pk=member.pk, erased_at=None).update(level=level)


def _refused(field: str, message: object) -> ShopError:
    return ShopError("invalid", _("请检查填写的内容"), detail={field: [message]})
