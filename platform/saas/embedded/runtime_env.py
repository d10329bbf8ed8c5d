"""The file DATA/runtime.env: addresses and secrets every process of one data folder shares."""

import base64
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
DEFAULT_PORT = 8000
FILE_NAME = "runtime.env"


@dataclass(frozen=True)
class Ports:
    """The six loopback ports, counted from the web port."""

    web: int

    @property
    def paysim(self) -> int:
        return self.web + 1

    @property
    def wechatsim(self) -> int:
        return self.web + 2

    @property
    def redis(self) -> int:
        return self.web + 3

    @property
    def database(self) -> int:
        return self.web + 4

    @property
    def ws(self) -> int:
        return self.web + 5

    def by_service(self) -> dict[str, int]:
        """Service name to port."""
        return {
            "web": self.web,
            "paysim": self.paysim,
            "wechatsim": self.wechatsim,
            "redis": self.redis,
            "postgres": self.database,
            "ws": self.ws,
        }


def data_folder(option: str | None = None) -> Path:
    """The data folder: the option, else $WEIPU_DATA, else `var` in the repository."""
    return Path(option or os.environ.get("WEIPU_DATA") or REPOSITORY / "var").expanduser().absolute()


def load(data: Path) -> dict[str, str]:
    """The variables of DATA/runtime.env; empty when there is no such file."""
    try:
        text = (data / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def renew(data: Path, ports: Ports, stores: Mapping[str, str]) -> dict[str, str]:
    """Writes DATA/runtime.env (0600) for these ports and stores and answers its variables.

    Secrets made earlier and foreign lines stay.
    """
    known = load(data)
    variables = {**_first_values(), **known, **_addresses(data, ports), **stores}
    if variables != known:
        write_private(data / FILE_NAME, "".join(f"{name}={value}\n" for name, value in variables.items()))
    return variables


def _first_values() -> dict[str, str]:
    # What the caller exported before the very first `up` becomes part of the installation.
    made = {
        "WEIPU_SECRET_KEY": secrets.token_urlsafe(48),
        "WEIPU_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "WEIPU_BASE_DOMAIN": "localhost",
    }
    return {name: os.environ.get(name) or value for name, value in made.items()}


def _addresses(data: Path, ports: Ports) -> dict[str, str]:
    return {
        "WEIPU_DATA": str(data),
        "WEIPU_PORT": str(ports.web),
        "WEIPU_PAYSIM_URL": f"http://127.0.0.1:{ports.paysim}",
        "WEIPU_WECHATSIM_URL": f"http://127.0.0.1:{ports.wechatsim}",
        "WEIPU_WS_URL": f"ws://127.0.0.1:{ports.ws}",
    }


def write_private(path: Path, text: str) -> None:
    """Replaces a file atomically; only its owner can read it (0600)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def secret_file(path: Path) -> str:
    """The secret kept in this file (0600); made on first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24) + "\n")
    return path.read_text(encoding="utf-8").strip()


def merged(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child: the caller's, with this installation's variables above it."""
    roots = [str(REPOSITORY), str(REPOSITORY / "platform")]
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([*roots, inherited] if inherited else roots)
    return {**os.environ, **variables, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}
