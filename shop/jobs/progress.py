"""How far a running job is. It is kept in the cache: the job's own transaction shows nothing before its end."""

import logging
import time
from collections.abc import Callable

from django.core.cache import cache

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN = 0.5
_KEPT_SECONDS = 1800


def writer(key: str) -> Callable[[int, int], None]:
    """Return what notes (done, total) of a job, a few times a second at most."""
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if done < total and time.monotonic() - last < _SECONDS_BETWEEN:
            return
        last = time.monotonic()
        try:
            cache.set(f"job:{key}", (done, total), _KEPT_SECONDS)
        except Exception as error:  # whatever the cache's client raises, the work goes on
            logger.warning("progress of job %s is not shown: %s", key, type(error).__name__)

    return note


def of(key: str) -> tuple[int, int]:
    """Return (done, total) of a job; (0, 0) when it is not known."""
    try:
        return cache.get(f"job:{key}") or (0, 0)
    except Exception as error:
        logger.warning("progress of job %s is not known: %s", key, type(error).__name__)
        return 0, 0
