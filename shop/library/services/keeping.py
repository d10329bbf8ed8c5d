"""Keeping assets while something shows them."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.library.models import Asset


def hold(assets: Collection[int]) -> None:
    """Keep these assets (primary keys) from being removed until the transaction ends, in which they come into use.

    Raises ShopError 409 `asset_gone` when one was removed already.
    """
    locked = Asset.objects.live().filter(pk__in=assets).order_by("pk").select_for_update(no_key=True)
    if len(list(locked.values_list("pk", flat=True))) < len(set(assets)):
        raise ShopError("asset_gone", _("图片已被删除，请重新选择"), status=409)
