"""Uploads and removals at the same moment; each control shows that the obvious way goes wrong here."""

import threading

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from shop.catalog.models import Picture
from shop.catalog.pictures import set_pictures
from shop.core.errors import ShopError
from shop.library import uses
from shop.library.models import Asset, Usage
from shop.library.services import remove_asset, store_picture
from shop.library.services.room import take
from tenants.context import using_shop
from tests.factories import broken, make_sku
from tests.race import Meeting, refused, together
from tests.shop.pictures import made
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]
ROOM = 1000


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


@pytest.fixture
def empty(arena, settings):
    settings.LIBRARY_BYTES = ROOM
    Picture.objects.all().delete()
    Asset.objects.all().delete()
    Usage.objects.all().delete()
    return arena


def test_uploads_together_stay_within_the_room(empty):
    results = together(empty, *[lambda: take("", 300)] * 8)
    assert refused(results) == 5
    assert {result.code for result in results if result} == {"library_full"}
    assert Usage.objects.get().bytes == 900


def test_control_reading_first_passes_the_limit(empty):
    Usage.objects.create(scope=Usage.SHOP)
    looked = Meeting(8)

    def read_then_write():
        row = Usage.objects.get()
        if row.bytes + 300 > ROOM:
            raise ShopError("library_full")
        looked.wait()
        Usage.objects.filter(pk=row.pk).update(bytes=row.bytes + 300)

    results = together(empty, *[read_then_write] * 8)
    assert refused(results) == 0  # eight times 300 were let into a room of 1000


def test_the_same_file_at_the_same_time_is_stored_once(empty, settings):
    settings.LIBRARY_BYTES = 10**6
    content = made((600, 400), colour="red").read()
    results = together(empty, *[lambda: store_picture(ContentFile(content), actor="test").pk] * 6)
    assert refused(results) == 0
    assert len(set(results)) == 1
    assert Asset.objects.count() == 1
    assert broken() == {}


def shown_and_gone():
    """Assets that a product shows although they were removed."""
    return Picture.objects.filter(asset__archived_at__isnull=False).count()


def clash(arena, remove, show=set_pictures):
    """Show and remove the same picture at the same moment, several times; how often both succeeded."""
    product = make_sku().product
    both = 0
    for number in range(6):
        asset = store_picture(made((30, 30 + number)), actor="test")
        results = together(arena, lambda asset=asset: show(product, [asset]), lambda asset=asset: remove(asset))
        both += refused(results) == 0
    return both


def test_a_picture_is_shown_or_removed_never_both(empty, settings):
    settings.LIBRARY_BYTES = 10**6
    assert clash(empty, remove_asset) == 0
    assert shown_and_gone() == 0
    assert broken() == {}


def test_control_looking_first_removes_what_is_shown(empty, settings):
    settings.LIBRARY_BYTES = 10**6

    shown, looked = threading.Event(), threading.Event()

    def show(product, assets):
        assert looked.wait(20)
        set_pictures(product, assets)
        shown.set()

    @transaction.atomic
    def look_then_remove(asset):
        if Asset.objects.filter(uses.used(), pk=asset.pk).exists():
            raise ShopError("asset_in_use")
        looked.set()
        assert shown.wait(20)
        Asset.objects.filter(pk=asset.pk).update(archived_at="2026-01-01T00:00Z")

    assert clash(empty, look_then_remove, show) > 0
