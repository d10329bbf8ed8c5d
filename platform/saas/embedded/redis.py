"""An embedded Redis: loopback only, password, nothing written to disk."""

import os
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .binaries import redis_server
from .processes import Child, Program
from .runtime_env import secret_file, write_private


class Redis:
    """Redis over a folder of its own; `start` returns when it answers."""

    def __init__(self, folder: Path, port: int, *, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.log = log
        self._child: Child | None = None

    @property
    def password(self) -> str:
        """The password, made on first use and kept 0600 in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return secret_file(self.folder / "password")

    @property
    def url(self) -> str:
        """redis:// address with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def program(self) -> Program:
        """The server's command line; its configuration file is written anew."""
        configuration = self.folder / "redis.conf"
        # In a file, not in the arguments: those can be read by every user of the machine.
        write_private(configuration, self._configuration())
        return Program(
            "redis",
            (str(redis_server()), str(configuration)),
            dict(os.environ),
            self.folder,
            self.log or self.folder / "redis.log",
        )

    def ready(self) -> bool:
        """Whether the server answers a PING."""
        try:
            with redis.Redis(
                port=self.port,
                password=self.password,
                socket_connect_timeout=1,
                socket_timeout=1,
                # The client's own retries would hide for seconds that nobody answers.
                retry=Retry(NoBackoff(), 0),
            ) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def start(self, timeout: float = 10.0) -> None:
        """Starts the server; raises RuntimeError if it does not answer within `timeout` seconds."""
        self._child = Child(self.program())
        deadline = time.monotonic() + timeout
        while not self.ready():
            if self._child.ended() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"Redis did not start, see {self.log or self.folder / 'redis.log'}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stops the server; nothing happens if it does not run."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _configuration(self) -> str:
        return "".join(
            f"{line}\n"
            for line in (
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                'save ""',
                "appendonly no",
                "daemonize no",
                f'dir "{self.folder}"',
            )
        )
