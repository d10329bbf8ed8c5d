"""Untrusted pictures in, small WebP and JPEG out. Knows neither shop nor database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image

from shop.core.errors import ShopError

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
MOST_PIXELS_WEBP = 12_000_000  # its decoder keeps three canvases of four bytes a pixel
LONGEST_SIDE = 800
# What is taller than 4:3 is read line by line (detail pictures, certificates): its width counts, not its height.
TALL_WIDTH = 1080
TALLEST = 10_000
MOST_PIXELS_STORED = 8_500_000  # the WebP encoder takes up to 18 bytes a pixel
MOST_PIXELS_PROGRESSIVE = 16_000_000  # larger tall ones are decoded at half the size: ten bytes a pixel otherwise
SMALLER_SIDES = (400, 200)
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_SCANS = 100  # a progressive JPEG from a camera or a program has about ten; each costs a pass over all pixels
STRIP_ROWS = 256
PATIENCE_SECONDS = 15

# What Pillow's decoders are known to raise on damaged or hostile files.
_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, Image.DecompressionBombError)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)
# A decoded picture takes up to 100 MB; a process decodes one at a time, whatever arrives together.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture ready to be stored; sides in pixels."""

    content: bytes
    width: int
    height: int


def encode(file: "File[bytes]") -> Encoded:
    """Return the picture (of an animation the first frame) as upright WebP without metadata: at most 800 × 800, or
    1080 × 10,000 (8.5 megapixels) when it is taller than 4:3.

    Raises ShopError `picture_too_large` (10 MB, 25 megapixels, WebP 12), `picture_invalid`, or 503 `busy`.
    """
    if file.size > LARGEST_BYTES:
        raise ShopError("picture_too_large", _("图片不能超过 %(most)d MB") % {"most": LARGEST_BYTES // 1024**2})
    with _turn():
        try:
            plain = _decode(file)
        except _DAMAGED as error:
            raise _invalid() from error
    return Encoded(_webp(plain), plain.width, plain.height)


def variants(content: bytes) -> dict[str, bytes]:
    """Return what is made of a stored WebP: `_400.webp`, `_200.webp` and `.jpg` → content."""
    made: dict[str, bytes] = {}
    with Image.open(BytesIO(content), formats=("WEBP",)) as image:
        image.load()
        made[".jpg"] = _jpeg(image)
        for side in SMALLER_SIDES:
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
            made[f"_{side}.webp"] = _webp(image)
    return made


def size_of(content: bytes) -> tuple[int, int]:
    """Return the sides of a stored picture in pixels."""
    with Image.open(BytesIO(content), formats=("WEBP",)) as image:
        return image.size


def _invalid() -> ShopError:
    return ShopError("picture_invalid", _("不是有效的图片，请使用 JPEG、PNG、WebP 或 GIF"))


@contextmanager
def _turn() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
        raise ShopError("busy", _("系统繁忙，请稍后再试"), status=503)
    try:
        yield
    finally:
        _one_at_a_time.release()


def _decode(file: "File[bytes]") -> Image.Image:
    narrow, wanted, turned = _narrow(file)
    small = narrow.resize(wanted, Image.Resampling.LANCZOS)
    if turned in _UPRIGHT:
        small = small.transpose(_UPRIGHT[turned])
    return small.convert("RGBA") if small.mode == "RGBa" else small


def _narrow(file: "File[bytes]") -> tuple[Image.Image, tuple[int, int], int]:
    """Return the picture in its final width, the sides it shall have, and how it was turned; frees what it decoded."""
    file.seek(0)
    with Image.open(file, formats=FORMATS) as image:  # reads the header only
        most = MOST_PIXELS_WEBP if image.format == "WEBP" else MOST_PIXELS
        if image.width * image.height > most:
            raise ShopError("picture_too_large", _("图片不能超过 %(most)d 万像素") % {"most": most // 10_000})
        turned = image.getexif().get(ExifTags.Base.Orientation, 1)
        wanted = _wanted(image.size, sideways=turned in _SIDEWAYS)
        if image.format in ("JPEG", "MPO"):
            _refuse_many_scans(file)
            image.draft("RGB", _least(image, wanted))  # lets JPEG decode at a fraction of the size
        image.load()
        wanted = wanted if image.width >= wanted[0] else image.size
        return _strips(image, *wanted), wanted, turned


def _wanted(size: tuple[int, int], *, sideways: bool) -> tuple[int, int]:
    """Return the sides to shrink to; a picture that lies on its side is judged as it will stand."""
    width, height = size[::-1] if sideways else size
    widest, highest = (TALL_WIDTH, TALLEST) if 3 * height > 4 * width else (LONGEST_SIDE, LONGEST_SIDE)
    scale = min(1, widest / width, highest / height, sqrt(MOST_PIXELS_STORED / (width * height)))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _least(image: Image.Image, wanted: tuple[int, int]) -> tuple[int, int]:
    """Return the sides below which a JPEG must not be decoded."""
    width, height = image.size
    if image.info.get("progressive") and width * height > MOST_PIXELS_PROGRESSIVE:
        return min(width // 2, wanted[0]), min(height // 2, wanted[1])
    return wanted


def _refuse_many_scans(file: "File[bytes]") -> None:
    where = file.tell()
    file.seek(0)
    scans = file.read().count(b"\xff\xda")
    file.seek(where)
    if scans > MOST_SCANS:
        raise ValueError(f"{scans} scans")


def _strips(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the picture as RGB or RGBa, of this width and at least this height.

    Strip by strip, so that no second picture of the full size is ever in memory.
    """
    factor = max(1, min(image.width // width, image.height // height) // 2)
    mode = "RGBa" if image.has_transparency_data and not image.mode.startswith("I") else "RGB"
    narrow = Image.new(mode, (width, -(-image.height // factor)))
    rows = factor * max(1, STRIP_ROWS // factor)
    for top in range(0, image.height, rows):
        strip = _plain(image.crop((0, top, image.width, min(top + rows, image.height))), mode).reduce(factor)
        narrow.paste(strip.resize((width, strip.height), Image.Resampling.LANCZOS), (0, top // factor))
    return narrow


def _plain(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I"):  # 16 bits a pixel; converted as it is, everything would be white
        strip = strip.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    if mode == "RGBa":
        return strip.convert("RGBA").convert("RGBa")
    return strip.convert("RGB")


def _webp(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return output.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    output = BytesIO()
    flat.save(output, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return output.getvalue()
