"""A request takes a place when its body is there, and gives it back whatever happens."""

import io
import json
import threading

import pytest
from django.conf import settings

from saas import admission
from saas.admission import Admission


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def ask(application, body=b"", declared=None, **environ):
    """(status, answer)."""
    said = []
    length = {} if declared is None else {"CONTENT_LENGTH": str(declared)}
    stream = body if hasattr(body, "read") else io.BytesIO(body)
    answer = application({"wsgi.input": stream, **length, **environ}, lambda status, headers: said.append(status))
    text = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return int(said[0].split()[0]), text


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 1_500_000])
def test_a_body_arrives_whole(size):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert ask(Admission(echo, places=1), body, declared=size) == (200, body)


def test_a_body_of_unknown_length_gets_one():
    assert ask(Admission(echo, places=1), b"abc", HTTP_TRANSFER_ENCODING="chunked") == (200, b"abc")


def test_what_is_too_large_or_cut_short_is_refused(monkeypatch):
    monkeypatch.setattr(admission, "MOST_UNDECLARED_BYTES", 10)
    monkeypatch.setattr(settings, "LARGEST_REQUEST", 10)
    application = Admission(echo, places=1)
    for expected, body, declared, extra in (
        ((413, "body_too_large"), b"", 11, {}),
        ((413, "body_too_large"), b"x" * 11, None, {"HTTP_TRANSFER_ENCODING": "chunked"}),
        ((400, "body_cut_short"), b"abc", 4, {}),
        ((400, "body_cut_short"), b"abc", "many", {}),
    ):
        status, text = ask(application, body, declared, **extra)
        assert (status, json.loads(text)["code"]) == expected
    assert ask(application, b"x" * 10, 10) == (200, b"x" * 10)


class Slow:
    """A stream that goes on only when it is told to."""

    def __init__(self):
        self.asked, self.go = threading.Event(), threading.Event()

    def read(self, size):
        self.asked.set()
        assert self.go.wait(10)
        return b""


def run(target, *arguments):
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def test_sixteen_slow_bodies_take_no_place():
    application, slow = Admission(echo, places=1), [Slow() for _ in range(16)]
    waiting = [run(ask, application, stream, 5) for stream in slow]
    assert all(stream.asked.wait(10) for stream in slow)
    assert ask(application, b"quick", 5) == (200, b"quick")
    for stream, thread in zip(slow, waiting, strict=True):
        stream.go.set()
        thread.join(10)
    assert ask(application) == (200, b"")


def test_reading_inside_a_place_would_stop_everybody():
    """What a server does whose application reads the body itself."""
    application, stream = Admission(lambda environ, start: [environ["late"].read(5)], places=1), Slow()
    late = {"late": stream}
    first = run(lambda: application({"wsgi.input": None, **late}, None))
    assert stream.asked.wait(10)
    second = run(lambda: application({"wsgi.input": None, **late}, None))
    second.join(0.3)
    assert second.is_alive()
    stream.go.set()
    first.join(10)
    second.join(10)
    assert not second.is_alive()


def test_no_more_than_the_places_are_answered_at_once():
    at_once, most, lock = 0, 0, threading.Lock()

    def count(environ, start_response):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.02)
        with lock:
            at_once -= 1
        return []

    application = Admission(count, places=3)
    threads = [run(application, {}, None) for _ in range(20)]
    for thread in threads:
        thread.join(10)
    assert most == 3


@pytest.mark.parametrize("ending", ["raises", "never closed", "closed twice", "body raises"])
def test_a_place_is_given_back_once_however_the_answer_ends(ending):
    class Body:
        def __iter__(self):
            return iter([b"x"])

        def close(self):
            if ending == "body raises":
                raise ZeroDivisionError

    def answer(environ, start_response):
        if ending == "raises":
            raise ZeroDivisionError
        return Body()

    application = Admission(answer, places=1)
    for _ in range(3):
        try:
            given = application({}, None)
            if ending != "never closed":
                given.close()
                given.close()
        except ZeroDivisionError:
            pass
        given = None
    assert application._places.qsize() == 1
