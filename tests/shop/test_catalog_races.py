"""Two at one product; each control shows that the same harness catches the obvious wrong way."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shop.catalog.drafts import ScheduleDraft
from shop.catalog.importing import ProductPart, import_files, storing
from shop.catalog.models import Product
from shop.catalog.services import save_product, save_products, set_shelf
from shop.core.models import AuditEntry
from tenants import due
from tenants.context import using_shop
from tenants.models import Due
from tests.factories import broken
from tests.race import Meeting, together
from tests.shop.admin_browser import browser_of, owner
from tests.shop.catalogue import draft, product, sku
from tests.shop.product_pages import stored_form
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,), using_shop(opened), django_db_blocker.unblock():
        yield opened


@pytest.fixture(autouse=True)
def database(arena, django_db_blocker):
    with django_db_blocker.unblock(), using_shop(arena):
        yield


def test_of_two_pages_saved_at_once_exactly_one_wins(arena):
    saved = product("RACE")
    for number in range(5):
        posts = {f"{name}{number}": stored_form(saved, title=f"{name}{number}") for name in "甲乙"}
        browsers = [browser_of(arena, owner()) for _ in posts]
        before = AuditEntry.objects.count()
        answers = together(
            arena,
            *[
                lambda browser=browser, form=form: browser.post(f"/admin/catalog/product/{saved.pk}/change/", form)
                for browser, form in zip(browsers, posts.values(), strict=True)
            ],
        )
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        won = [title for title, answer in zip(posts, answers, strict=True) if answer.status_code == 302]
        assert [Product.objects.get(pk=saved.pk).title] == won
        assert AuditEntry.objects.count() == before + 1


def test_control_comparing_versions_before_writing_lets_both_win(arena):
    saved = product("NAIVE")
    opened, looked = Product.objects.get(pk=saved.pk).version, Meeting()

    def naive(title):
        if Product.objects.get(pk=saved.pk).version == opened:
            looked.wait()
            Product.objects.filter(pk=saved.pk).update(title=title, version=opened + 1)
            return True
        return False

    assert together(arena, lambda: naive("甲"), lambda: naive("乙")) == [True, True]


def planned(saved):
    """The product's times, and those at which work is due for it."""
    row = Product.objects.get(pk=saved.pk)
    runs = Due.objects.filter(kind="catalog.shelf", ref=saved.key).values_list("run_at", flat=True)
    return row.is_on_shelf, row.off_shelf_at, list(runs)


def ending(code, end):
    return product(code, schedule=ScheduleDraft(None, end))


def fire(arena, saved):
    return due.run(arena.uuid, "catalog.shelf", saved.key, 0)


def move_end(saved, end):
    return save_product(draft(saved.code, key=saved.key, schedule=ScheduleDraft(None, end)))


def test_an_end_moved_while_it_fires_is_the_one_that_holds(arena):
    for number in range(10):
        saved, end = ending(f"END{number}", timezone.now()), timezone.now() + timedelta(days=1)
        results = together(
            arena, lambda saved=saved: fire(arena, saved), lambda saved=saved, end=end: move_end(saved, end)
        )
        assert not [result for result in results if isinstance(result, Exception)]
        on_shelf, stored, runs = planned(saved)
        assert (on_shelf, stored) == (True, end)
        assert [abs((run - end).total_seconds()) < 1 for run in runs] == [True]
    assert broken().keys() <= {"I5"}


def test_control_looking_at_the_time_before_writing_takes_a_moved_product_off(arena):
    saved, end = ending("LOOK", timezone.now()), timezone.now() + timedelta(days=1)
    looked, moved = threading.Event(), threading.Event()

    def naive():
        if Product.objects.get(pk=saved.pk).off_shelf_at <= timezone.now():
            looked.set()
            moved.wait(20)
            Product.objects.filter(pk=saved.pk).update(is_on_shelf=False, off_shelf_at=None)

    def later():
        looked.wait(20)
        move_end(saved, end)
        moved.set()

    together(arena, naive, later)
    assert planned(saved)[:2] == (False, None)


def test_an_end_planned_while_somebody_presses_on_shelf_still_comes(arena):
    saved, end = product("PRESS", is_on_shelf=False), timezone.now() + timedelta(days=1)
    seen = Product.objects.get(pk=saved.pk)  # by the list, before somebody plans the end
    move_end(saved, end)
    with transaction.atomic():
        set_shelf(seen, on_shelf=True)
    on_shelf, stored, runs = planned(saved)
    assert (on_shelf, stored, len(runs)) == (True, end, 1)


def sold(code):
    return product(code, skus=(sku(f"{code}-1", 规格="标准"),))


def import_while_somebody_takes_off(arena, saved, folder, monkeypatch, patience=0.3):
    """Import another price, and press "off the shelf" when the import has read what it will write back.

    The import waits `patience` seconds for the other to come between: one that is locked out does not come.
    """
    file, has_read, taken_off = folder / "products.jsonl", threading.Event(), threading.Event()
    row = {"code": saved.code, "title": saved.title, "category": "居家/被枕", "price": "12.00"}
    row["skus"] = [{"code": f"{saved.code}-1", "price": "12.00", "options": {"规格": "标准"}, "stock": 0}]
    file.write_text(json.dumps(row, ensure_ascii=False), "utf-8")

    def save(drafts):
        has_read.set()
        taken_off.wait(patience)
        return save_products(drafts)

    def take_off():
        assert has_read.wait(5)
        set_shelf(Product.objects.get(pk=saved.pk), on_shelf=False)
        taken_off.set()

    monkeypatch.setattr(storing, "save_products", save)
    result, _none = together(arena, lambda: import_files([file], [ProductPart], update=True, actor="test"), take_off)
    assert result.report.error_count == 0
    return Product.objects.values_list("price", "is_on_shelf").get(pk=saved.pk)


def test_a_product_taken_off_the_shelf_while_an_import_writes_stays_off(arena, tmp_path, monkeypatch):
    assert import_while_somebody_takes_off(arena, sold("IMPORT"), tmp_path, monkeypatch) == (1200, False)


def test_control_an_import_that_locks_after_reading_puts_it_back(arena, tmp_path, monkeypatch):
    monkeypatch.setattr(storing, "_lock", lambda rows: None)
    assert import_while_somebody_takes_off(arena, sold("UNLOCKED"), tmp_path, monkeypatch, 20) == (1200, True)
