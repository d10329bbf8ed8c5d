"""DATA/runtime.env: private, stable, readable."""

import base64
from pathlib import Path

import pytest

from saas.embedded import runtime_env
from saas.embedded.runtime_env import Ports
from saas.embedded.stack import stack_over


def renew(data: Path, port: int) -> dict[str, str]:
    return runtime_env.renew(data, Ports(port), {"WEIPU_REDIS_URL": f"redis://127.0.0.1:{port + 3}/0"})


def test_first_start_makes_private_secrets_and_addresses(tmp_path: Path) -> None:
    variables = renew(tmp_path, 8100)
    assert (tmp_path / "runtime.env").stat().st_mode & 0o777 == 0o600
    assert runtime_env.load(tmp_path) == variables
    assert len(variables.pop("WEIPU_SECRET_KEY")) == 64
    assert len(base64.b64decode(variables.pop("WEIPU_MASTER_KEY"), validate=True)) == 32
    assert variables == {
        "WEIPU_BASE_DOMAIN": "localhost",
        "WEIPU_DATA": str(tmp_path),
        "WEIPU_PORT": "8100",
        "WEIPU_REDIS_URL": "redis://127.0.0.1:8103/0",
        "WEIPU_PAYSIM_URL": "http://127.0.0.1:8101",
        "WEIPU_WECHATSIM_URL": "http://127.0.0.1:8102",
        "WEIPU_WS_URL": "ws://127.0.0.1:8105",
    }


def test_secrets_and_foreign_lines_survive_a_new_port(tmp_path: Path) -> None:
    before = renew(tmp_path, 8100)
    with (tmp_path / "runtime.env").open("a") as file:
        file.write("# a remark\nWEIPU_MAP_KEY = a=b \n")
    after = renew(tmp_path, 8200)
    assert after["WEIPU_SECRET_KEY"] == before["WEIPU_SECRET_KEY"]
    assert after["WEIPU_MASTER_KEY"] == before["WEIPU_MASTER_KEY"]
    assert after["WEIPU_MAP_KEY"] == "a=b"
    assert after["WEIPU_PORT"] == "8200"
    assert (tmp_path / "runtime.env").stat().st_mode & 0o777 == 0o600


def test_an_unchanged_file_is_not_written_again(tmp_path: Path) -> None:
    renew(tmp_path, 8100)
    before = (tmp_path / "runtime.env").stat()
    renew(tmp_path, 8100)
    assert (tmp_path / "runtime.env").stat().st_ino == before.st_ino


def test_an_exported_key_is_taken_over_at_the_first_start_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIPU_SECRET_KEY", "first")
    assert renew(tmp_path, 8100)["WEIPU_SECRET_KEY"] == "first"
    monkeypatch.setenv("WEIPU_SECRET_KEY", "second")
    assert renew(tmp_path, 8100)["WEIPU_SECRET_KEY"] == "first"


def test_no_file_means_no_variables(tmp_path: Path) -> None:
    assert runtime_env.load(tmp_path / "absent") == {}


def test_the_stack_keeps_its_port_and_passwords(data: Path) -> None:
    first = stack_over(data, 8300)
    again = stack_over(data)
    assert again.ports == Ports(8300)
    assert again.environment == first.environment
    assert first.environment["WEIPU_PG_DUMP"].endswith("/bin/pg_dump")
    assert first.environment["WEIPU_DATABASE_URL"] == first.database.url("weipu")
    assert first.environment["WEIPU_REDIS_URL"] == first.redis.url
    for secret in (data / "postgres/password", data / "redis/password"):
        assert secret.stat().st_mode & 0o777 == 0o600
