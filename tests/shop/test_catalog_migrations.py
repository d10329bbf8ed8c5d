"""Pictures of before the library become its assets, and back."""

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shop.catalog.models import Picture
from shop.catalog.pictures import set_pictures
from shop.library.models import Asset
from shop.library.services.deriving import derive
from tenants.models import Due
from tests.factories import broken
from tests.shop.catalogue import product
from tests.shop.pictures import made

BEFORE, AFTER = [("catalog", "0003_sold_out_is_read")], [("catalog", "0006_picture_is_an_asset")]


def migrate(target):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(target)


def newest():
    """The last migrations of the shops' apps."""
    labels = {app.rpartition(".")[2] for app in settings.TENANT_APPS}
    return [leaf for leaf in MigrationExecutor(connection).loader.graph.leaf_nodes() if leaf[0] in labels]


@pytest.fixture
def old_files(shop):
    """Two products that show files, one of them twice, as they were stored before there was a library."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    from shop.library.encoding import encode
    from tenants.storage import random_name

    return [
        storages["public"].save(random_name("webp"), ContentFile(encode(made(colour=colour)).content))
        for colour in ("red", "blue")
    ]


def test_stored_pictures_become_assets_and_back(shop, old_files):
    one, other = product("P1"), product("P2")
    set_pictures(one, [Asset.objects.create(name=name) for name in old_files])
    set_pictures(other, [Asset.objects.get(name=old_files[0])])
    migrate(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id, file FROM catalog_picture ORDER BY product_id, position")
        wanted = [(one.pk, old_files[0]), (one.pk, old_files[1]), (other.pk, old_files[0])]
        assert cursor.fetchall() == wanted
        cursor.execute("DELETE FROM library_asset")
    migrate(AFTER)
    migrate(newest())  # others that stand on the catalogue went back with it
    found = Picture.objects.order_by("product", "position").values_list("product", "asset__name")
    assert list(found) == wanted
    keys = set(Asset.objects.values_list("key", flat=True))
    assert set(Due.objects.filter(shop=shop.uuid, kind="library.derive").values_list("ref", flat=True)) == keys
    for key in keys:
        derive(key)
    assert {(asset.width, asset.height, asset.state) for asset in Asset.objects.all()} == {(40, 20, "READY")}
    assert broken() == {}
