"""Who may come in: the shop by host and path, its state, the page that asks, and whether there is room."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from saas.realtime import closing
from saas.realtime.limits import Visitor
from saas.realtime.reads import PATH, in_thread
from tenants import registry
from tenants.addresses import address_in, network_of
from tenants.context import CONSOLE, ShopRef
from tenants.routing import NO_SUCH_PATH, Refusal, safely_enter

Scope = Mapping[str, Any]

_HEADERS = {
    b"host": "HTTP_HOST",
    b"origin": "HTTP_ORIGIN",
    b"accept": "HTTP_ACCEPT",
    b"accept-language": "HTTP_ACCEPT_LANGUAGE",
    b"x-forwarded-for": "HTTP_X_FORWARDED_FOR",
}
_CODES = {403: closing.SHOP_NOT_OPEN, 404: closing.NO_SUCH_SHOP, 503: closing.TRY_LATER}


def environ_of(scope: Scope) -> dict[str, str]:
    """Return as much of a WSGI environment as finding the shop and answering needs."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": scope["path"], "REMOTE_ADDR": (scope.get("client") or ("",))[0]}
    for name, value in scope["headers"]:
        if known := _HEADERS.get(name):
            environ[known] = value.decode("latin-1")
    return environ


FOREIGN_PAGE = Refusal(403, "foreign_origin", _("这个网页不能查看店铺的库存"))


def find_now(environ: dict[str, str]) -> Visitor | Refusal:
    """Return the visitor, or why not: as for every other request, and for foreign pages."""
    entry = safely_enter(environ)
    if isinstance(entry, Refusal):
        return NO_SUCH_PATH if entry.status == 200 else entry
    if entry.shop is None or entry.shop == CONSOLE or environ["PATH_INFO"] != PATH:
        return NO_SUCH_PATH
    origin = environ.get("HTTP_ORIGIN", "")
    if origin and not _is_ours(origin, environ.get("HTTP_HOST", ""), entry.shop):
        return FOREIGN_PAGE
    return Visitor(entry.shop, network_of(address_in(environ)), origin)


find = in_thread(find_now)


def _is_ours(origin: str, host: str, shop: ShopRef) -> bool:
    """Return whether pages of `origin` may watch this shop: its own hosts, the host asked, the configured ones."""
    try:
        name = registry.normalise_host(urlsplit(origin).netloc)
    except ValueError:
        return False
    if not name:
        return False
    if name == registry.normalise_host(host) or name in settings.H5_HOSTS:
        return True
    return registry.resolve(name, "/") == shop


def close_code(refusal: Refusal) -> int:
    """Return the close code that says the same as an HTTP status."""
    return closing.NOT_ALLOWED if refusal is FOREIGN_PAGE else _CODES.get(refusal.status, closing.NOT_ALLOWED)
