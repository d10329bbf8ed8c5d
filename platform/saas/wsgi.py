"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

_django = get_wsgi_application()

from django.conf import settings  # noqa: E402  (models must be ready)

from saas.admission import Admission  # noqa: E402
from saas.reads.layer import KeptReads  # noqa: E402
from shop.storefront import direct  # noqa: E402
from tenants.routing import ShopRouter  # noqa: E402

_reads = KeptReads(_django, direct.answer)
application = _reads.in_front_of(Admission(ShopRouter(_reads.build), places=settings.WEB_PLACES))
