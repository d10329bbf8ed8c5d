"""File storage below the shop's immutable uuid."""

import secrets
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.urls import get_script_prefix

from tenants.context import require_shop


def random_name(extension: str) -> str:
    """Return a new immutable name of a public picture: `<shop uuid>/p/<aa>/<random>.<extension>`."""
    token = secrets.token_hex(16)
    return str(PurePosixPath(str(require_shop().uuid), "p", token[:2], f"{token}.{extension}"))


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


class PrivateStorage(_BelowMedia):
    """Exports and evidence, below MEDIA_ROOT/private; only a view serves them."""

    folder = "private"

    def __init__(self) -> None:
        super().__init__(base_url=None)
