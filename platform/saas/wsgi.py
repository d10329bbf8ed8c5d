"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

_django = get_wsgi_application()

from django.conf import settings  # noqa: E402  (models must be ready)
from django.urls import get_resolver  # noqa: E402

from saas.admission import Admission  # noqa: E402
from saas.reads.layer import KeptReads  # noqa: E402
from shop.storefront import direct  # noqa: E402
from tenants.migrations_hash import current_hash  # noqa: E402
from tenants.routing import ShopRouter  # noqa: E402

_reads = KeptReads(_django, direct.answer)
application = _reads.in_front_of(Admission(ShopRouter(_reads.build), places=settings.WEB_PLACES))

# Read now what would be read during somebody's first request: it takes the better part of a second.
get_resolver().url_patterns  # noqa: B018
current_hash()
