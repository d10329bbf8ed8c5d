"""Count the statements of one request in this process: python -m bench.queries '{"slug", "token", "address", "skus"}'.

Every statement that leaves the driver counts, with the search_path and what begins and ends transactions.
"""

import io
import json
import os
import re
import sys
from collections import Counter
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"
os.environ["WEIPU_POOL"] = "5"  # as the web server has

import psycopg
from django.db import connection

from saas.wsgi import application
from tenants import registry

WARM_UPS = 5
TRANSACTION = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", re.IGNORECASE)

sent: list[str] = []


def remember_statements() -> None:
    """Let the driver note every statement it sends."""
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(query if isinstance(query, str) else query.as_string(self))
        return execute(self, query, *args, **kwargs)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]


def request(host: str, path: str, body: dict[str, Any], token: str, key: str) -> tuple[int, dict[str, Any]]:
    """Send a request through the router and Django and return status and JSON."""
    content = json.dumps(body).encode()
    status: list[int] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "HTTP_IDEMPOTENCY_KEY": key,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
    }
    answer = application(environ, lambda line, headers, error=None: status.append(int(line[:3])))
    text = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    return status[0], json.loads(text)


def kind_of(statement: str) -> str:
    """Return the kind under which a statement is listed."""
    if TRANSACTION.match(statement):
        return "transaction"
    if statement.startswith("SET search_path"):
        return "search_path"
    return re.sub(r"^WITH\b.*", "UPDATE", statement.split()[0].upper() if statement.split() else "PING")


def count(wanted: dict[str, Any]) -> dict[str, Any]:
    """Place a two-line order and return what it sent to the database."""
    shop = registry.by_slug(wanted["slug"])
    body = {"items": [{"sku": sku, "quantity": 1} for sku in wanted["skus"]], "address": wanted["address"]}
    for number in range(WARM_UPS + 1):
        sent.clear()
        connection.force_debug_cursor = number == WARM_UPS
        status, answer = request(shop.host, "/api/v1/orders", body, wanted["token"], f"count-{number}")
        if status != 201:
            raise SystemExit(f"{status} {answer}")
    statements = list(sent)
    ends = [query["sql"] for query in connection.queries_log if TRANSACTION.match(query["sql"])]
    ends = [sql for sql in ends if sql not in statements]  # savepoints are seen twice, BEGIN and COMMIT only here
    kinds = Counter(kind_of(statement) for statement in statements + ends)
    control = {name: kinds.pop(name, 0) for name in ("transaction", "search_path", "PING")}
    return {"queries": kinds.total(), "kinds": dict(kinds.most_common()), "control": control, "statements": statements}


def main() -> None:
    """Print the counts as one JSON line."""
    remember_statements()
    print(json.dumps(count(json.loads(sys.argv[1])), ensure_ascii=False))


if __name__ == "__main__":
    main()
