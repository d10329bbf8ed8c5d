"""The first middleware: what the router found out, handed to Django."""

import logging
from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from tenants.routing import BUSY, MALFORMED, Entry, refusal_body

logger = logging.getLogger(__name__)


class RequestContextMiddleware:
    """Sets the URL configuration of the host, marks answers with the request id, turns a lost database into 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request`."""
        entry: Entry = request.META["weipu.entry"]
        request.urlconf = entry.urlconf
        request.shop = entry.shop  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.META["weipu.request_id"]
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a 503 that invites to try again when the database is away or a lock took too long.

        A 400 for what the database cannot even look for: NUL, half a character, a day before the calendar.
        """
        if isinstance(error, DataError | UnicodeEncodeError):
            logger.warning("no value for the database", exc_info=error)
            body, content_type = refusal_body(MALFORMED, request.META)
            return HttpResponse(body, status=MALFORMED.status, content_type=content_type)
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        logger.warning("database unavailable: %s", error)
        connection.close()
        body, content_type = refusal_body(BUSY, request.META)
        return HttpResponse(body, status=503, content_type=content_type, headers={"Retry-After": "2"})
