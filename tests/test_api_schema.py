"""The served description of the API under many first requests at once."""

import json
import os
import subprocess
import sys

from tests.e2e.driver import REPOSITORY

COLD = """
import json, os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"
import django
django.setup()
sys.setswitchinterval(1e-6)
from django.test import RequestFactory
from drf_spectacular.views import SpectacularAPIView
from saas.api_schema import SchemaView

view = {"ours": SchemaView, "library": SpectacularAPIView}[sys.argv[1]].as_view()
start, seen = threading.Barrier(16), []

def ask():
    start.wait()
    try:
        answer = view(RequestFactory().get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}))
        if hasattr(answer, "render"):
            answer.render()
        seen.append([answer.status_code, answer.content.decode()])
    except Exception as error:
        seen.append([500, repr(error)])

threads = [threading.Thread(target=ask) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(seen))
"""


def cold(view):
    """What 16 threads of a fresh process are answered."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEIPU_")}
    done = subprocess.run(
        [sys.executable, "-c", COLD, view],
        cwd=REPOSITORY,
        env={**environment, "WEIPU_BUILD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_sixteen_first_requests_at_once_are_all_answered():
    answers = cold("ours")
    assert [status for status, _body in answers] == [200] * 16
    assert len({body for _status, body in answers}) == 1
    assert "/api/v1/checkout/preview" in json.loads(answers[0][1])["paths"]


def test_the_librarys_own_view_would_fail_some_of_them():
    assert any(status == 500 for _attempt in range(3) for status, _body in cold("library"))


def test_formats_and_languages_are_kept_apart(api):
    yaml = api.get("/api/schema")
    english = api.get("/api/schema?lang=en&format=json")
    chinese = api.get("/api/schema?lang=zh-hans&format=json")
    assert [answer.status_code for answer in (yaml, english, chinese)] == [200] * 3
    assert yaml.content.startswith(b"openapi: 3")
    assert english.json()["paths"].keys() == chinese.json()["paths"].keys()
    assert api.get("/api/schema").content == yaml.content
