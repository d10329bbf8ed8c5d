# ruff: noqa: E402  (Django must be set up first)
"""Run inside the product's environment: changes a shop as commands come, one JSON line each, and answers each.

python -m tests.e2e.changer SLUG < commands
"""

import json
import os
import sys
import time
from io import BytesIO
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"

import django

django.setup()

from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image

from shop.catalog.drafts import CategoryDraft
from shop.catalog.importing import ProductPart, import_files
from shop.catalog.models import Category, Product
from shop.catalog.pictures import add_picture
from shop.catalog.services import save_category, schedule
from tenants import gate, registry
from tenants.context import using_shop


def product(code):
    return Product.objects.get(code=code)


def imported(folder, row):
    file = Path(folder) / "change.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    result = import_files([file], [ProductPart], update=True, actor="test")
    assert not result.report.error_count, result.report.errors


def category(name, tagline):
    found = Category.objects.get(name=name)
    save_category(CategoryDraft(name=name, parent=found.parent_id, tagline=tagline), found)


def picture(code, number):
    file = BytesIO()
    Image.new("RGB", (40, 40), (number, 40, 90)).save(file, "PNG")
    add_picture(product(code), ContentFile(file.getvalue(), name="p.png"))


def scheduled(code, on_shelf):
    """Plan the shelf for now and wait until the worker has done it."""
    field = "on_shelf_at" if on_shelf else "off_shelf_at"
    planned = product(code)
    setattr(planned, field, timezone.now() + timedelta(milliseconds=50))
    with transaction.atomic():
        planned.save(update_fields=[field])
        schedule.keep_time(planned)
    deadline = time.monotonic() + 20
    while product(code).is_on_shelf != on_shelf:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def state(old, new):
    gate.change_state(registry.by_slug(sys.argv[1]).uuid, old=old, new=new)


KINDS = {"import": imported, "category": category, "picture": picture, "scheduled": scheduled, "state": state}

with using_shop(registry.by_slug(sys.argv[1])):
    for line in sys.stdin:
        kind, *arguments = json.loads(line)
        KINDS[kind](*arguments)
        print("done", flush=True)
