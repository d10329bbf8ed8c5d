# ruff: noqa: E402  (Django must be set up first)
"""Run inside the product's environment: opens shops with members, addresses and SKUs, prints their keys as JSON.

python -m bench.many_shops COUNT '{"members": 10, "skus": [[price, stock], …]}'
"""

import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"

import django

django.setup()

from django.db import transaction

from shop.core.models import ShopSettings
from tenants.context import using_shop
from tenants.services import Owner, open_shop
from tests.faults.prepare import members, skus


def main() -> None:
    """Open the shops one after the other."""
    count, wanted = int(sys.argv[1]), json.loads(sys.argv[2])
    made = []
    for number in range(count):
        shop = open_shop(f"bench-{number}", f"{number} 号店", Owner(f"{number}@example.com", "!"))
        with using_shop(shop), transaction.atomic():
            ShopSettings.objects.update(most_unpaid=1000)
            made.append({"key": shop.key, "members": members(wanted["members"]), "skus": skus(wanted["skus"])})
    print(json.dumps(made))


if __name__ == "__main__":
    main()
