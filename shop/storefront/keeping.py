"""Which answers may be kept as bytes, and which parameters make them differ.

Such an answer is the same for everybody, and whatever it is made of calls `catalogue_changed()` when it changes, or
may be told some seconds late.
"""

import math
import re
from urllib.parse import parse_qsl, urlencode

_FILTERS = frozenset({"attributes", "brand", "category", "in_stock", "keyword", "max_price", "min_price"})
_BY_THE_CLOCK = "promotion"  # what it narrows a list to begins and ends without a change of the catalogue
_LIST = _FILTERS | {"page", "page_size", "sort"}
_NONE: frozenset[str] = frozenset()
_PARAMETERS = {
    "/api/v1/home": _NONE,
    "/api/v1/categories": _NONE,
    "/api/v1/products": _LIST,
    "/api/v1/products/facets": _FILTERS,
    "/api/v1/activities/labels": frozenset({"products"}),
}
# Activities begin and end by the clock, and sell out unit by unit.
_SECONDS = {"/api/v1/activities/labels": 10}
_PRODUCT = re.compile(r"/api/v1/products/[0-9a-z]{1,16}(/recommendations)?")
LONGEST_QUERY = 600  # as it comes and as it is kept; a keyword of 50 Chinese characters and the rest need no more


def seconds_kept(path: str) -> float:
    """Return for how many seconds an answer is right, if nothing calls `catalogue_changed()` before."""
    return _SECONDS.get(path, math.inf)


def canonical_query(path: str, query: str) -> str | None:
    """Return the query string with the known parameters alone, sorted, each once; None for what is never kept."""
    known = _PARAMETERS.get(path)
    if known is None:
        if not _PRODUCT.fullmatch(path):
            return None
        known = _NONE
    if len(query) > LONGEST_QUERY:
        return None
    if not query or not known:
        return ""
    # Of a repeated parameter Django takes the last one.
    text = query.encode("latin-1").decode("utf-8", "replace")  # WSGI hands bytes over as latin-1
    given = dict(parse_qsl(text, keep_blank_values=True))
    if _BY_THE_CLOCK in given:
        return None
    values = {name: value for name, value in given.items() if name in known}
    canonical = urlencode(sorted(values.items()))
    return canonical if len(canonical) <= LONGEST_QUERY else None
