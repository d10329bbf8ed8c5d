"""What all endpoints share: errors, pages, JSON, strict numbers."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from tenants.context import current_request_id
from tenants.errors import ShopError

logger = logging.getLogger(__name__)

LARGEST_BODY = 128 * 1024  # bytes; a full cart of the longest texts needs a tenth


class JSONParser(BaseParser):
    """UTF-8 JSON that is small and can be written out again: no lone surrogates, no bottomless nesting, no NaN."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the value; ShopError 413 `body_too_large`, ParseError for what is no such JSON."""
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise ShopError("body_too_large", _("提交的内容太大"), status=413)
        try:
            value = orjson.loads(raw)
            orjson.dumps(value)  # its nesting limit is the lower one, and a request is written out to be compared
        except (orjson.JSONDecodeError, TypeError) as error:
            raise exceptions.ParseError(_("不是有效的 JSON")) from error
        return value


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Return `data` as bytes."""
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)


class Pagination(PageNumberPagination):
    """`?page=&page_size=` (≤ 100) → {"count", "next", "results"}."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        """Return one page."""
        assert self.page is not None
        return Response({"count": self.page.paginator.count, "next": self.get_next_link(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the page's shape for OpenAPI."""
        return {
            "type": "object",
            "required": ["count", "next", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": {"type": "string", "nullable": True},
                "results": schema,
            },
        }


class StrictIntegerField(serializers.IntegerField):
    """A whole JSON number: no text, no fraction, no exponent, no full-width digits, no booleans."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; a validation error for anything that only looks like one."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class BoundedListField(serializers.ListField):
    """A list whose length is checked before its items are, so that a long one costs nothing."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the checked items."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


def error_body(code: str, message: Any, detail: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the one shape of all errors."""
    return {
        "code": code,
        "message": str(message),
        "detail": dict(detail or {}),
        "request_id": current_request_id.get(),
    }


def exception_handler(error: Exception, context: Any) -> Response | None:
    """Return the answer for an exception raised in an endpoint; None lets Django make it a 500."""
    if isinstance(error, ShopError):
        wait = error.detail.get("retry_after") if error.detail else None
        headers = {"Retry-After": str(wait)} if wait else {}
        return Response(error_body(error.code, error.message, error.detail), status=error.status, headers=headers)
    if isinstance(error, Http404 | exceptions.NotFound | ObjectDoesNotExist):
        return Response(error_body("not_found", _("没有找到")), status=404)
    if isinstance(error, exceptions.ValidationError):
        return Response(error_body("invalid", _("填写的内容有误"), _fields(error.detail)), status=422)
    if isinstance(error, exceptions.APIException):
        return _api_error(error)
    if isinstance(error, OperationalError | InterfaceError):
        return _database_away(error)
    return None


def _fields(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def _api_error(error: exceptions.APIException) -> Response:
    codes = {
        400: "malformed",
        401: "unauthorized",
        403: "forbidden",
        405: "method_not_allowed",
        429: "too_many_requests",
    }
    headers = {"WWW-Authenticate": "Bearer"} if error.status_code == status.HTTP_401_UNAUTHORIZED else {}
    wait = getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait) + 1)
    code = codes.get(error.status_code, "error")
    return Response(error_body(code, error.detail), status=error.status_code, headers=headers)


def _database_away(error: DatabaseError | InterfaceError) -> Response:
    logger.warning("database unavailable: %s", error)
    connection.close()
    return Response(error_body("busy", _("系统繁忙，请稍后再试")), status=503, headers={"Retry-After": "2"})
