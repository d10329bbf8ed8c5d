"""Fixtures of the one-command runtime: a data folder of its own and free ports."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from saas.embedded import placement
from saas.embedded.probes import is_free
from saas.embedded.shutdown import shut_down


def _six_free_ports() -> int:
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            first = listener.getsockname()[1]
        if first < 65000 and all(is_free(port) for port in range(first, first + 6)):
            return first


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's own services do not reach into these tests."""
    for name in [name for name in os.environ if name.startswith("WEIPU_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def first_port() -> int:
    """The first of six free loopback ports."""
    return _six_free_ports()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever runs over it is ended afterwards."""
    folder = tmp_path / "data with blanks"
    yield folder
    shut_down(folder)
    placement.remove(folder / "postgres")
