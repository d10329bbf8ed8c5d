"""A server that speaks as much of Elasticsearch as the backend uses, and refuses everything else.

It stands in for a real one in its request shapes and in the meaning of its queries, as the reference documents them:
bool with filter, must, should and minimum_should_match; term, prefix, wildcard, constant_score, dis_max; bulk with
external versions and required routing.
"""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Wrong(Exception):
    """The request is not one that a real server would take."""


class FakeServer:
    """Documents by id, all requests that came, and the status with which the next ones are refused."""

    def __init__(self):
        self.index, self.documents, self.requests, self.refuse = None, {}, [], 0
        self.refuse_items = False

    def handle(self, method, path, parameters, body):
        self.requests.append((method, path, parameters, body))
        if self.refuse:
            return self.refuse, {"error": {"type": "unavailable"}, "status": self.refuse}
        name, _, action = path.strip("/").partition("/")
        if method == "HEAD":
            return (200 if self.index else 404), None
        if method == "PUT" and not action:
            given = json.loads(body)
            assert set(given) == {"settings", "mappings"}
            self.index = name, given["mappings"]["properties"]
            return 200, {"acknowledged": True, "index": name}
        if method == "PUT" and action == "_bulk":
            return 200, self.bulk([json.loads(line) for line in body.splitlines()])
        if method == "POST" and action == "_refresh":
            return 200, {}
        if method == "POST" and action == "_search":
            return 200, self.search(parameters, json.loads(body))
        raise Wrong(f"{method} {path}")

    def bulk(self, lines):
        items, rest = [], iter(lines)
        for line in rest:
            ((action, where),) = line.items()
            assert set(where) == {"_id", "routing", "version", "version_type"}
            assert where["version_type"] == "external"
            source = next(rest) if action == "index" else None
            if source is not None:
                assert set(source) == set(self.index[1])
            items.append({action: {"_id": where["_id"], **self.store(where, source)}})
        return {"errors": False, "items": items, "took": 1}

    def store(self, where, source):
        if self.refuse_items:
            return {"status": 400, "error": {"type": "mapper_parsing_exception"}}
        known = self.documents.get(where["_id"])
        if known and known[0] >= where["version"]:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        self.documents[where["_id"]] = where["version"], where["routing"], source
        return {"status": 200}

    def search(self, parameters, body):
        assert set(body) <= {"query", "size", "_source", "track_total_hits"}
        hits = []
        for key, (_version, routing, source) in self.documents.items():
            if source is None or routing != parameters["routing"]:
                continue
            names = []
            score = self.score(body["query"], source, names)
            if score is not None:
                hits.append({"_id": key, "_score": score, "matched_queries": names})
        hits.sort(key=lambda hit: -hit["_score"])
        return {"took": 1, "timed_out": False, "hits": {"hits": hits[: body["size"]]}}

    def score(self, query, source, names):
        """The score of a document, None when it does not match."""
        ((kind, given),) = query.items()
        return getattr(self, f"of_{kind}")(dict(given), source, names)

    def of_bool(self, given, source, names):
        boost = given.pop("boost", 1)
        parts = {part: given.pop(part, []) for part in ("filter", "must", "should")}
        least = given.pop("minimum_should_match", 0 if parts["filter"] or parts["must"] else 1)
        if given:
            raise Wrong(f"bool: {given}")
        total = 0.0
        for part in ("filter", "must"):
            for query in parts[part]:
                score = self.score(query, source, names)
                if score is None:
                    return None
                total += score if part == "must" else 0
        found = [score for query in parts["should"] if (score := self.score(query, source, names)) is not None]
        if parts["should"] and len(found) < least:
            return None
        return boost * (total + sum(found))

    def of_dis_max(self, given, source, names):
        assert set(given) == {"queries"}
        found = [score for query in given["queries"] if (score := self.score(query, source, names)) is not None]
        return max(found, default=None)

    def of_constant_score(self, given, source, names):
        assert set(given) <= {"filter", "boost", "_name"}
        if self.score(given["filter"], source, []) is None:
            return None
        if name := given.get("_name"):
            names.append(name)
        return given["boost"]

    def _values(self, given, source):
        ((field, wanted),) = given.items()
        kind = self.index[1][field]["type"]
        return (source[field].split() if kind == "text" else [source[field]]), wanted

    def of_term(self, given, source, names):
        values, wanted = self._values(given, source)
        return 1.0 if wanted in values else None

    def of_prefix(self, given, source, names):
        values, wanted = self._values(given, source)
        return 1.0 if any(value.startswith(wanted) for value in values) else None

    def of_wildcard(self, given, source, names):
        values, wanted = self._values(given, source)
        pattern = re.sub(r"\\(.)|(\*)|(.)", _piece, wanted, flags=re.DOTALL)
        return 1.0 if any(re.fullmatch(pattern, value, re.DOTALL) for value in values) else None


def _piece(match):
    escaped, star, letter = match.groups()
    return ".*" if star else re.escape(escaped or letter)


@contextmanager
def running():
    """The server and its address."""
    fake = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            parameters = dict(pair.partition("=")[::2] for pair in query.split("&") if pair)
            body = self.rfile.read(length).decode()
            try:
                status, found = fake.handle(self.command, path, parameters, body)
            except Exception as error:
                status, found = 400, {"error": {"type": type(error).__name__, "reason": repr(error)}, "status": 400}
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/vnd.elasticsearch+json; compatible-with=9")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
