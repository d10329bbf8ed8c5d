"""Answering a repeated request with the answer it got the first time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from shop.core import crypto
from shop.core.errors import ShopError
from shop.core.models import IdempotencyRecord, ProcessedEvent
from tenants import due
from tenants.context import require_shop

KEEP = timedelta(hours=72)
KEEP_MARKS = timedelta(days=30)  # longer than the outbox keeps its events
LONGEST_KEY = 80

_STORE = """
INSERT INTO core_idempotencyrecord (owner, key, request_hash, status, body_sealed) VALUES (%s, %s, %s, %s, %s)
"""

Work = Callable[[], tuple[int, Any]]


def once(request: Request, owner: str, work: Work, *, transactional: bool = True) -> Response:
    """Return the answer of `work()` (status, body), or the stored one when this key was answered before.

    With `transactional`, work and stored answer commit together: after a crash either both exist or neither.
    Without it (work talks to a provider) the answer is stored after the work, which must be repeatable itself.
    Raises ShopError: 422 `idempotency_key_required`, 422 `idempotency_key_reused`, 409 `in_progress`.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY or not key.isascii():
        raise ShopError("idempotency_key_required", _("缺少 Idempotency-Key"))
    call = _Call(owner, key, _hash(request))
    if transactional:
        return call.within_transaction(work)
    return call.around(work)


def _hash(request: Request) -> str:
    canonical = orjson.dumps([request.method, request.path_info, request.data], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


@dataclass(frozen=True, slots=True)
class _Call:
    """One request with its key."""

    owner: str
    key: str
    request_hash: str

    def within_transaction(self, work: Work) -> Response:
        try:
            with transaction.atomic():
                return self._claim("pg_try_advisory_xact_lock") or self._work(work)
        except IntegrityError:
            # Claiming looks for the record in the statement that takes the lock. A rival who committed between the
            # two was not seen; its record refuses ours, and its answer is the answer.
            if found := self._claim("pg_try_advisory_xact_lock"):
                return found
            raise

    def around(self, work: Work) -> Response:
        try:
            return self._claim("pg_try_advisory_lock") or self._work(work)
        except IntegrityError:  # as above: a rival stored its answer between our look and our lock
            if found := self._claim("pg_try_advisory_xact_lock"):
                return found
            raise
        finally:
            with connection.cursor() as cursor:  # without effect when another request holds it
                cursor.execute("SELECT pg_advisory_unlock(%s)", [self._number()])

    def _place(self) -> str:
        return f"core.idempotencyrecord|{self.owner}|{self.key}"

    def _number(self) -> int:
        text = f"{require_shop().uuid}|{self.owner}|{self.key}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)

    def _claim(self, lock: str) -> Response | None:
        """Hold this key and return the stored answer, if there is one; ShopError when another request holds it."""
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(
                f"""SELECT {lock}(%s), stored.request_hash, stored.status, stored.body_sealed FROM (SELECT 1) AS one
                    LEFT JOIN core_idempotencyrecord stored ON stored.owner = %s AND stored.key = %s""",  # noqa: S608
                [self._number(), self.owner, self.key],
            )
            locked, request_hash, status, body = cursor.fetchone()
        if not locked:
            raise ShopError("in_progress", _("相同的请求正在处理"), status=409)
        if request_hash is None:
            return None
        if request_hash != self.request_hash:
            raise ShopError("idempotency_key_reused", _("同一个 Idempotency-Key 用于了不同的请求"))
        return Response(orjson.loads(crypto.decrypt(body, self._place())), status=status)

    def _work(self, work: Work) -> Response:
        status, body = work()
        sealed = crypto.encrypt(orjson.dumps(body, default=str).decode(), self._place())
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(_STORE, [self.owner, self.key, self.request_hash, status, sealed])
        return Response(body, status=status)


def schedule_purge() -> None:
    """Let old records of this shop be removed; called where records are made rarely (log-in), not per order."""
    due.schedule("core.purge_idempotency", "records", after=KEEP)


def purge(ref: str) -> due.Again | None:
    """Remove records older than KEEP and marks of events that are gone; comes back while records are left."""
    ProcessedEvent.objects.filter(at__lt=Now() - KEEP_MARKS).delete()
    IdempotencyRecord.objects.filter(created_at__lt=Now() - KEEP).delete()
    return due.Again(KEEP.total_seconds()) if IdempotencyRecord.objects.exists() else None
