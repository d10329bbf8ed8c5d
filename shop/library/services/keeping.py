"""Keeping assets while something shows them, and removing those that nothing shows."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.library import uses
from shop.library.models import Asset
from shop.library.services.room import free
from tenants import due

# Somebody may still look at a page, or order from one, that showed a picture when it was removed.
PURGE_AFTER = timedelta(days=1)


def hold(assets: Collection[int]) -> None:
    """Keep these assets (primary keys) from being removed until the transaction ends, in which they come into use.

    Raises ShopError 409 `asset_gone` when one was removed already.
    """
    locked = Asset.objects.live().filter(pk__in=assets).order_by("pk").select_for_update(no_key=True)
    if len(list(locked.values_list("pk", flat=True))) < len(set(assets)):
        raise ShopError("asset_gone", _("图片已被删除，请重新选择"), status=409)


def claim(owner: str, keys: Sequence[str]) -> list[Asset]:
    """Return a member's own pictures with these keys, in order, held until the transaction that shows them ends.

    Raises ShopError 422 `upload_not_found` for a key that is not the member's, 409 `asset_gone`.
    """
    found = {asset.key: asset for asset in Asset.objects.pictures().filter(owner=owner, key__in=keys).exclude(owner="")}
    if any(key not in found for key in keys):
        raise ShopError("upload_not_found", _("图片已过期，请重新上传"))
    hold([asset.pk for asset in found.values()])
    return [found[key] for key in dict.fromkeys(keys)]


@transaction.atomic
def remove_assets(assets: Collection[int]) -> list[Asset]:
    """Remove those of these assets (primary keys) that nothing shows, and return them; their files go a day later."""
    locked = Asset.objects.live().filter(pk__in=assets).order_by("pk").select_for_update()
    pks = list(locked.values_list("pk", flat=True))
    removed = list(Asset.objects.filter(pk__in=pks).exclude(uses.used()).order_by("pk"))
    Asset.objects.filter(pk__in=[asset.pk for asset in removed]).update(archived_at=timezone.now())
    for asset in removed:
        free(asset)
        due.schedule("library.purge", asset.key, after=PURGE_AFTER)
    return removed


def remove_asset(asset: Asset) -> None:
    """Remove an asset; ShopError 409 `asset_in_use` when something shows it."""
    if not remove_assets([asset.pk]) and Asset.objects.live().filter(pk=asset.pk).exists():
        raise ShopError("asset_in_use", _("图片正在使用，不能删除。请先从使用它的地方移除"), status=409)


def purge(key: str) -> None:
    """Delete the files of a removed asset, and its row, unless an order or anything else still shows them."""
    asset = Asset.objects.filter(key=key, archived_at__isnull=False).first()
    if asset is None or Asset.objects.filter(uses.used(), pk=asset.pk).exists():
        return
    if uses.kept_by_history(asset.names()):
        return
    for name in asset.names():
        storages["public"].delete(name)
    asset.delete()


def drop_unused(key: str) -> None:
    """Remove what a shopper uploaded and then did not use."""
    asset = Asset.objects.live().filter(key=key).first()
    if asset and remove_assets([asset.pk]):
        due.cancel("library.purge", key)
        purge(key)


@transaction.atomic
def describe(asset: Asset, *, title: str, folder: str) -> None:
    """Change what the library calls an asset and where it lies."""
    Asset.objects.filter(pk=asset.pk).update(title=title.strip(), folder=folder.strip())
