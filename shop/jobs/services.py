"""Starting, running and ending jobs.

A job is run by one Celery task at a time, under a lock of the database session: a worker that dies lets go of it.
The due-row `jobs.run` sends the task again until the job has ended. A handler that writes calls `finish()` inside
its own transaction, so that what it did and the end of the job are stored together, or neither.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from celery import current_app
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shop.core.errors import ShopError
from shop.jobs import progress
from shop.jobs.kinds import Outcome, kinds
from shop.jobs.models import Job
from tenants import due
from tenants.context import require_shop
from tenants.due import Again

logger = logging.getLogger(__name__)

QUEUE = "jobs"
KEPT = timedelta(days=7)
MOST_RUNS = 3
_LOOK_AGAIN_SECONDS = 20
State = Job.State


def start(
    kind: str,
    *,
    user: Any,
    params: Mapping[str, Any] | None = None,
    upload: File | None = None,
    at_once: bool = False,
    waits: bool = False,
) -> Job:
    """Store a job of a registered kind and let a worker run it; its files and itself are kept for seven days.

    `at_once` runs it before returning, for work of a second or two; `waits` only stores it, for `confirm` to run.
    """
    kinds[kind]  # an unknown kind is a mistake of the caller
    job = Job(
        kind=kind,
        state=State.WAITING if waits else State.QUEUED,
        user=user,
        params=dict(params or {}),
        language=translation.get_language() or "zh-hans",
        upload=_store(upload, upload.name or "") if upload else "",
        upload_name=PurePosixPath(upload.name or "").name[:200] if upload else "",
    )
    with transaction.atomic():
        job.save()
        due.schedule("jobs.expire", job.key, after=KEPT)
        if not waits:
            _queue(job.key, at_once=at_once)
    if at_once:
        run(job.key)
    job.refresh_from_db()
    return job


def confirm(job: Job, params: Mapping[str, Any], *, at_once: bool = False) -> None:
    """Let a job that waits for its user run (again), with `params` added; ShopError 409 `job_not_waiting`."""
    with transaction.atomic():
        changed = Job.objects.filter(pk=job.pk, state=State.WAITING).update(
            state=State.QUEUED, params={**job.params, **params}, runs=0, finished_at=None
        )
        if not changed:
            raise ShopError("job_not_waiting", _("这一步已经确认过"), status=409)
        _queue(job.key, at_once=at_once)
    if at_once:
        run(job.key)
    job.refresh_from_db()


def _queue(key: str, *, at_once: bool) -> None:
    due.cancel("jobs.run", key)
    due.schedule("jobs.run", key, after=timedelta(seconds=_LOOK_AGAIN_SECONDS) if at_once else None)


def resume(key: str) -> Again | None:
    """Send the task of a job that nobody runs; come back until the job has ended."""
    if not Job.objects.unfinished().filter(key=key).exists():
        return None
    with _only_runner(key) as alone:
        pass
    if alone:
        shop = str(require_shop().uuid)
        with suppress(current_app.connection().recoverable_connection_errors, OSError):
            current_app.send_task("shop.jobs.tasks.run_job", (shop, key), queue=QUEUE, retry=False)
    return Again(_LOOK_AGAIN_SECONDS)


def run(key: str) -> None:
    """Run a job to its end unless it has ended or somebody else runs it; what goes wrong is stored with it."""
    with _only_runner(key) as alone:
        if not alone:
            return
        begun = Job.objects.unfinished().filter(key=key).update(state=State.RUNNING, runs=F("runs") + 1)
        if not begun:
            return
        job = Job.objects.get(key=key)
        with translation.override(job.language):
            _run(job)


def _run(job: Job) -> None:
    if job.runs > MOST_RUNS:
        _fail(job, _("处理多次中断，没有完成。请稍后再试，或把文件拆小。"))
        return
    handler = import_string(kinds[job.kind].run)
    try:
        outcome = handler(job, progress.writer(job.key))
    except ShopError as error:
        _fail(job, str(error.message))
    except OperationalError:
        raise  # the database went away or refused a lock: the due-row lets it run again
    except Exception:
        logger.exception("job %s failed", job)
        _fail(job, _("处理时出了错，没有保存任何内容。请稍后再试，或联系平台。"))
    else:
        finish(job, outcome)


def finish(job: Job, outcome: Outcome) -> None:
    """End a running job with what came out; a job that has ended stays as it is."""
    if not Job.objects.filter(pk=job.pk, state=State.RUNNING).exists():
        return
    result = _store(ContentFile(outcome.file), outcome.file_name) if outcome.file is not None else ""
    state = State.FAILED if outcome.failed else State.WAITING if outcome.waits else State.DONE
    ended = Job.objects.filter(pk=job.pk, state=State.RUNNING).update(
        state=state,
        error=outcome.failed[:400],
        report=dict(outcome.report),
        result=result,
        result_name=outcome.file_name,
        finished_at=Now(),
    )
    if result and (not ended or job.result):
        _delete(result if not ended else job.result)


def _fail(job: Job, reason: str) -> None:
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(state=State.FAILED, error=reason[:400], finished_at=Now())


def expire(key: str) -> None:
    """Delete a job with its files; the handler of its expiry."""
    job = Job.objects.filter(key=key).first()
    if job is None:
        return
    with transaction.atomic():
        due.cancel("jobs.run", key)
        job.delete()
    for name in filter(None, (job.upload, job.result)):
        _delete(name)


@contextmanager
def _only_runner(key: str) -> Iterator[bool]:
    """Hold the lock of a job while the block runs; False when another session has it."""
    name = f"job|{require_shop().uuid}|{key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _store(file: File, name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()[:10]
    path = PurePosixPath(str(require_shop().uuid), "jobs", f"{secrets.token_hex(16)}{suffix}")
    return storages["private"].save(str(path), file)


def _delete(name: str) -> None:
    storages["private"].delete(name)
