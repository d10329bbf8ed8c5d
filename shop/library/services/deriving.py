"""The smaller sizes and the JPEG of a picture, made outside the request."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from shop.core.events import publish
from shop.library.encoding import size_of, variants
from shop.library.models import Asset
from shop.library.services.room import take


def derive(key: str) -> None:
    """Make the sizes of the asset with this key that are missing; repeating has no effect."""
    asset = Asset.objects.pictures().filter(key=key, state=Asset.State.PENDING).first()
    if asset is None:
        return
    with storages["public"].open(asset.name) as file:
        content = file.read()
    made = variants(content)
    for suffix, variant in made.items():
        name = asset.name.removesuffix(".webp") + suffix
        storages["public"].delete(name)  # what a killed run left, perhaps in part
        storages["public"].save(name, ContentFile(variant))
    asset.width, asset.height = size_of(content)
    _finish(asset, len(content) + sum(map(len, made.values())))


@transaction.atomic
def _finish(asset: Asset, size: int) -> None:
    """Count what was made and say that the sizes exist, once."""
    row = Asset.objects.filter(pk=asset.pk, state=Asset.State.PENDING, archived_at=None)
    if row.update(state=Asset.State.READY, width=asset.width, height=asset.height, bytes=size):
        take(asset.owner, size - asset.bytes, quota=False)
        publish("picture.ready", "asset", asset.key)
