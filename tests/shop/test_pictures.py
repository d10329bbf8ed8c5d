from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import ExifTags, Image

from shop.core.errors import ShopError
from shop.library import encoding
from shop.library.models import Asset, Usage
from shop.library.services import store_picture
from tenants.context import require_shop
from tests.factories import broken
from tests.shop.pictures import image_at, made


def store(file, **options):
    return store_picture(file, actor="test", **options)


@pytest.mark.parametrize(
    ("kind", "mode", "result"),
    [
        ("PNG", "RGB", "RGB"),
        ("PNG", "P", "RGB"),
        ("PNG", "1", "RGB"),
        ("PNG", "LA", "RGBA"),
        ("PNG", "RGBA", "RGBA"),
        ("PNG", "I;16", "RGB"),
        ("JPEG", "CMYK", "RGB"),
        ("JPEG", "L", "RGB"),
        ("WEBP", "RGB", "RGB"),
        ("GIF", "P", "RGB"),
    ],
)
def test_every_format_becomes_webp(shop, kind, mode, result):
    asset = store(made(kind=kind, mode=mode))
    image = image_at(asset.name)
    assert (image.format, image.size, image.mode) == ("WEBP", (40, 20), result)
    assert (asset.width, asset.height) == (40, 20)


def test_the_name_is_random_below_the_shop(shop):
    uuid, folder, two, name = store(made()).name.split("/")
    assert (uuid, folder, two) == (str(shop.uuid), "p", name[:2])
    assert name.endswith(".webp")
    assert len(name) == 37


def test_large_pictures_shrink_and_small_ones_stay(shop):
    assert image_at(store(made((2000, 1000))).name).size == (800, 400)
    assert image_at(store(made((3000, 4000), "JPEG")).name).size == (600, 800)
    assert image_at(store(made((4001, 3))).name).size == (800, 1)
    assert image_at(store(made((3, 2))).name).size == (3, 2)


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        ((790, 6000), (790, 6000)),
        ((2480, 3508), (1080, 1528)),  # a scanned certificate
        ((1200, 20_000), (600, 10_000)),
        ((2000, 12_500), (1080, 6750)),
    ],
)
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_of_a_tall_picture_the_width_counts(shop, size, stored, options):
    asset = store(made(size, "JPEG", **options))
    if options and size[0] * size[1] > encoding.MOST_PIXELS_PROGRESSIVE:
        stored = tuple(min(side, most // 2) for side, most in zip(stored, size, strict=True))
    assert (asset.width, asset.height) == image_at(asset.name).size == stored
    sizes = {name[-9:]: Image.open(BytesIO(content)).size for name, content in variants_of(asset).items()}
    assert sizes[".jpg"] == stored
    assert (max(sizes["_400.webp"]), max(sizes["_200.webp"])) == (400, 200)


def variants_of(asset):
    with storages["public"].open(asset.name) as file:
        return encoding.variants(file.read())


def test_a_tall_picture_that_lies_on_its_side_is_stored_upright(shop):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    assert image_at(store(made((5000, 1200), "JPEG", exif=exif)).name).size == (1080, 4500)


def test_fine_print_of_a_tall_picture_stays_sharp(shop):
    page = Image.new("RGB", (790, 3000), "white")
    for x in range(0, 790, 2):
        page.paste("black", (x, 0, x + 1, 3000))
    output = BytesIO()
    page.save(output, "PNG")
    stored = image_at(store(ContentFile(output.getvalue(), name="a.png")).name)
    assert stored.getpixel((401, 1500))[0] - stored.getpixel((400, 1500))[0] > 150


def test_shrinking_strip_by_strip_shows_the_same_picture(shop):
    photo = Image.effect_mandelbrot((3700, 2900), (-2, -1, 1, 1), 60).convert("RGB")
    photo.paste((200, 30, 30), (1000, 2000, 2600, 2700))
    output = BytesIO()
    photo.save(output, "PNG", compress_level=1)
    image = image_at(store(ContentFile(output.getvalue())).name)
    wanted = photo.resize(image.size, Image.Resampling.LANCZOS)
    assert image.size == (800, 627)
    pairs = zip(image.convert("L").tobytes(), wanted.convert("L").tobytes(), strict=True)
    assert sum(abs(one - other) for one, other in pairs) / (800 * 627) < 4


def test_sixteen_bits_are_not_blown_out(shop):
    image = image_at(store(made(mode="I;16", colour=0x8000)).name)
    assert all(abs(level - 128) < 4 for level in image.getpixel((5, 5)))


def test_pictures_stand_upright_and_tell_nothing(shop):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone"
    image = image_at(store(made((40, 20), "JPEG", exif=exif)).name)
    assert image.size == (20, 40)
    assert not image.getexif()
    assert "icc_profile" not in image.info


def test_the_first_frame_of_a_gif_counts(shop):
    output = BytesIO()
    red, blue = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    red.save(output, "GIF", save_all=True, append_images=[blue])
    image = image_at(store(ContentFile(output.getvalue())).name)
    assert not getattr(image, "is_animated", False)
    red_part, _green, blue_part = image.convert("RGB").getpixel((4, 4))
    assert red_part > 200 > 50 > blue_part


def test_the_same_file_is_stored_once(shop):
    first, second = store(made(colour="red")), store(made(colour="red"))
    assert first == second
    assert store(made(colour="blue")) != first
    assert store(made(colour="red"), owner="m1") != first
    assert Asset.objects.count() == 3
    assert broken() == {}


def test_the_title_is_the_file_name_without_a_path(shop):
    names = {"棉被 正面.JPG": "棉被 正面", "../../etc/passwd.png": "passwd", r"C:\a\b.png": "b", "x\0y\n.png": "xy"}
    for number, (name, title) in enumerate(names.items()):
        file = made((9, 9 + number))
        file.name = name
        assert store(file).title == title


def stored_files():
    folder = Path(storages["public"].path(str(require_shop().uuid)))
    return {path for path in folder.rglob("*") if path.is_file()}


def refused(file, **options):
    before = stored_files()
    with pytest.raises(ShopError) as refusal:
        store(file, **options)
    assert not Asset.objects.exists()
    assert not Usage.objects.exclude(bytes=0).exists()
    assert stored_files() == before
    return refusal.value.code


def test_too_many_bytes_are_refused(shop):
    assert refused(ContentFile(b"\0" * (encoding.LARGEST_BYTES + 1))) == "picture_too_large"


@pytest.mark.parametrize(("size", "kind"), [((5001, 5000), "PNG"), ((4000, 3001), "WEBP")])
def test_too_many_pixels_are_refused_before_decoding(shop, monkeypatch, size, kind):
    bomb = made(size, kind, mode="1" if kind == "PNG" else "RGB")
    monkeypatch.setattr(Image.Image, "crop", lambda *_: pytest.fail("decoded"))
    assert refused(bomb) == "picture_too_large"


def many_scans():
    """A progressive JPEG whose last pass is repeated until decoding it would take minutes."""
    content = made((4000, 4000), "JPEG", progressive=True).read()
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 1000 + content[-2:]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        made((200, 200)).read()[:150],
        made((200, 200), "JPEG").read()[:400],
        made((9, 9), "TIFF").read(),
        made((9, 9), "BMP").read(),
        many_scans(),
    ],
)
@pytest.mark.timeout(10)
def test_what_is_no_picture_is_refused(shop, content):
    assert refused(ContentFile(content)) == "picture_invalid"


def test_a_full_library_takes_nothing_more(shop, settings):
    settings.LIBRARY_BYTES = 10
    assert refused(made()) == "library_full"
    settings.LIBRARY_BYTES = 10_000
    kept = store(made())
    settings.LIBRARY_BYTES = kept.bytes + 50
    with pytest.raises(ShopError) as refusal:
        store(made(colour="red"))
    assert (refusal.value.code, refusal.value.status) == ("library_full", 409)
    assert Usage.objects.get(scope="shop").bytes == kept.bytes
    assert store(made(colour="red"), quota=False)
    assert broken() == {}
