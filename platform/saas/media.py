"""Pictures and videos from local storage; with S3-compatible storage their addresses point there instead."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import View

from tenants.context import require_shop
from tenants.storage import FOR_EVER, PUBLIC_TYPES

# Exactly the names that the storage gives, so that no path can lead anywhere else.
_NAME = re.compile(r"[a-z]/[0-9a-f]{2}/[0-9A-Za-z_-]{8,80}\.[a-z0-9]{3,4}", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
_CHUNK = 64 * 1024
# Should a file ever be opened as a page: no script, no frame, no form, nothing loaded.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": FOR_EVER,
    "Accept-Ranges": "bytes",
}


class PublicMedia(View):
    """A public file of the current shop; 404 for any other shop's, and for kinds that are not on the list."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """Return the file or the asked part of it, to be kept for ever: names never change their content."""
        shop, _, rest = name.partition("/")
        content_type = PUBLIC_TYPES.get(PurePosixPath(rest).suffix)
        if shop != str(require_shop().uuid) or not _NAME.fullmatch(rest) or content_type is None:
            raise Http404
        path = settings.MEDIA_ROOT / "public" / shop / rest
        if path.is_symlink() or not path.is_file():
            raise Http404
        return _answer(request, path.open("rb"), path.stat().st_size, content_type)


def _answer(request: HttpRequest, file: BinaryIO, size: int, content_type: str) -> HttpResponseBase:
    part = _part(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if part is None:
        response = FileResponse(file, content_type=content_type, headers=_SAFE)
        response["Content-Length"] = str(size)
        return response
    start, end = part
    if start >= end:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", **_SAFE})
    response = FileResponse(_Part(file, start, end), status=206, content_type=content_type, headers=_SAFE)
    response["Content-Length"] = str(end - start)
    response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Return the asked bytes as (start, end), start ≥ end when there are none; None for the whole file."""
    found = _RANGE.fullmatch(asked)
    if not found or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return max(0, size - int(found[2])), size if int(found[2]) else 0
    return int(found[1]), min(int(found[2]) + 1, size) if found[2] else size


class _Part:
    """Some bytes of an open file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self.file, self.left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (chunk := self.file.read(min(_CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        self.file.close()
