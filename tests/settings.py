"""The product's settings, pointed at the run's own PostgreSQL and Redis."""

import os
import tempfile
from pathlib import Path

from tests.services import Services

SERVICES = Services(Path(tempfile.mkdtemp(prefix="weipu-tests-")))
SERVICES.export(os.environ)
os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"  # what child processes load

from saas.settings import *  # noqa: E402, F403

SPARE_SCHEMAS = 0
