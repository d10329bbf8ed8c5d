"""Where an embedded PostgreSQL keeps its data, and from where its account can run the server.

Started by root the server runs as another account. What that account cannot reach (a checkout or a virtualenv under
a 0700 folder) goes to a private folder under /var/tmp, recorded in the database's folder; nothing of the user's is
ever opened up.
"""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from .account import Account, database_account, may
from .binaries import postgresql_folder
from .runtime_env import write_private

PRIVATE_PARENT = Path("/var/tmp")
RECORD = "private-folder"


def place(folder: Path) -> tuple[Path, Account | None]:
    """The folder for the cluster (made if absent) and the account it belongs to. Raises RuntimeError."""
    home = folder / "server"
    private = private_folder(folder)
    if private and (private / "server").exists():
        home = private / "server"
    account = database_account(home)
    if home.exists() or _make_home(home, account):
        if not may(account, "-w", home):
            raise RuntimeError(f"{home} belongs to another user: run this as its owner or as root.")
        return home, account
    home = _private_folder(folder) / "server"
    if not _make_home(home, account):
        raise RuntimeError(f"The account that runs PostgreSQL cannot write under {PRIVATE_PARENT}.")
    return home, account


def server_binaries(folder: Path, account: Account | None, major: int | None) -> Path:
    """The server's binaries, copied beside the data if its account cannot reach them. Raises RuntimeError."""
    binaries = postgresql_folder(major)
    if may(account, "-x", binaries / "postgres"):
        return binaries
    copy = _copy_installation(binaries.parent, _private_folder(folder))
    if not may(account, "-x", copy / "postgres"):
        raise RuntimeError(f"The account that runs PostgreSQL can reach neither {binaries} nor {copy}.")
    return copy


def private_folder(folder: Path) -> Path | None:
    """The recorded private folder under /var/tmp; None if there is none."""
    record = folder / RECORD
    private = Path(record.read_text(encoding="utf-8").strip()) if record.exists() else None
    return private if private and private.is_dir() and private.stat().st_uid == os.geteuid() else None


def remove(folder: Path) -> None:
    """Deletes the database's folder and its private folder."""
    if private := private_folder(folder):
        shutil.rmtree(private)
    shutil.rmtree(folder, ignore_errors=True)


def _private_folder(folder: Path) -> Path:
    if known := private_folder(folder):
        return known
    key = sha256(str(folder).encode()).hexdigest()[:12]
    private = Path(tempfile.mkdtemp(prefix=f"weipu-{key}-", dir=PRIVATE_PARENT))
    # Only a way through: what lies in it has modes of its own.
    private.chmod(0o711)
    write_private(folder / RECORD, f"{private}\n")
    return private


def _make_home(home: Path, account: Account | None) -> bool:
    """Makes an empty 0700 folder of this account; False (and no folder) if the account cannot reach it."""
    home.mkdir(mode=0o700)
    if account:
        os.chown(home, account.uid, account.gid)
    if may(account, "-w", home):
        return True
    home.rmdir()
    return False


def _copy_installation(installation: Path, private: Path) -> Path:
    """Copies a relocatable PostgreSQL, with the libraries PyPI's builds keep beside their package."""
    package = installation.parent
    target = private / "postgresql" / package.name / installation.name
    if target.exists():
        return target / "bin"
    unfinished = target.with_name(f"{installation.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(installation, unfinished, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target.parent.with_name(libraries.name), dirs_exist_ok=True)
    for path in [private / "postgresql", *(private / "postgresql").rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)
    return target / "bin"
