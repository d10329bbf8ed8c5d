"""Opening zip files that strangers made: how much is in them is known before anything is unpacked."""

import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError

MEGABYTE = 1024 * 1024
# What reading an entry is known to raise when the file is damaged or hostile.
DAMAGED = (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OSError, zlib.error, lzma.LZMAError)
_LARGEST_DIRECTORY = 4 * MEGABYTE
_MOST_RATIO = 200  # XML of a real spreadsheet shrinks to a tenth or a fiftieth
_RATIO_FROM = MEGABYTE
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 0xFFFF
_ZIP64_LOCATOR, _ZIP64_LENGTH = b"PK\x06\x07", 20


def size_of(file: BinaryIO) -> int:
    """Return the length of a file in bytes and go to its start."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def open_archive(file: BinaryIO, *, most_entries: int, most_bytes: int, check_ratio: bool = False) -> zipfile.ZipFile:
    """Return the opened zip file; its entries hold at most `most_bytes` together once unpacked.

    Raises ShopError `file_invalid` for what is no plain zip file, `file_too_large` for one with too much in it.
    """
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise invalid() from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > most_entries:
        raise ShopError(
            "file_too_large",
            _("压缩包里最多 %(most)d 个文件，现在是 %(count)d 个") % _counts(most_entries, len(entries)),
        )
    packed = sum(entry.compress_size for entry in entries)
    swollen = check_ratio and unpacked > _RATIO_FROM and unpacked > _MOST_RATIO * max(packed, 1)
    if unpacked > most_bytes or swollen:
        raise ShopError("file_too_large", _("文件内容太大：解压后最多 %(most)d MB") % {"most": most_bytes // MEGABYTE})
    if any(entry.flag_bits & 1 for entry in entries):
        raise ShopError("file_invalid", _("文件设有密码，请取消密码后再上传"))
    return archive


def invalid() -> ShopError:
    """Return the error of a file that cannot be read."""
    return ShopError("file_invalid", _("文件已损坏，或者不是这里需要的格式"))


def _counts(most: int, count: int) -> dict[str, int]:
    return {"most": most, "count": count}


def _check_directory(file: BinaryIO) -> None:
    """Refuse a table of contents that would itself fill the memory; the library reads all of it on opening."""
    size = size_of(file)
    start = max(0, size - _LONGEST_COMMENT - _END.size - _ZIP64_LENGTH)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise invalid()
    directory = _END.unpack_from(tail, at)[5]
    if directory > _LARGEST_DIRECTORY:
        raise ShopError("file_too_large", _("压缩包里的文件太多"))
    if tail[max(0, at - _ZIP64_LENGTH) : at].startswith(_ZIP64_LOCATOR):  # needed above 4 GB or 65,535 entries only
        raise ShopError("file_too_large", _("压缩包里的文件太多"))
    file.seek(0)
