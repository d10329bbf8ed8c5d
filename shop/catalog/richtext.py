"""Rich text: what merchants write and import, made harmless on the way in and again on the way out.

A picture is stored as `media:<name>`, never as an address: it must be one of the shop's own files, and addresses
differ between hosts and storages.
"""

import re

import nh3
from django.core.files.storage import storages

from tenants.context import require_shop

TAGS = {
    *("p", "br", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "code", "blockquote"),
    *("strong", "b", "em", "i", "u", "s", "del", "sub", "sup", "mark", "small"),
    *("ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "img", "a"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEME = "media:"
_NAME = re.compile(r"p/[0-9a-f]{2}/[0-9A-Za-z_-]{8,80}\.(?:webp|jpg|png)", re.ASCII)
_LINK = re.compile(r"(?:https?://|tel:|mailto:)[^\s]+", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}", re.ASCII)
_WITHOUT_SOURCE = re.compile(r'<img(?: alt="[^"]*")?>')
_SOURCE = re.compile(r'(<img[^>]*? src=")media:([^"]+)"')


def clean(html: str) -> str:
    """Return the text as it is stored: allowed elements only, pictures only from the shop's own storage."""
    if not html:
        return ""
    own = str(require_shop().uuid)
    kept = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(own, tag, name, value),
        url_schemes={"http", "https", "tel", "mailto", "media"},
        clean_content_tags={"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript"},
        strip_comments=True,
    )
    return _WITHOUT_SOURCE.sub("", kept)


def rendered(html: str) -> str:
    """Return stored text for a reader, cleaned once more, with the pictures' present addresses."""
    storage = storages["public"]
    return _SOURCE.sub(lambda found: f'{found[1]}{storage.url(found[2])}"', clean(html))


def plain_text(html: str) -> str:
    """Return the words alone."""
    return nh3.clean(html, tags=set()).strip()


def _attribute(own: str, tag: str, name: str, value: str) -> str | None:
    if name == "alt":
        return value.replace(SCHEME, "")[:200]
    if name == "rel":  # written by the cleaner itself
        return value
    if tag == "img" and name == "src":
        return _own_picture(own, value)
    if tag == "a" and name == "href":
        return value if _LINK.fullmatch(value) else None
    return value if _NUMBER.fullmatch(value) else None


def _own_picture(own: str, source: str) -> str | None:
    """Return `media:<name>` for an address or name of one of the shop's own pictures, whatever host it names."""
    _before, found, name = source.rpartition(own + "/")
    return f"{SCHEME}{own}/{name}" if found and _NAME.fullmatch(name) else None
