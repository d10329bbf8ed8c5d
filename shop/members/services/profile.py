"""What a member shows of themselves."""

import unicodedata
from urllib.parse import urlsplit

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.members.models import Member
from tenants.context import require_shop

LONGEST_NICKNAME = 40
LONGEST_AVATAR = 300


def update_profile(member: Member, *, nickname: str | None = None, avatar: str | None = None) -> Member:
    """Return the member after changing what is given; ShopError 422 names a field that cannot be taken."""
    changes: dict[str, str] = {}
    if nickname is not None:
        changes["nickname"] = _checked_nickname(nickname)
    if avatar is not None:
        changes["avatar"] = _checked_avatar(avatar)
    if changes:
        Member.objects.filter(pk=member.pk, erased_at=None).update(**changes)
    for name, value in changes.items():
        setattr(member, name, value)
    return member


def _checked_nickname(nickname: str) -> str:
    clean = nickname.strip()
    if len(clean) > LONGEST_NICKNAME or any(unicodedata.category(letter) == "Cc" for letter in clean):
        raise _refused("nickname", _("昵称最多 40 个字，不能有换行"))
    return clean


def _checked_avatar(avatar: str) -> str:
    """Return the address when it is empty, https, or a picture of this shop."""
    if not avatar or (len(avatar) <= LONGEST_AVATAR and (_is_https(avatar) or _is_own(avatar))):
        return avatar
    raise _refused("avatar", _("头像必须是 https 地址或本店上传的图片"))


def _is_https(address: str) -> bool:
    if not address.isascii() or not address.isprintable() or any(mark in address for mark in " \"'<>\\"):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _is_own(address: str) -> bool:
    prefix = storages["public"].url(f"{require_shop().uuid}/")
    rest = address.removeprefix(prefix)
    return rest != address and ".." not in rest and rest.replace("/", "").replace(".", "").isalnum() and rest.isascii()


def _refused(field: str, message: object) -> ShopError:
    return ShopError("invalid", message, detail={field: [message]})
