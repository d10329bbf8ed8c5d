"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

_django = get_wsgi_application()

from saas.reads.layer import KeptReads  # noqa: E402  (models must be ready)
from tenants.routing import ShopRouter  # noqa: E402

_reads = KeptReads(_django)
application = _reads.in_front_of(ShopRouter(_reads.build))
