# ruff: noqa: E402  (Django must be set up first)
"""Run inside the product's environment: a product with 1000 SKUs whose levels all change ten times a second.

python -m tests.faults.churn SLUG SECONDS    prints the product's key, then goes on for so long
"""

import os
import secrets
import signal
import sys
import time
from threading import Event

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"

import django

django.setup()

from django.db.models import F

from shop.catalog.models import SKU, Category, Product
from shop.inventory.hints import stock_changed
from shop.inventory.models import StockItem, Warehouse
from tenants import registry
from tenants.context import using_shop

SKUS = 1000


def main():
    code = secrets.token_hex(4)
    category, _ = Category.objects.get_or_create(parent=None, name="测试")
    product = Product.objects.create(code=code, title=code, category=category, price=100)
    skus = SKU.objects.bulk_create(
        SKU(product=product, code=f"{code}-{number}", options={"号": str(number)}, price=100) for number in range(SKUS)
    )
    warehouse = Warehouse.objects.get(is_default=True)
    StockItem.objects.bulk_create(StockItem(sku=sku, warehouse=warehouse, on_hand=5000) for sku in skus)
    items = StockItem.objects.filter(sku__product=product)
    print(product.key, flush=True)
    until = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < until and not over.wait(0.1):
        items.update(on_hand=F("on_hand") - 1)
        stock_changed([sku.pk for sku in skus])
    items.update(on_hand=0)  # the auditor would miss the movements of these units


# A flag and no KeyboardInterrupt: that one may come where somebody swallows it.
over = Event()
signal.signal(signal.SIGINT, lambda *_: over.set())
with using_shop(registry.by_slug(sys.argv[1])):
    main()
