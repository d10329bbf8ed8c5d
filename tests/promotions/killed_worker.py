# ruff: noqa: E402  (Django must be set up first)
"""A worker that is killed in the middle of due work, as a process of its own.

python -m tests.promotions.killed_worker SHOP KIND REF MODULE NAME before|after: it does the work of (KIND, REF) and
kills itself when it comes to the function NAME of MODULE, or when that has returned.
"""

import os
import signal
import sys
from importlib import import_module

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"
django.setup()

from tenants import due, registry
from tenants.context import using_shop
from tenants.models import Due


def deadly(function, when):
    """The function, whose caller does not live to see it."""

    def die(*args, **kwargs):
        if when == "after":
            function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return die


def main(slug, kind, ref, module, name, when):
    place = import_module(module)
    setattr(place, name, deadly(getattr(place, name), when))
    shop = registry.by_slug(slug)
    with using_shop(shop):
        due.run(shop.uuid, kind, ref, Due.objects.of(shop.uuid, kind, ref).get().ticket)


if __name__ == "__main__":
    main(*sys.argv[1:])
