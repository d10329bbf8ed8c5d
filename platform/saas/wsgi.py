"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

_django = get_wsgi_application()

from tenants.routing import ShopRouter  # noqa: E402  (models must be ready)

application = ShopRouter(_django)
