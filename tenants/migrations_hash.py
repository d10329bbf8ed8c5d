"""One text that stands for all migrations a shop's schema must have."""

import hashlib
from functools import cache

from django.conf import settings


@cache
def current_hash() -> str:
    """Return the SHA-256 over the sorted (app, migration) names of the shop's apps in this code."""
    from django.db.migrations.loader import MigrationLoader

    labels = {app.rsplit(".", 1)[-1] for app in settings.TENANT_APPS}
    names = sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in labels)
    return hashlib.sha256(repr(names).encode()).hexdigest()
