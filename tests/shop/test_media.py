"""Public files: whose they are, as what they are served, in which parts."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shop.catalog.pictures import add_picture
from tenants.context import using_shop
from tenants.storage import random_name
from tests.conftest import body
from tests.factories import make_sku
from tests.shop.pictures import made


@pytest.fixture
def video(shop):
    """A stored file of 1000 bytes that counts from 0 to 249 four times."""
    return "/media/" + storages["public"].save(random_name("mp4", "v"), ContentFile(bytes(range(250)) * 4))


def test_a_picture_is_addressed_on_the_host_that_is_asked(api, shop):
    add_picture(make_sku().product, made())
    for host, root in ((shop.host, ""), ("api.weipu.test", f"/s/{shop.key}")):
        (row,) = body(api.get(f"{root}/api/v1/products", HTTP_HOST=host))["results"]
        assert row["cover"].startswith(f"{root}/media/{shop.uuid}/p/")
        assert api.get(row["cover"], HTTP_HOST=host).status_code == 200


def test_a_picture_of_another_shop_is_not_served(api, shop, other_shop):
    with using_shop(other_shop):
        picture = add_picture(make_sku().product, made())
        assert api.get(f"/media/{picture.name}", HTTP_HOST=other_shop.host).status_code == 200
    assert api.get(f"/media/{picture.name}").status_code == 404
    for path in (f"/media/{shop.uuid}/../{picture.name}", f"/media/{shop.uuid}/p/none.webp"):
        assert api.get(path).status_code == 404


def test_nothing_can_run_and_the_answer_is_kept_for_ever(api, video):
    answer = api.get(video)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == bytes(range(250)) * 4
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Length"] == "1000"
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("ending", ["html", "svg", "php", "js", "xml", "htm", "webp.html", "WEBP", "txt", "mp4.svg"])
def test_other_kinds_are_not_served_even_if_they_are_there(api, shop, ending):
    name = f"{shop.uuid}/p/aa/0123456789abcdef.{ending}"
    path = Path(storages["public"].path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("<script>alert(1)</script>")
    assert api.get(f"/media/{name}").status_code == 404


def test_no_path_leads_out_of_the_folder(api, shop, settings):
    (settings.MEDIA_ROOT / "public").mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / "secret.webp").write_text("secret")
    folder = Path(storages["public"].path(f"{shop.uuid}/p/bb"))
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "0123456789abcdef.webp"
    if not link.is_symlink():
        link.symlink_to(settings.MEDIA_ROOT / "secret.webp")
    for tail in (
        "../../secret.webp",
        "p/../../../secret.webp",
        "p/%2e%2e/%2e%2e/%2e%2e/secret.webp",
        "p/..%2f..%2f..%2fsecret.webp",
        "p/bb/0123456789abcdef.webp",
        "/etc/passwd",
        "p/bb",
        "p/bb/",
        "",
        "p\\bb\\0123456789abcdef.webp",
    ):
        assert api.get(f"/media/{shop.uuid}/{tail}").status_code == 404, tail
    for path in ("/media/", "/media/../settings.py", "/media//etc/passwd", f"/media/{shop.uuid}"):
        assert api.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-", 206, 0, 1000),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=990-5000", 206, 990, 1000),
        ("bytes=-10", 206, 990, 1000),
        ("bytes=-5000", 206, 0, 1000),
        ("bytes=1000-", 416, 0, 0),
        ("bytes=20-10", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=0-1,5-6", 200, 0, 1000),
        ("bytes=-", 200, 0, 1000),
        ("bytes=٣-", 200, 0, 1000),
        ("lines=1-2", 200, 0, 1000),
    ],
)
def test_parts_of_a_file(api, video, asked, status, start, end):
    answer = api.get(video, HTTP_RANGE=asked)
    assert answer.status_code == status
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content == (bytes(range(250)) * 4)[start:end]
    if status == 206:
        assert answer["Content-Range"] == f"bytes {start}-{end - 1}/1000"
        assert answer["Content-Length"] == str(end - start)
    if status == 416:
        assert answer["Content-Range"] == "bytes */1000"


def test_a_file_can_only_be_read(api, video):
    assert api.call("HEAD", video)["Content-Length"] == "1000"
    for method in ("POST", "PUT", "DELETE"):
        assert api.call(method, video).status_code in {403, 405}
    assert api.get(video).status_code == 200
