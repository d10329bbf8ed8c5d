"""Answering a repeated request with the answer it got the first time."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core.errors import ShopError
from shop.core.models import IdempotencyRecord, ProcessedEvent
from tenants import due
from tenants.context import require_shop

KEEP = timedelta(hours=72)
KEEP_MARKS = timedelta(days=30)  # longer than the outbox keeps its events
LONGEST_KEY = 80


def once(request: Request, owner: str, work: Callable[[], tuple[int, Any]], *, transactional: bool = True) -> Response:
    """Return the answer of `work()` (status, body), or the stored one when this key was answered before.

    With `transactional`, work and stored answer commit together: after a crash either both exist or neither.
    Without it (work talks to a provider) the answer is stored after the work, which must be repeatable itself.
    Raises ShopError: 422 `idempotency_key_required`, 422 `idempotency_key_reused`, 409 `in_progress`.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY or not key.isascii():
        raise ShopError("idempotency_key_required", _("缺少 Idempotency-Key"))
    body_hash = _hash(request)
    if transactional:
        with transaction.atomic():
            _take_lock(owner, key, "pg_try_advisory_xact_lock")
            return _stored(owner, key, body_hash) or _work_and_store(owner, key, body_hash, work)
    _take_lock(owner, key, "pg_try_advisory_lock")
    try:
        return _stored(owner, key, body_hash) or _work_and_store(owner, key, body_hash, work)
    finally:
        _release(owner, key)


def _hash(request: Request) -> str:
    canonical = orjson.dumps([request.method, request.path_info, request.data], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def _number(owner: str, key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{require_shop().uuid}|{owner}|{key}".encode()).digest()[:8], signed=True)


def _take_lock(owner: str, key: str, function: str) -> None:
    """Hold this key until the transaction (or `_release`) ends; ShopError when another request holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_number(owner, key)])
        if not cursor.fetchone()[0]:
            raise ShopError("in_progress", _("相同的请求正在处理"), status=409)


def _release(owner: str, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(owner, key)])


def _stored(owner: str, key: str, body_hash: str) -> Response | None:
    record = IdempotencyRecord.objects.filter(owner=owner, key=key).first()
    if record is None:
        return None
    if record.request_hash != body_hash:
        raise ShopError("idempotency_key_reused", _("同一个 Idempotency-Key 用于了不同的请求"))
    return Response(orjson.loads(record.body), status=record.status)


def _work_and_store(owner: str, key: str, body_hash: str, work: Callable[[], tuple[int, Any]]) -> Response:
    status, body = work()
    record = IdempotencyRecord(
        owner=owner, key=key, request_hash=body_hash, status=status, body=orjson.dumps(body, default=str).decode()
    )
    IdempotencyRecord.objects.bulk_create([record], ignore_conflicts=True)
    return Response(body, status=status)


def schedule_purge() -> None:
    """Let old records of this shop be removed; called where records are made rarely (log-in), not per order."""
    due.schedule("core.purge_idempotency", "records", after=KEEP)


def purge(ref: str) -> due.Again | None:
    """Remove records older than KEEP and marks of events that are gone; comes back while records are left."""
    ProcessedEvent.objects.filter(at__lt=Now() - KEEP_MARKS).delete()
    IdempotencyRecord.objects.filter(created_at__lt=Now() - KEEP).delete()
    return due.Again(KEEP.total_seconds()) if IdempotencyRecord.objects.exists() else None
