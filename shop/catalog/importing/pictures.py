"""Pictures of many products in one zip file, matched by product code."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from shop.catalog.importing.taobao import code_of, is_package, package_rows, pictures_of
from shop.catalog.models import Product
from shop.catalog.pictures import pictures_of as stored_pictures
from shop.catalog.pictures import set_pictures
from shop.core.archives import DAMAGED, MEGABYTE, open_archive
from shop.core.errors import ShopError
from shop.library.encoding import LARGEST_BYTES
from shop.library.services import store_picture

MOST_ENTRIES = 5000
MOST_UNPACKED = 1024 * MEGABYTE
MOST_OF_PRODUCT = 30
MOST_LISTED = 200
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tbi"})
_NUMBERED = re.compile(r"(.+?)[ _-]*[(（]?(\d{1,3})[)）]?")
_UTF8_NAMES = 0x800
_LARGEST_PACKAGE = 50 * MEGABYTE
_PATIENT = frozenset({"library_full", "busy"})  # the same would happen to every further picture


@dataclass(slots=True)
class PictureReport:
    """What became of the pictures; `left_out` is (file, reason)."""

    products: int = 0
    pictures: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    entry: zipfile.ZipInfo
    path: PurePosixPath
    position: int


def import_pictures(
    path: Path, *, replace: bool, actor: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> PictureReport:
    """Store the pictures and let their products show them, after those they have or, with `replace`, instead of them.

    `CODE.jpg`, `CODE-2.png` and anything in a folder CODE belong to the product CODE; .tbi files to the product that
    Taobao's data package in the same zip names. Running again adds nothing. Raises ShopError `file_invalid`,
    `file_too_large`, and 409 `library_full` with what was stored until then kept.
    """
    report = PictureReport()
    with path.open("rb") as file, open_archive(file, most_entries=MOST_ENTRIES, most_bytes=MOST_UNPACKED) as archive:
        matched = _matched(archive, report)
        done, total = 0, sum(len(found) for found in matched.values())
        for product in Product.objects.filter(pk__in=matched).order_by("pk"):
            found = sorted(matched[product.pk], key=lambda one: (one.position, str(one.path)))
            _show(product, archive, found, report, replace=replace, actor=actor)
            done += len(found)
            progress(done, total)
    return report


def _show(
    product: Product,
    archive: zipfile.ZipFile,
    found: list[_Found],
    report: PictureReport,
    *,
    replace: bool,
    actor: str,
) -> None:
    kept = 0 if replace else len(stored_pictures(product))
    assets: list[Any] = []
    for one in found:
        if kept + len(assets) >= MOST_OF_PRODUCT:
            report.left_out.append((str(one.path), _("一件商品最多 %(most)d 张图片") % {"most": MOST_OF_PRODUCT}))
            continue
        try:
            assets.append(store_picture(_file(archive, one), actor=actor))
            report.pictures += 1
        except ShopError as error:
            if error.code in _PATIENT:
                raise
            report.left_out.append((str(one.path), str(error.message)))
    if assets:
        set_pictures(product, assets, keep=not replace)
        report.products += 1


def _file(archive: zipfile.ZipFile, one: _Found) -> ContentFile:
    """Return a picture; ShopError `picture_too_large`, `picture_invalid`."""
    if one.entry.file_size > LARGEST_BYTES:
        raise ShopError("picture_too_large", _("图片不能超过 %(most)d MB") % {"most": LARGEST_BYTES // MEGABYTE})
    try:
        with archive.open(one.entry) as stream:
            return ContentFile(stream.read(LARGEST_BYTES + 1), name=one.path.name)
    except DAMAGED as error:
        raise ShopError("picture_invalid", _("图片已损坏")) from error


def _matched(archive: zipfile.ZipFile, report: PictureReport) -> dict[int, list[_Found]]:
    """Return the pictures of each product (primary key); what belongs to none is reported."""
    entries = [(entry, path) for entry, path in _entries(archive) if path.suffix.lower() in _SUFFIXES]
    packaged = _packaged(archive)
    wanted = {code for _entry, path in entries for code, _position in _candidates(path, packaged)}
    storable = [code for code in wanted if "\0" not in code]
    codes = dict(Product.objects.filter(code__in=storable, archived_at=None).values_list("code", "pk"))
    matched: dict[int, list[_Found]] = {}
    for entry, path in entries:
        hit = next(((codes[code], at) for code, at in _candidates(path, packaged) if code in codes), None)
        if hit:
            matched.setdefault(hit[0], []).append(_Found(entry, path, hit[1]))
        elif len(report.left_out) < MOST_LISTED:
            report.left_out.append((str(path), _("没有这个编码的商品")))
    return matched


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Yield the files with their paths; only names are used, nothing is unpacked to the disk."""
    for entry in archive.infolist():
        path = PurePosixPath(_name(entry).replace("\\", "/"))
        hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
        if not entry.is_dir() and not hidden:
            yield entry, path


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name; Chinese Windows writes it in its own encoding and does not say so."""
    if entry.flag_bits & _UTF8_NAMES:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _candidates(path: PurePosixPath, packaged: dict[str, tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the codes a picture may belong to with its place among that product's pictures, the likeliest first."""
    if path.suffix.lower() == ".tbi":
        if path.stem in packaged:
            yield packaged[path.stem]
        return
    yield path.stem, 0
    numbered = _NUMBERED.fullmatch(path.stem)
    if numbered:
        yield numbered[1], int(numbered[2])
    position = int(numbered[2]) if numbered else int(path.stem) if path.stem.isdecimal() and path.stem.isascii() else 0
    for folder in reversed(path.parts[:-1]):
        yield folder, min(position, 10**6)


def _packaged(archive: zipfile.ZipFile) -> dict[str, tuple[str, int]]:
    """Return picture name → (product code, position) of Taobao's data packages in the zip."""
    found: dict[str, tuple[str, int]] = {}
    for entry, path in _entries(archive):
        if path.suffix.lower() == ".csv" and entry.file_size <= _LARGEST_PACKAGE:
            try:
                file: BinaryIO = BytesIO(archive.read(entry))
                rows = list(package_rows(file)) if is_package(file) else []
            except (ShopError, *DAMAGED):
                continue
            for line, cells in rows:
                for position, name in enumerate(pictures_of(cells)):
                    found.setdefault(name, (code_of(cells, line), position))
    return found
