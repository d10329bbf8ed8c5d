"""The last resort for errors that no endpoint handled."""

import sys

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tenants.routing import BUSY, Refusal, refusal_body


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 when the database is away, wherever that was noticed; 500 for anything else."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if away:
        connection.close()
    refusal = BUSY if away else Refusal(500, "server_error", _("出错了，我们已经收到通知，请稍后再试"))
    body, content_type = refusal_body(refusal, request.META)
    headers = {"Retry-After": "2"} if away else {}
    return HttpResponse(body, status=refusal.status, content_type=content_type, headers=headers)
