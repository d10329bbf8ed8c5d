"""File storage below the shop's immutable uuid."""

import secrets
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.urls import get_script_prefix

from tenants.context import require_shop

# What may be served to anybody, and as what. Nothing here can run in a browser; a file is never served as what its
# uploader called it.
PUBLIC_TYPES = {".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4"}
FOR_EVER = "public, max-age=31536000, immutable"


def random_name(extension: str, letter: str = "p") -> str:
    """Return a new immutable name of a public file: `<shop uuid>/p/<aa>/<random>.<extension>` (v for videos)."""
    token = secrets.token_hex(16)
    return str(PurePosixPath(str(require_shop().uuid), letter, token[:2], f"{token}.{extension}"))


def public_type(name: str) -> str:
    """Return as what a public file is served; ValueError for kinds that are not for anybody."""
    suffix = PurePosixPath(name).suffix
    if suffix not in PUBLIC_TYPES:
        raise ValueError(f"files of the kind {suffix} are not served to anybody")
    return PUBLIC_TYPES[suffix]


class _BelowMedia(FileSystemStorage):
    """A folder below settings.MEDIA_ROOT, looked up when it is used."""

    folder: str

    @property
    def base_location(self) -> str:
        """Return the folder."""
        return str(settings.MEDIA_ROOT / self.folder)

    @property
    def location(self) -> str:
        """Return the folder's absolute path."""
        return str((settings.MEDIA_ROOT / self.folder).absolute())


class PublicStorage(_BelowMedia):
    """Pictures anybody may see, below MEDIA_ROOT/public."""

    folder = "public"

    def __init__(self) -> None:
        super().__init__(base_url="/media/")

    def url(self, name: str | None) -> str:
        """Return the path of a picture on the host that is being asked: below `/s/<key>` on the shared one."""
        return get_script_prefix().rstrip("/") + super().url(name)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file and return its name; ValueError for kinds that are not for anybody."""
        public_type(name or "")
        return super().save(name, content, max_length)


class PrivateStorage(_BelowMedia):
    """Exports and evidence, below MEDIA_ROOT/private; only a view serves them."""

    folder = "private"

    def __init__(self) -> None:
        super().__init__(base_url=None)
