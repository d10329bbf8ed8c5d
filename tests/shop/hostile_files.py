"""Files that somebody uploads to do harm: name, what the browser says it is, content, whether a picture is in it."""

import struct
import zlib
from io import BytesIO

from PIL import Image

from tests.shop.mp4 import box, mp4

SCRIPT = b"<html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PHP = b"<?php system($_GET['c']); ?>"
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&e;</svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) (w) file\n"
PLACE = (30.25, 15.0, 0.0)


def picture(kind="PNG", size=(64, 48), **options):
    output = BytesIO()
    Image.new("RGB", size, "#c96").save(output, kind, **options)
    return output.getvalue()


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_claiming(width, height, pixels=b""):
    """A PNG whose header says how large it is, and that holds no more than a little."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels or b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def png_with(name, content):
    """A sound PNG with one more chunk."""
    sound = picture()
    return sound[:33] + chunk(name, content) + sound[33:]


def located():
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Phone", "Model"
    exif.get_ifd(0x8825).update({1: "N", 2: PLACE, 3: "E", 4: (120.0, 9.0, 0.0)})
    return picture("JPEG", exif=exif, comment=b"GPS 30.25")


def noise(seconds_of_scans):
    content = picture("JPEG", (4000, 4000), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * seconds_of_scans + content[-2:]


def large_bomb():
    """A sound PNG of 13,000² pixels in a few hundred kilobytes."""
    output = BytesIO()
    Image.new("1", (13000, 13000)).save(output, "PNG")
    return output.getvalue()


# name, MIME type, content, whether it is a picture or a video that may be kept
FILES = [
    ("plain.html", "text/html", SCRIPT, False),
    ("plain.svg", "image/svg+xml", SVG, False),
    ("entity.svg", "image/svg+xml", XXE, False),
    ("shell.php", "application/x-php", PHP, False),
    ("lie.jpg", "image/jpeg", SCRIPT, False),
    ("lie.png", "image/png", SVG, False),
    ("lie.webp", "image/webp", PHP, False),
    ("post.eps", "image/jpeg", EPS, False),
    ("dos.eps", "image/jpeg", b"\xc5\xd0\xd3\xc6" + struct.pack("<I", 32) + bytes(24) + EPS, False),
    ("large.png", "image/png", large_bomb(), False),
    ("claims.png", "image/png", png_claiming(60000, 60000), False),
    ("claims25.png", "image/png", png_claiming(5000, 5000), False),
    ("claims.gif", "image/gif", b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + bytes(20), False),
    ("text-bomb.png", "image/png", png_with(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000))), False),
    ("profile-bomb.png", "image/png", png_with(b"iCCP", b"a\0\0" + zlib.compress(bytes(20_000_000))), None),
    ("scans.jpg", "image/jpeg", noise(500), False),
    ("cut.jpg", "image/jpeg", picture("JPEG", (400, 400))[:600], False),
    ("empty.png", "image/png", b"", False),
    ("zip.png", "image/png", b"PK\3\4" + bytes(100), False),
    ("exe.jpg", "image/jpeg", b"MZ" + bytes(200), False),
    ("tiff.jpg", "image/jpeg", picture("TIFF"), False),
    ("icon.png", "image/png", picture("ICO"), False),
    ("html-behind.gif", "image/gif", picture("GIF") + SCRIPT, True),
    ("html-behind.jpg", "text/html", picture("JPEG") + SCRIPT, True),
    ("php-comment.jpg", "image/jpeg", picture("JPEG", comment=PHP), True),
    ("php-chunk.png", "application/x-php", png_with(b"tEXt", b"Comment\0" + PHP), True),
    ("zip-behind.png", "image/png", picture() + b"PK\3\4" + bytes(100), True),
    ("place.jpg", "image/jpeg", located(), True),
    ("..\\..\\..\\windows\\evil.php", "image/png", picture(size=(65, 48)), True),
    ("../../../../etc/cron.d/evil.html", "text/html", picture(size=(66, 48)), True),
    ("<img src=x onerror=alert(1)>.svg", "image/svg+xml", picture(size=(67, 48)), True),
    ("a" * 300 + ".png\0.php", "image/png", picture(size=(68, 48)), True),
    ("script.mp4", "video/mp4", mp4(frames=SCRIPT), True),
    ("html.mp4", "video/mp4", box(b"ftyp", b"isom") + SCRIPT, False),
    ("place.mp4", "video/mp4", mp4(notes=b"+30.2500+120.1500/"), True),
]
