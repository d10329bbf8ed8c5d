"""Taking pictures and videos in: checked, encoded, counted, stored once."""

import hashlib
from datetime import timedelta
from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from shop.library.encoding import Encoded, encode
from shop.library.models import Asset
from shop.library.services.room import take
from shop.library.video import Video, check
from tenants import due
from tenants.storage import random_name

UNUSED_AFTER = timedelta(days=1)  # how long a shopper may take between uploading a picture and sending the review


def store_picture(
    file: "File[bytes]", *, actor: str, quota: bool = True, owner: str = "", folder: str = "", title: str = ""
) -> Asset:
    """Return the stored picture; the one there is when the same file was uploaded before.

    `owner` is the key of a member, "" for the shop itself. Raises ShopError `picture_too_large` (10 MB,
    25 megapixels), `picture_invalid`, 409 `library_full`, 503 `busy`.
    """
    asset = Asset(owner=owner, uploaded_by=actor, folder=folder, title=(title or title_of(file.name)).strip())
    return _known(owner, digest := digest_of(file)) or _store(asset, digest, encode(file), quota=quota)


def store_video(file: "File[bytes]", *, actor: str, folder: str = "", title: str = "") -> Asset:
    """Return the stored video; the one there is when the same file was uploaded before.

    Raises ShopError `video_too_large` (30 MB), `video_invalid`, `video_unsupported` (not H.264), 409 `library_full`.
    """
    ready = Asset.State.READY
    asset = Asset(
        kind=Asset.Kind.VIDEO, state=ready, uploaded_by=actor, folder=folder, title=title or title_of(file.name)
    )
    return _known("", digest := digest_of(file)) or _store(asset, digest, check(file), quota=True)


def is_video(file: "File[bytes]") -> bool:
    """Return whether a file begins as an MP4 does; its name and what the browser calls it say nothing."""
    file.seek(0)
    return file.read(12)[4:8] == b"ftyp"


def _store(asset: Asset, digest: str, found: Encoded | Video, *, quota: bool) -> Asset:
    extension, letter = ("mp4", "v") if asset.kind == Asset.Kind.VIDEO else ("webp", "p")
    asset.name = storages["public"].save(random_name(extension, letter), ContentFile(found.content))
    asset.digest, asset.width, asset.height = digest, found.width, found.height
    asset.bytes = len(found.content)
    try:
        return _insert(asset, quota=quota)
    except IntegrityError:  # somebody uploaded the same file at the same time
        storages["public"].delete(asset.name)
        return Asset.objects.get(owner=asset.owner, digest=digest, archived_at=None)
    except BaseException:
        storages["public"].delete(asset.name)
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
def _insert(asset: Asset, *, quota: bool) -> Asset:
    take(asset.owner, asset.bytes, quota=quota)
    asset.save(force_insert=True)
    if asset.kind == Asset.Kind.PICTURE:
        due.schedule("library.derive", asset.key)
    if asset.owner:
        due.schedule("library.unused", asset.key, after=UNUSED_AFTER)
    return asset
