"""Taking a picture in: checked, encoded, counted, stored once."""

import hashlib
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from shop.library.encoding import Encoded, encode
from shop.library.models import Asset
from shop.library.services.room import take
from tenants import due
from tenants.storage import random_name


def store_picture(
    file: "File[bytes]", *, actor: str, quota: bool = True, owner: str = "", folder: str = "", title: str = ""
) -> Asset:
    """Return the stored picture; the one there is when the same file was uploaded before.

    `owner` is the key of a member, "" for the shop itself. Raises ShopError `picture_too_large` (10 MB,
    25 megapixels), `picture_invalid`, 409 `library_full`, 503 `busy`.
    """
    digest = digest_of(file)
    if known := _known(owner, digest):
        return known
    encoded = encode(file)
    name = storages["public"].save(random_name("webp"), ContentFile(encoded.content))
    asset = Asset(
        name=name, digest=digest, owner=owner, uploaded_by=actor, folder=folder, title=title or title_of(file.name)
    )
    try:
        return _insert(asset, encoded, quota=quota)
    except IntegrityError:  # somebody uploaded the same file at the same time
        storages["public"].delete(name)
        return Asset.objects.get(owner=owner, digest=digest, archived_at=None)
    except BaseException:
        storages["public"].delete(name)
        raise


def digest_of(file: "File[bytes]") -> str:
    """Return the SHA-256 of a file's content."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def title_of(filename: str | None) -> str:
    """Return what the library calls a file: its name without folders and extension, never a path."""
    plain = PurePath((filename or "").replace("\\", "/").replace("\0", "")).stem
    return "".join(letter for letter in plain if letter.isprintable())[:120].strip()


def _known(owner: str, digest: str) -> Asset | None:
    return Asset.objects.filter(owner=owner, digest=digest, archived_at=None).first()


@transaction.atomic
def _insert(asset: Asset, encoded: Encoded, *, quota: bool) -> Asset:
    asset.width, asset.height, asset.bytes = encoded.width, encoded.height, len(encoded.content)
    take(asset.owner, asset.bytes, quota=quota)
    asset.save(force_insert=True)
    due.schedule("library.derive", asset.key)
    return asset
