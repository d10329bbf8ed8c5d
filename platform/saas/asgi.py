"""ASGI entry point: stock in real time and nothing else; all other requests go to saas.wsgi."""

import os
import resource

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
django.setup()

# Every client is an open file; the usual soft limit would end at a thousand.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))

from saas.realtime.application import build  # noqa: E402  (models must be ready)

application = build()
