"""The operating-system account PostgreSQL runs as: it refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """An existing account; none is ever created."""

    uid: int
    gid: int


def database_account(home: Path) -> Account | None:
    """Who must run PostgreSQL over `home`: None is the caller; as root the folder's owner, `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    entry = _entry("postgres") or _entry("nobody")
    if entry is None:
        raise RuntimeError("PostgreSQL refuses to run as root, and there is neither a `postgres` nor a `nobody` user.")
    return Account(entry.pw_uid, entry.pw_gid)


def run_as(
    account: Account | None, command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs a short command as this account (None: the caller) and answers its result, whatever the exit code."""
    return subprocess.run(
        command,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def may(account: Account | None, flag: str, path: Path) -> bool:
    """Whether `test <flag> <path>` holds for this account (-x run or enter, -w write)."""
    return run_as(account, ["test", flag, str(path)], {"PATH": "/usr/bin:/bin"}).returncode == 0


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
