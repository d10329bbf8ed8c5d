"""How much room assets take, and the limits. One conditional UPDATE decides; nothing is summed while uploading."""

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.library.models import Asset, Usage
from tenants.context import require_shop


def limit_of(scope: str) -> int:
    """Return how many bytes a scope may take; the plan's limits come before the platform's."""
    limits = require_shop().limits
    if scope == Usage.SHOP:
        return limits.get("library_bytes", settings.LIBRARY_BYTES)
    if scope == Usage.MEMBERS:
        return limits.get("member_upload_bytes", settings.MEMBER_UPLOAD_BYTES)
    return settings.ONE_MEMBER_UPLOAD_BYTES


def used(scope: str = Usage.SHOP) -> int:
    """Return how many bytes a scope takes."""
    return Usage.objects.filter(scope=scope).values_list("bytes", flat=True).first() or 0


def scopes_of(owner: str) -> list[str]:
    """Return the scopes that count an asset of this owner, in the order in which their rows are locked."""
    return [f"member:{owner}", Usage.MEMBERS] if owner else [Usage.SHOP]


@transaction.atomic
def take(owner: str, size: int, *, quota: bool = True) -> None:
    """Count `size` more bytes of this owner; ShopError 409 `library_full` when a limit would be passed."""
    for scope in scopes_of(owner):
        Usage.objects.bulk_create([Usage(scope=scope)], ignore_conflicts=True)
        rows = Usage.objects.filter(scope=scope)
        if quota:
            rows = rows.filter(bytes__lte=limit_of(scope) - size)
        if not rows.update(bytes=F("bytes") + size):
            raise _full(owner)


@transaction.atomic
def free(asset: Asset) -> None:
    """Stop counting an asset."""
    for scope in scopes_of(asset.owner):
        Usage.objects.filter(scope=scope).update(bytes=F("bytes") - asset.bytes)


def _full(owner: str) -> ShopError:
    if owner:
        return ShopError("library_full", _("上传的图片太多了，请稍后再试"), status=409)
    return ShopError("library_full", _("图片空间已用完，请先删除不用的图片，或联系平台扩容"), status=409)
