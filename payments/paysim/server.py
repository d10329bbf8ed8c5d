"""A small threaded HTTP/1.1 server with routes, on the loopback only: the ground the simulators stand on."""

from __future__ import annotations

import json
import re
import signal
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BODY_LIMIT = 1024 * 1024


class BadRequest(ValueError):
    """The request is not one the server can read; str() says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `target` is path and query exactly as sent, header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path as sent, without the query."""
        return urlsplit(self.target).path

    def query(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return parse_qs(urlsplit(self.target).query).get(name, [default])[-1]

    def json(self) -> dict[str, object]:
        """The body as a JSON object, {} when it is empty; raises BadRequest."""
        try:
            value = json.loads(self.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise BadRequest("not JSON") from error
        if not isinstance(value, dict):
            raise BadRequest("not a JSON object")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `reset` cuts the connection instead of answering."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: bool = False


Handler = Callable[[Request], Answer]


def json_answer(status: int, value: object) -> Answer:
    """An answer with `value` as JSON."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8"})


class Router:
    """Finds the handler of a method and path such as `/orders/{number}`; parameters reach it decoded."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, path: str, handler: Handler) -> None:
        """Serve `method path` with `handler`."""
        pattern = "".join(
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{\w+\})", path)
        )
        self._routes.append((method, re.compile(pattern), handler))

    def __call__(self, request: Request) -> Answer:
        """The handler's answer; 404 for an unknown path, 405 for a known one, 400 for a BadRequest."""
        known = False
        for method, pattern, handler in self._routes:
            if (match := pattern.fullmatch(request.path)) is None:
                continue
            known = True
            if method != request.method:
                continue
            params = {name: unquote(value) for name, value in match.groupdict().items()}
            try:
                return handler(replace(request, params=params))
            except BadRequest as error:
                return json_answer(400, {"code": "PARAM_ERROR", "message": str(error)})
        return json_answer(405 if known else 404, {"code": "NOT_FOUND", "message": request.path})


class SimulatorServer(ThreadingHTTPServer):
    """Serves `handler` on 127.0.0.1, a thread for each connection; port 0 takes a free one."""

    daemon_threads = True
    # A flash sale opens hundreds of connections in the same instant.
    request_queue_size = 1024

    def __init__(self, port: int, handler: Handler) -> None:
        self.handler = handler
        super().__init__(("127.0.0.1", port), _Connection)

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that went away; a fault script makes many."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Headers and body leave in one segment; two would cost a delayed acknowledgement each time.
    wbufsize = -1
    timeout = 120
    server: SimulatorServer

    def _serve(self) -> None:
        if (request := self._read()) is None:
            return
        answer = self.server.handler(request)
        if answer.reset:
            self._reset()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

    def _read(self) -> Request | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > BODY_LIMIT:
            self.close_connection = True
            self.send_error(413)
            return None
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, self.rfile.read(int(length)))

    def _reset(self) -> None:
        self.close_connection = True
        # A linger of zero seconds turns the close into a TCP reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet: the books hold everything worth reading."""


def serve_until_stopped(server: SimulatorServer) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
