"""The shop's mini-program as a page of its own host: `/h5/`, and the files that the page loads."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from saas.h5_build import Build, current_build
from shop.storefront.reads import bootstrap
from tenants.context import require_shop
from tenants.signup.senders import has_demo_mailbox
from tenants.signup.views import shop_address
from tenants.storage import FOR_EVER

ASSETS = "/h5/assets"
REFERRERS = "strict-origin-when-cross-origin"
_CONFIG = '<script type="application/json" id="mp-config">{}</script>'
_OWN_HEAD = re.compile(r"<title>.*?</title>\n?|<link rel=\"icon\"[^>]*>\n?|<meta name=\"robots\"[^>]*>\n?", re.DOTALL)
_REFERENCE = re.compile(r'\b(src|href)="(?![a-z]+:|/|#)([^"]+)"')
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
_AGREEMENT = "/packages/member/agreement/agreement?kind="
_AVATARS = "https://*.qlogo.cn"  # WeChat's


def page(request: HttpRequest, mode: str = "h5", **config: Any) -> HttpResponse:
    """Return the page that runs the shop's mini-program; a 503 that says how to build it when nobody did.

    `config` adds to what the page is told in #mp-config or replaces it (mpweb/README.md); its `ext` is merged.
    """
    build = current_build()
    if build is None:
        return render(request, "h5/missing.html", status=503)
    said = bootstrap()
    told = _config(request, build, mode, config)
    if mode == "h5":
        told["login"] = _login(said)
    text = _filled(build, _head(request, mode, said), told)
    response = HttpResponse(text, headers=_headers(mode))
    response["ETag"] = etag = quote_etag(sha256(text.encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag, response=response) or response
    # A 304 renews the headers of the browser's copy too, and the middleware's policy would hide from the payment
    # provider whose page the shopper comes from.
    response["Referrer-Policy"] = REFERRERS
    return response


def _filled(build: Build, head: str, config: Mapping[str, Any]) -> str:
    """Return the build's page with the shop's head and configuration, and full addresses of its files."""
    told = json.dumps(config, ensure_ascii=False).translate(_ESCAPES)
    html = _REFERENCE.sub(rf'\1="{_base(build)}\2"', _OWN_HEAD.sub("", build.html))
    html = html.replace("</head>", f"{head}</head>", 1)
    return html.replace(_CONFIG, _CONFIG.replace("{}", told), 1)


def _base(build: Build) -> str:
    return f"{ASSETS}/{build.version}/"


def _origin(request: HttpRequest) -> str:
    return f"{settings.PUBLIC_SCHEME}://{request.get_host()}"


def _config(request: HttpRequest, build: Build, mode: str, config: Mapping[str, Any]) -> dict[str, Any]:
    shop = require_shop()
    ext = {"api": f"{_origin(request)}/api/v1", "shop": shop.key}
    if mode == "h5":
        ext |= {"login": "/auth/phone-login", "client": "h5"}
    return {
        "mode": mode,
        "storagePrefix": f"{mode}:{shop.key}:",
        "assetBase": _base(build),
        **config,
        "ext": {**ext, **config.get("ext", {})},
    }


def _login(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the log-in tells a shopper."""
    agreements = [{"title": each["title"], "page": _AGREEMENT + each["kind"]} for each in said["agreements"]]
    return {
        "byPhone": said["members"]["phone_login"],
        "shop": said["shop"]["name"],
        "colour": said["theme_colour"],
        "servicePhone": said["service_phone"],
        "mailbox": f"{shop_address(settings.BASE_DOMAIN)}/signup/sent" if has_demo_mailbox() else "",
        "agreements": agreements,
    }


def _head(request: HttpRequest, mode: str, said: Mapping[str, Any]) -> str:
    origin = _origin(request)
    logo = said["logo"] and (said["logo"] if urlsplit(said["logo"]).scheme else origin + said["logo"])
    return render_to_string("h5/head.html", {**said, "logo": logo, "url": f"{origin}/h5/", "is_public": mode == "h5"})


def _headers(mode: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_policy(mode),
        "X-Frame-Options": "SAMEORIGIN" if mode == "preview" else "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }


def content_policy(mode: str) -> str:
    """Return the policy of the page: scripts of this host only, and connections to what the shop itself uses.

    Only the preview stands in a frame, on a page of the back office.
    """
    media = _origin_of(storages["public"].url("x"))
    shown = " ".join(filter(None, ["'self'", media, "data:", "blob:"]))
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",  # style attributes of WXML
        "img-src": f"{shown} {_AVATARS}",
        "media-src": shown,
        "font-src": "'self' data:",
        "connect-src": " ".join(filter(None, ["'self'", "blob:", _origin_of(settings.WS_URL), media])),
        "frame-ancestors": "'self'" if mode == "preview" else "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _origin_of(address: str) -> str:
    """Return scheme, host and port of an absolute address, "" for a path of this host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@require_safe
def shop_page(request: HttpRequest) -> HttpResponse:
    """Return the shop's page for shoppers."""
    return page(request)


@require_safe
def front(request: HttpRequest) -> HttpResponseBase:
    """Lead staff who are logged in to the back office, and everybody else to the shop's page, if it was built."""
    user: Any = request.user
    is_staff = user.is_authenticated and user.is_staff
    return redirect("admin:index" if is_staff or current_build() is None else "h5")


@require_safe
def asset(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Return a file of the build, to be kept for ever under the version it has; 404 for any other name."""
    build = current_build()
    found = build.asset(name) if build else None
    if build is None or found is None:
        raise Http404
    packs = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packs else found.content, content_type=found.content_type)
    response["Cache-Control"] = FOR_EVER if version == build.version else "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if found.packed is not None:
        patch_vary_headers(response, ["Accept-Encoding"])
    if packs:
        response["Content-Encoding"] = "gzip"
    return response
