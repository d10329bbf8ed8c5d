"""Several threads at one row: what they did, or how they were refused."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tenants.context import using_shop


def together(shop, *functions):
    """Run the functions at the same moment, each in a thread with its own connection; results or exceptions."""
    barrier = threading.Barrier(len(functions))

    def one(function):
        try:
            with using_shop(shop):
                connection.ensure_connection()
                barrier.wait(timeout=20)
                return function()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(one, functions))


class Meeting:
    """Where naive code stands between looking and writing until `parties` have looked: no clock decides the race."""

    def __init__(self, parties=2):
        self._missing = parties
        self._lock = threading.Lock()
        self._all_here = threading.Event()

    def wait(self):
        with self._lock:
            self._missing -= 1
            if self._missing <= 0:
                self._all_here.set()
        assert self._all_here.wait(20), f"{self._missing} never came to look"


def meanwhile(shop, monkeypatch, place, first, second):
    """Run `first` up to `place` (module, name), then `second` until it ends or waits for a lock, then the rest.

    Returns what the two returned or raised. Only the first call of the place stands still.
    """
    module, name = place
    real = getattr(module, name)
    reached, goes_on = threading.Event(), threading.Event()

    def stands_still(*args, **kwargs):
        if not reached.is_set():
            reached.set()
            assert goes_on.wait(20), "nobody let it go on"
        return real(*args, **kwargs)

    def then():
        assert reached.wait(20), f"{name} was never called"
        try:
            return second()
        finally:
            goes_on.set()

    def watch():
        assert reached.wait(20)
        until(lambda: goes_on.is_set() or waiting() > 0)
        goes_on.set()

    monkeypatch.setattr(module, name, stands_still)
    return together(shop, first, then, watch)[:2]


def until(condition):
    """Return once `condition()` holds."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def waiting():
    """How many connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def refused(results):
    """How many ended in an exception."""
    return sum(isinstance(result, Exception) for result in results)
