"""Untrusted MP4 files: what is accepted, and what is taken out. Nothing is transcoded.

An MP4 is a row of boxes: four bytes of size, four of name, content. Only the boxes are read, never the frames.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError

LARGEST_BYTES = 30 * 1024 * 1024
LONGEST_SIDE = 4096
BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VP"}
CODECS = {b"avc1", b"avc3"}  # H.264: what every phone's mini-program plays
_TOP = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"udta", b"sidx", b"moof", b"mfra"}
# Boxes of boxes on the way to the tracks' descriptions.
_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
# Names, places and whatever else a camera adds.
_NOTES = {b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"}
_MOST_BOXES = 2000
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Video:
    """A video ready to be stored; sides in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    at: int
    start: int  # of the content
    end: int
    depth: int


def check(file: "File[bytes]") -> Video:
    """Return an H.264 MP4 of at most 30 MB without its notes (place, device); the length stays, so it plays as before.

    Raises ShopError `video_too_large`, `video_invalid` or `video_unsupported`.
    """
    if file.size > LARGEST_BYTES:
        raise ShopError("video_too_large", _("视频不能超过 %(most)d MB") % {"most": LARGEST_BYTES // 1024**2})
    file.seek(0)
    content = bytearray(file.read())
    try:
        boxes = list(_walk(content))
    except ValueError as error:
        raise _invalid() from error
    tops = [box.name for box in boxes if not box.depth]
    if tops[:1] != [b"ftyp"] or not {b"moov", b"mdat"} <= set(tops) or not set(tops) <= _TOP:
        raise _invalid()
    if bytes(content[boxes[0].start : boxes[0].start + 4]) not in BRANDS:
        raise _unsupported()
    width, height = _sides(content, boxes)
    for box in boxes:
        if box.name in _NOTES:
            content[box.at + 4 : box.at + 8] = b"free"
            content[box.start : box.end] = bytes(box.end - box.start)
    return Video(bytes(content), width, height)


def _invalid() -> ShopError:
    return ShopError("video_invalid", _("不是有效的视频，请使用 MP4"))


def _unsupported() -> ShopError:
    return ShopError("video_unsupported", _("视频格式不支持，请导出为 H.264 编码的 MP4"))


def _walk(content: bytearray) -> Iterator[_Box]:
    """Yield every box that matters, outer ones first; ValueError when sizes do not fit."""
    left = _MOST_BOXES
    waiting = [(0, len(content), 0)]
    while waiting:
        start, end, depth = waiting.pop(0)
        while start < end:
            box = _box_at(content, start, end, depth)
            left -= 1
            if not left or depth > _DEEPEST:
                raise ValueError("too many boxes")
            yield box
            if box.name in _FOLDERS:
                waiting.append((box.start, box.end, depth + 1))
            start = box.end


def _box_at(content: bytearray, start: int, end: int, depth: int) -> _Box:
    if start + 8 > end:
        raise ValueError("cut off")
    size, name, head = int.from_bytes(content[start : start + 4]), bytes(content[start + 4 : start + 8]), 8
    if size == 1:  # the size follows in eight bytes
        size, head = int.from_bytes(content[start + 8 : start + 16]), 16
    elif size == 0:
        size = end - start
    if size < head or start + size > end:
        raise ValueError("a box leaves its frame")
    return _Box(name, start, start + head, start + size, depth)


def _sides(content: bytearray, boxes: list[_Box]) -> tuple[int, int]:
    """Return the sides of the first H.264 track."""
    for box in boxes:
        # stsd: version and count, then for each kind of sample: size, codec, 24 bytes, width, height
        if box.name == b"stsd" and bytes(content[box.start + 12 : box.start + 16]) in CODECS:
            width = int.from_bytes(content[box.start + 40 : box.start + 42])
            height = int.from_bytes(content[box.start + 42 : box.start + 44])
            if box.end - box.start >= 44 and 0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE:
                return width, height
            raise _invalid()
    raise _unsupported()
