"""The WSGI layer in front of Django: finds the shop, refuses what its state forbids, and sets the scene."""

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tenants import gate, registry
from tenants.context import CONSOLE, ShopRef, current_request_id, using_shop
from tenants.migrations_hash import current_hash

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

SHARED_ROOTS = frozenset({"api", "open", "pay", "hooks", "media", "ws"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer given before Django is asked."""

    status: int
    code: str
    message: object


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that may go on: its shop (None on the platform's own page) and its URL configuration."""

    shop: ShopRef | None
    urlconf: str


NOT_FOUND = Refusal(404, "shop_not_found", _("店铺不存在"))
NO_SUCH_PATH = Refusal(404, "not_found", _("没有找到"))
MALFORMED = Refusal(400, "malformed", _("填写的内容有误"))
BUSY = Refusal(503, "busy", _("系统繁忙，请稍后再试"))
TOO_LARGE = Refusal(413, "body_too_large", _("提交的内容太大"))
REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 413: "Content Too Large", 503: "Service Unavailable"}


def enter(environ: Environ) -> Entry | Refusal:
    """Return where the request goes; moves `/s/<key>` from PATH_INFO to SCRIPT_NAME."""
    said = environ["HTTP_HOST"] if "HTTP_HOST" in environ else environ.get("SERVER_NAME", "")
    host = registry.normalise_host(said)
    path = environ.get("PATH_INFO") or "/"
    if path == "/healthz":
        return Refusal(200, "ok", "ok")
    if _declared(environ) > settings.LARGEST_REQUEST:
        return TOO_LARGE
    if "\0" in path:  # PostgreSQL refuses to even look for it
        return NO_SUCH_PATH
    if host == settings.BASE_DOMAIN:
        return Entry(None, "saas.urls_platform")
    shop = registry.resolve(said, path)
    if shop is None:
        return NOT_FOUND
    if shop == CONSOLE:
        return Entry(shop, "saas.urls_console")
    if host in settings.SHARED_HOSTS:
        prefix = f"/s/{shop.key}"
        path = path.removeprefix(prefix)
        if path.partition("/")[2].partition("/")[0] not in SHARED_ROOTS:
            return NOT_FOUND
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path
    return _gate(shop, environ["REQUEST_METHOD"], path)


def _declared(environ: Environ) -> int:
    """Return how many bytes the request says it brings; Django reads no more than that."""
    said = environ.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0


def _gate(shop: ShopRef, method: str, path: str) -> Entry | Refusal:
    if shop.schema_hash != current_hash():
        code, status, message = gate.REFUSALS[gate.State.MIGRATING]
        return Refusal(status, code, message)
    if not gate.allows(shop, method, path):
        code, status, message = gate.REFUSALS[shop.state]
        return Refusal(status, code, message)
    return Entry(shop, "saas.urls")


def safely_enter(environ: Environ) -> Entry | Refusal:
    """Return `enter(environ)`, or a 503 while the database is away; a refusal in the reader's language."""
    language = language_of(environ)
    try:
        found = enter(environ)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("database unavailable: %s", error)
        connection.close()
        found = BUSY
    if isinstance(found, Entry):
        return found
    with translation.override(language):
        return replace(found, message=str(found.message))


def language_of(environ: Environ) -> str:
    """Return the language that the reader of an answer wants."""
    return translation.get_language_from_request(_Headers(environ))  # type: ignore[arg-type]


class _Headers:
    """As much of a request as Django's language look-up needs."""

    def __init__(self, environ: Environ) -> None:
        self.META = {"HTTP_ACCEPT_LANGUAGE": environ.get("HTTP_ACCEPT_LANGUAGE", "")}
        self.COOKIES: dict[str, str] = {}
        self.path_info = environ.get("PATH_INFO", "/")


def refusal_body(refusal: Refusal, environ: Environ) -> tuple[bytes, str]:
    """Return body and content type of a refusal: JSON for programs, a small page for people."""
    if "text/html" in environ.get("HTTP_ACCEPT", "") and refusal.status != 200:
        page = (
            f'<!doctype html><html lang="{translation.get_language()}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{refusal.message}</title>"
            '<body style="font:18px/1.6 sans-serif;color:#1f2937;margin:20vh auto;max-width:28em;padding:0 1em">'
            f"<h1>{refusal.message}</h1></body></html>"
        )
        return page.encode(), "text/html; charset=utf-8"
    body = {
        "code": refusal.code,
        "message": str(refusal.message),
        "detail": {},
        "request_id": current_request_id.get(),
    }
    return json.dumps(body, ensure_ascii=False).encode(), "application/json"


class _Scoped:
    """A response body that is produced and closed inside its shop."""

    def __init__(self, body: Iterable[bytes], shop: ShopRef | None) -> None:
        self.body, self.shop = body, shop

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self.body)
        while True:
            with using_shop(self.shop):
                try:
                    chunk = next(chunks)
                except StopIteration:
                    return
            yield chunk

    def close(self) -> None:
        with using_shop(self.shop):
            if hasattr(self.body, "close"):
                self.body.close()


class ShopRouter:
    """WSGI application around Django's."""

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request_id = secrets.token_hex(8)
        token = current_request_id.set(request_id)
        environ["weipu.request_id"] = request_id
        try:
            entry = safely_enter(environ)
            if isinstance(entry, Refusal):
                return _refuse(entry, environ, start_response)
            environ["weipu.entry"] = entry
            with using_shop(entry.shop):
                return _Scoped(self.application(environ, start_response), entry.shop)
        finally:
            current_request_id.reset(token)


def _refuse(refusal: Refusal, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    body, content_type = refusal_body(refusal, environ)
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if refusal.status == 503:
        headers.append(("Retry-After", "2"))
    start_response(f"{refusal.status} {REASONS.get(refusal.status, '')}", headers)
    return [body]
