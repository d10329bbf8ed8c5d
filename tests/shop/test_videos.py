import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shop.core.errors import ShopError
from shop.library import video
from shop.library.models import Asset
from shop.library.services import store_video
from tests.factories import broken
from tests.shop.mp4 import box, mp4, sample_table
from tests.shop.pictures import made


def store(content):
    return store_video(ContentFile(content, name="试用.mp4"), actor="test")


def test_an_mp4_is_stored_as_it_is(shop):
    asset = store(mp4())
    with storages["public"].open(asset.name) as file:
        assert file.read() == mp4()
    assert (asset.kind, asset.state, asset.width, asset.height, asset.title) == ("VIDEO", "READY", 640, 360, "试用")
    assert asset.name.split("/")[1] == "v"
    assert asset.name.endswith(".mp4")
    assert asset.url() == asset.url(200) == f"/media/{asset.name}"
    assert store(mp4()) == asset
    assert broken() == {}


def test_the_place_is_taken_out_and_everything_stays_where_it_was(shop):
    content = mp4(notes=b"+30.2500+120.1500/")
    asset = store(content + box(b"uuid", b"+30.2500+120.1500/"))
    with storages["public"].open(asset.name) as file:
        kept = file.read()
    assert b"+30.25" not in kept
    assert b"xyz" not in kept
    assert len(kept) == len(content) + 26
    assert kept.index(b"mdat") == content.index(b"mdat")
    assert sample_table() in kept


LARGE_SIZE = (1).to_bytes(4, "big") + b"mdat" + (16 + 4).to_bytes(8, "big") + b"data"


def test_a_large_size_is_understood(shop):
    content = mp4()
    assert store(content[: content.index(b"mdat") - 4] + LARGE_SIZE).width == 640


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "video_invalid"),
        (b"hello", "video_invalid"),
        (b"\0\0\0\x20ftypisom<script>alert(1)</script>", "video_invalid"),
        (mp4()[:-1], "video_invalid"),
        (mp4() + b"PK\3\4 more", "video_invalid"),
        (mp4() + box(b"html", b"<script>"), "video_invalid"),
        (box(b"moov") + mp4(), "video_invalid"),
        (mp4()[: mp4().index(b"mdat") - 4], "video_invalid"),
        (mp4(width=0), "video_invalid"),
        (mp4(width=9000), "video_invalid"),
        (box(b"ftyp", b"isom") + box(b"free") * 3000 + mp4()[24:], "video_invalid"),
        (mp4(brand=b"qt  "), "video_unsupported"),
        (mp4(codec=b"hvc1"), "video_unsupported"),
        (mp4(codec=b"mp4a"), "video_unsupported"),
        (made().read(), "video_invalid"),
        (b"\0" * (video.LARGEST_BYTES + 1), "video_too_large"),
    ],
)
@pytest.mark.timeout(20)
def test_what_is_no_such_video_is_refused(shop, content, code):
    with pytest.raises(ShopError) as refusal:
        store(content)
    assert refusal.value.code == code
    assert not Asset.objects.exists()
