"""The compiled mini-program on disk: what `node mpweb/build.mjs` wrote, checked and kept in memory."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
}
_PACKED = frozenset({".js", ".css", ".svg"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the build, and its gzip where that is worth it."""

    content: bytes
    content_type: str
    packed: bytes | None


@dataclass(frozen=True)
class Build:
    """One build: its page, and what the page loads by names below the folder."""

    folder: Path
    html: str
    paths: dict[str, Path]

    @cached_property
    def version(self) -> str:
        """Return a short text that changes with any file of the build."""
        digest = hashlib.sha256(self.html.encode())
        for name, path in sorted(self.paths.items()):
            if not name.endswith(".map"):
                digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:16]

    def asset(self, name: str) -> Asset | None:
        """Return the file `name`; None for everything that the build did not write."""
        path = self.paths.get(name)
        try:
            return _asset(path, self.version) if path else None
        except FileNotFoundError:  # just being replaced
            return None


def current_build() -> Build | None:
    """Return the build in `settings.H5_BUILD`, read again when it was made again; None without a whole one."""
    try:
        build = _read(settings.H5_BUILD, (settings.H5_BUILD / "index.html").stat().st_mtime_ns)
        return build if build.version else None
    except OSError:  # nobody made it, or it is just being replaced
        return None


@lru_cache(maxsize=2)
def _read(folder: Path, changed: int) -> Build:
    files = (path for path in folder.rglob("*") if path.suffix in TYPES and path.is_file() and not path.is_symlink())
    paths = {path.relative_to(folder).as_posix(): path for path in files}
    return Build(folder, (folder / "index.html").read_text(), paths)


@lru_cache(maxsize=128)
def _asset(path: Path, version: str) -> Asset:
    content = path.read_bytes()
    packed = gzip.compress(content, 9, mtime=0) if path.suffix in _PACKED else None
    return Asset(content, TYPES[path.suffix], packed)
