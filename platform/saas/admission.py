"""The WSGI layer that reads a request's body before the request takes one of the few places for being answered.

The server has more threads than requests are answered at once (each of those may need a database connection). A client
that sends its body drop by drop holds a waiting thread, which costs next to nothing, and not a place.
"""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from queue import SimpleQueue
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tenants.routing import Refusal, language_of, refusal_body

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PIECE_BYTES = 65536
KEPT_BYTES = 1_000_000  # more of a body goes to a file
# Of a body whose length nobody says beforehand: browsers and mini-programs always do.
MOST_UNDECLARED_BYTES = 8_000_000

TOO_LARGE = Refusal(413, "body_too_large", _("提交的内容太大"))
CUT_SHORT = Refusal(400, "body_cut_short", _("提交的内容不完整，请再试一次"))


class Admission:
    """WSGI application around another; answers `places` requests at once."""

    def __init__(self, application: Application, *, places: int) -> None:
        self._application = application
        self._places: SimpleQueue[None] = SimpleQueue()
        for _place in range(places):
            self._places.put(None)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, once its body is there."""
        has_body = environ.get("CONTENT_LENGTH") not in {None, "", "0"} or "HTTP_TRANSFER_ENCODING" in environ
        if has_body and (refusal := _fetch(environ)):
            return _refuse(refusal, environ, start_response)
        self._places.get()
        answer = None
        try:
            answer = self._application(environ, start_response)
        finally:
            if answer is None or isinstance(answer, list):
                self._places.put(None)
        return answer if isinstance(answer, list) else _Answer(answer, self._places)


class _Answer:
    """A body that keeps its place until it is closed: what produces it may use the database."""

    def __init__(self, body: Iterable[bytes], places: "SimpleQueue[None]") -> None:
        self._body, self._places, self._open = body, places, True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Close the body and give the place back, once."""
        if not self._open:
            return
        self._open = False
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._places.put(None)

    def __del__(self) -> None:
        self.close()


def _fetch(environ: Environ) -> Refusal | None:
    """Put the whole body in the place of the stream; the refusal when it is too large or the client left."""
    try:
        declared = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        return CUT_SHORT
    most = settings.LARGEST_REQUEST if declared >= 0 else MOST_UNDECLARED_BYTES
    if declared > most:
        return TOO_LARGE
    body, size = SpooledTemporaryFile(KEPT_BYTES), 0  # noqa: SIM115  (the request is its owner)
    read = environ["wsgi.input"].read
    while size != declared and (piece := read(PIECE_BYTES)):
        body.write(piece)
        size += len(piece)
        if size > most:
            return TOO_LARGE
    if size < declared:
        return CUT_SHORT
    body.seek(0)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
    return None


def _refuse(refusal: Refusal, environ: Environ, start_response: StartResponse) -> list[bytes]:
    with translation.override(language_of(environ)):
        body, content_type = refusal_body(refusal, environ)
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Connection", "close")]
    start_response(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", headers)
    return [body]
