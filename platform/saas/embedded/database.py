"""An embedded PostgreSQL: loopback only, password, its own data folder."""

import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from . import placement
from .account import Account, run_as
from .binaries import postgresql_folder
from .processes import Child, Program
from .runtime_env import secret_file, write_private

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    "jit": "off",
}
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Database:
    """PostgreSQL over a folder of its own; `start` returns when it answers."""

    def __init__(self, folder: Path, port: int, *, fsync: bool = True, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.fsync = fsync
        self.log = log or self.folder / "postgres.log"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._child: Child | None = None

    @property
    def password(self) -> str:
        """The superuser's password, made on first use and kept 0600 in the folder."""
        return secret_file(self.folder / "password")

    def url(self, name: str = "postgres") -> str:
        """postgresql:// address of one database, with the password."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{name}"

    def prepare(self) -> None:
        """Makes the cluster on first use and clears what a killed server left. Raises RuntimeError."""
        home, account = placement.place(self.folder)
        cluster = home / "cluster"
        if _major(cluster) is None:
            self._initialise(home, cluster, account)
        _clear_leftovers(cluster)

    def client(self, name: str) -> Path:
        """A client program of the server's own version, such as pg_dump. Raises BinaryMissing."""
        home, _account = placement.place(self.folder)
        return postgresql_folder(_major(home / "cluster")) / name

    def program(self) -> Program:
        """The server's command line; call `prepare` first."""
        home, account = placement.place(self.folder)
        cluster = home / "cluster"
        settings = {**SETTINGS, "port": str(self.port), **({} if self.fsync else UNSAFE_SETTINGS)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = placement.server_binaries(self.folder, account, _major(cluster)) / "postgres"
        argv = (str(server), "-D", str(cluster), *options)
        return Program("postgres", argv, _environment(home), Path("/"), self.log, signal.SIGINT, account)

    def ready(self) -> bool:
        """Whether the server lets its superuser in."""
        try:
            with self._connect():
                return True
        except psycopg.Error:
            return False

    def create(self, name: str) -> bool:
        """Creates an empty UTF-8 database; False if it is there already."""
        with self._connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
            connection.execute(statement.format(sql.Identifier(name)))
            return True

    def start(self, timeout: float = 30.0) -> None:
        """Starts the server; raises RuntimeError if it does not answer within `timeout` seconds."""
        self.prepare()
        self._child = Child(self.program())
        deadline = time.monotonic() + timeout
        while not self.ready():
            if self._child.ended() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start, see {self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stops the server (open sessions are ended); nothing happens if it does not run."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def destroy(self) -> None:
        """Stops the server and deletes its data for good."""
        self.stop()
        placement.remove(self.folder)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=2)

    def _initialise(self, home: Path, cluster: Path, account: Account | None) -> None:
        # An initdb that was killed half way must not look like a cluster: hence another name until it is done.
        unfinished = home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = home / "initial-password"
        write_private(password, self.password + "\n")
        if account:
            os.chown(password, account.uid, account.gid)
        initdb = placement.server_binaries(self.folder, account, None) / "initdb"
        options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", f"--pwfile={password}"]
        command = [str(initdb), "-D", str(unfinished), *options, *([] if self.fsync else ["--no-sync"])]
        try:
            _run_initdb(command, home, account)
        finally:
            password.unlink()
        unfinished.rename(cluster)


def stop_leftovers(folder: Path) -> None:
    """Kills server processes that still hold this database's cluster."""
    private = placement.private_folder(folder)
    for home in (folder, private) if private else (folder,):
        _kill_sessions(home / "server" / "cluster")


def _major(cluster: Path) -> int | None:
    """The version that made the cluster; None before there is one."""
    version = cluster / "PG_VERSION"
    return int(version.read_text(encoding="utf-8")) if version.exists() else None


def _run_initdb(command: list[str], home: Path, account: Account | None) -> None:
    for locale in ("C.UTF-8", "C"):
        answer = run_as(account, [*command, f"--locale={locale}"], _environment(home))
        if answer.returncode == 0:
            return
    raise RuntimeError(f"initdb failed: {answer.stderr.strip()}")


def _environment(home: Path) -> dict[str, str]:
    # Nothing of the caller's: PGDATA, PGPORT or LC_* would change what is started.
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "TZ": "UTC"}


def _clear_leftovers(cluster: Path) -> None:
    """Makes a new start possible after a kill: the server itself trusts a bare pid, which may be another's by now."""
    _kill_sessions(cluster)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _kill_sessions(cluster: Path) -> None:
    """Kills the processes that work in this cluster: each has a session of its own, so no group holds them."""
    deadline = time.monotonic() + 2
    while pids := _working_in(cluster.resolve()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"Processes {pids} still hold {cluster}.")
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _working_in(cluster: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        # Another user's process, or one that has just ended, cannot be read and is not ours.
        with suppress(OSError):
            if (process / "cwd").readlink() == cluster:
                found.append(int(process.name))
    return found
