"""Raises a shop's catalogue version 20 times a second until it is stopped. Run: python -m bench.changes SLUG"""

import os
import sys
import time

import django


def main() -> None:
    """Raise, and say so once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
    django.setup()
    from shop.core.reading import catalogue_changed
    from tenants.context import using_shop
    from tenants.registry import by_slug

    with using_shop(by_slug(sys.argv[1])):
        catalogue_changed()
        print("changing", flush=True)
        while True:
            catalogue_changed()
            time.sleep(0.05)


if __name__ == "__main__":
    main()
