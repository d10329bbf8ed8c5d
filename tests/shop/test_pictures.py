from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from shop.catalog import pictures
from shop.catalog.models import Picture, Product
from shop.catalog.pictures import add_picture, put_first, remove_picture
from shop.core.errors import ShopError
from tenants.models import OutboxEvent
from tests.shop.catalogue import product


def made(size=(40, 20), kind="PNG", mode="RGB", colour=None, **options):
    output = BytesIO()
    Image.new(mode, size, colour).save(output, kind, **options)
    return ContentFile(output.getvalue(), name="photo.png")


def stored(picture):
    with storages["public"].open(picture.file.name) as file:
        image = Image.open(file)
        image.load()
        return image


@pytest.mark.parametrize(
    ("kind", "mode", "result"),
    [
        ("PNG", "RGB", "RGB"),
        ("PNG", "P", "RGB"),
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
    picture = add_picture(product(), made(kind=kind, mode=mode))
    image = stored(picture)
    assert (image.format, image.size, image.mode) == ("WEBP", (40, 20), result)


def test_the_name_is_random_below_the_shop(shop):
    picture = add_picture(product(), made())
    uuid, folder, two, name = picture.file.name.split("/")
    assert (uuid, folder, two) == (str(shop.uuid), "p", name[:2])
    assert name.endswith(".webp")
    assert len(name) == 37


def test_large_pictures_shrink_and_small_ones_stay(shop):
    saved = product()
    assert stored(add_picture(saved, made((2000, 1000)))).size == (800, 400)
    assert stored(add_picture(saved, made((1000, 4000), "JPEG"))).size == (200, 800)
    assert stored(add_picture(saved, made((3, 2)))).size == (3, 2)


def test_pictures_stand_upright_and_tell_nothing(shop):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone"
    image = stored(add_picture(product(), made((40, 20), "JPEG", exif=exif)))
    assert image.size == (20, 40)
    assert not image.getexif()
    assert "icc_profile" not in image.info


def test_the_first_frame_of_a_gif_counts(shop):
    output = BytesIO()
    red, blue = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    red.save(output, "GIF", save_all=True, append_images=[blue])
    image = stored(add_picture(product(), ContentFile(output.getvalue())))
    assert not getattr(image, "is_animated", False)
    red_part, _green, blue_part = image.convert("RGB").getpixel((4, 4))
    assert red_part > 200 > 50 > blue_part


def test_the_first_picture_is_the_cover(shop):
    saved = product()
    first, second = add_picture(saved, made()), add_picture(saved, made())
    assert (first.position, second.position) == (0, 1)
    saved.refresh_from_db()
    assert saved.cover == first.file.name
    put_first(second)
    saved.refresh_from_db()
    assert saved.cover == second.file.name
    remove_picture(second)
    saved.refresh_from_db()
    assert saved.cover == first.file.name
    assert storages["public"].exists(second.file.name)
    assert OutboxEvent.objects.filter(topic="product.changed", ref=saved.key).count() == 5


def refused(file):
    saved = product()
    with pytest.raises(ShopError) as refusal:
        add_picture(saved, file)
    assert not Picture.objects.exists()
    saved.refresh_from_db()
    assert saved.cover == ""
    return refusal.value.code


def test_too_many_bytes_are_refused(shop):
    assert refused(ContentFile(b"\0" * (pictures.LARGEST_BYTES + 1))) == "picture_too_large"


def test_too_many_pixels_are_refused_before_decoding(shop, monkeypatch):
    bomb = made((5001, 5000), mode="1")
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("decoded"))
    assert refused(bomb) == "picture_too_large"


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
    ],
)
def test_what_is_no_picture_is_refused(shop, content):
    assert refused(ContentFile(content)) == "picture_invalid"


def test_a_file_without_a_row_is_deleted_again(shop):
    saved = product()
    folder = storages["public"].path(str(shop.uuid))
    before = sorted(files(folder))
    with pytest.raises(type(saved).DoesNotExist):
        add_picture(Product(pk=saved.pk + 1), made())
    assert sorted(files(folder)) == before


def files(folder):
    from pathlib import Path

    return [path for path in Path(folder).rglob("*") if path.is_file()]
