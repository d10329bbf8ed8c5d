"""The whole way of a picture through a service that speaks S3."""

from urllib.request import urlopen

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shop.catalog.pictures import add_picture
from shop.catalog.receivers import on_picture_ready
from shop.library.services import remove_asset, store_picture, store_video
from shop.library.services.deriving import derive
from shop.library.services.keeping import purge
from tenants.models import OutboxEvent
from tests.conftest import body
from tests.factories import broken, make_sku
from tests.shop.mp4 import mp4
from tests.shop.pictures import made
from tests.shop.s3 import Buckets

CDN = "https://cdn.example.com"


@pytest.fixture(scope="module")
def service():
    buckets = Buckets()
    yield buckets
    buckets.close()


@pytest.fixture
def buckets(service, settings):
    settings.S3_BUCKET, settings.S3_PRIVATE_BUCKET = "pictures", "secrets"
    settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_ADDRESSING = service.url, "us-east-1", "path"
    settings.S3_ACCESS_KEY = settings.S3_SECRET_KEY = "test"
    settings.S3_PUBLIC_URL = ""
    settings.STORAGES = {
        **settings.STORAGES,
        "public": {"BACKEND": "tenants.buckets.PublicBucket"},
        "private": {"BACKEND": "tenants.buckets.PrivateBucket"},
    }
    return service


def test_from_the_upload_to_the_address_in_the_api(api, shop, buckets):
    saved = make_sku().product
    before = buckets.names()
    asset = add_picture(saved, made((1600, 1200), "JPEG", colour="#cc9966"))
    assert buckets.names() - before == {asset.name}
    derive(asset.key)
    asset.refresh_from_db()
    assert buckets.names() - before == set(asset.names())
    (event,) = OutboxEvent.objects.filter(topic="picture.ready")
    on_picture_ready(event)
    detail = body(api.get(f"/api/v1/products/{saved.key}"))
    assert detail["cover"] == f"{buckets.url}/pictures/{asset.sized(400)}"
    for address, kind in zip(detail["pictures"][0].values(), ["webp", "webp", "webp", "jpeg"], strict=False):
        with urlopen(address) as answer:
            assert answer.headers["Content-Type"] == f"image/{kind}"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Content-Disposition"] is None
    assert broken() == {}


def test_addresses_lead_to_the_cdn_when_there_is_one(shop, buckets, settings):
    settings.S3_PUBLIC_URL = CDN + "/"
    asset = store_picture(made(), actor="test")
    assert asset.url() == f"{CDN}/{asset.name}"


def test_deriving_twice_writes_the_same_names(shop, buckets):
    asset = store_picture(made(), actor="test")
    derive(asset.key)
    type(asset).objects.filter(pk=asset.pk).update(state="PENDING")
    before = buckets.names()
    derive(asset.key)
    assert buckets.names() == before


def test_removed_files_leave_the_bucket(shop, buckets):
    asset, film = store_picture(made(), actor="test"), store_video(ContentFile(mp4()), actor="test")
    derive(asset.key)
    asset.refresh_from_db()
    assert buckets.head(film.name)["ContentType"] == "video/mp4"
    storage = storages["public"]
    assert storage.exists(asset.name)
    assert not storage.exists(f"{shop.uuid}/p/aa/nothing.webp")
    for one in (asset, film):
        remove_asset(one)
        purge(one.key)
        assert not set(one.names()) & buckets.names()
        assert not storage.exists(one.name)


def test_a_refused_upload_leaves_nothing_in_the_bucket(shop, buckets, settings):
    settings.LIBRARY_BYTES = 10
    before = buckets.names()
    with pytest.raises(Exception, match="library_full"):
        store_picture(made(), actor="test")
    assert buckets.names() == before


def test_only_kinds_for_everybody_go_into_the_public_bucket(shop, buckets):
    before = buckets.names()
    for ending in ("html", "svg", "php", "xlsx"):
        with pytest.raises(ValueError, match="not served"):
            storages["public"].save(f"{shop.uuid}/p/aa/x.{ending}", ContentFile(b"x"))
    assert buckets.names() == before


def test_private_files_lie_in_their_own_bucket_behind_a_signature(shop, buckets):
    name = storages["private"].save(f"{shop.uuid}/exports/orders.xlsx", ContentFile(b"secret"))
    assert name in buckets.names("secrets")
    assert name not in buckets.names("pictures")
    address = storages["private"].url(name)
    assert "X-Amz-Signature" in address
    assert "X-Amz-Expires=300" in address
    with urlopen(address) as answer:
        assert answer.read() == b"secret"
    with storages["private"].open(name) as file:
        assert file.read() == b"secret"


def test_one_bucket_for_both_is_refused_at_start(tmp_path):
    import os
    import subprocess
    import sys

    environment = {**os.environ, "WEIPU_S3_BUCKET": "one", "WEIPU_S3_PRIVATE_BUCKET": "one"}
    done = subprocess.run(
        [sys.executable, "-c", "import saas.settings"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "WEIPU_S3_PRIVATE_BUCKET" in done.stderr
