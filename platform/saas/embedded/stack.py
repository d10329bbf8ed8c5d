"""The product's services and the command line of each."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import runtime_env
from .database import Database
from .probes import accepts, serves
from .processes import Program
from .redis import Redis
from .runtime_env import REPOSITORY, Ports
from .service import Service
from .supervisor import Stage

LONGEST_LOG_BYTES = 10_000_000
DATABASE_NAME = "weipu"
WEB_PLACES = 4  # requests that a web process answers at once
WEB_THREADS = 64  # the others read bodies, or wait for a place
WEB = (
    *("-m", "saas.web", "--host", "127.0.0.1"),
    *("--workers", "2", "--blocking-threads", str(WEB_THREADS), "--http", "1", "--no-ws"),
    # Each worker takes half of the backlog as connections at once: far above what the tests and benchmarks open.
    *("--backlog", "2048", "--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"),
)
# One process: it only waits. Should clients make it hold more than 2 GB it is restarted, and they come back.
WS = (
    *("-m", "granian", "--interface", "asgi", "saas.asgi:application", "--host", "127.0.0.1"),
    *("--workers", "1", "--http", "1", "--backlog", "4096", "--backpressure", "65536", "--log-level", "warning"),
    *("--respawn-failed-workers", "--respawn-interval", "0.2", "--workers-kill-timeout", "3"),
    *("--workers-max-rss", "2048", "--rss-sample-interval", "5"),
)
WORKER = (
    *("-m", "celery", "-A", "saas", "worker", "-c", "2", "-P", "prefork", "-l", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)

# Imports and exports run for minutes: they have a queue and a worker of their own.
JOBS = (
    *("-m", "celery", "-A", "saas", "worker", "-c", "1", "-P", "prefork", "-l", "WARNING", "-Q", "jobs"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "-n", "jobs@%h"),
)


@dataclass(frozen=True)
class Stack:
    """Everything `up` runs over one data folder."""

    data: Path
    ports: Ports
    environment: Mapping[str, str]
    database: Database
    redis: Redis

    def stages(self) -> list[Stage]:
        """The order of the start: stores, migrations, then the rest at once."""
        ports = self.ports
        (self.data / "run" / "versions").unlink(missing_ok=True)  # numbers of before may be of another database
        return [
            [
                Service("postgres", self.database.program, self._database_ready, self.database.prepare),
                Service("redis", self.redis.program, self.redis.ready),
            ],
            self.manage("deploy", log=self._log("deploy")),
            [
                self._simulator("paysim", "payments.paysim", ports.paysim),
                self._simulator("wechatsim", "saas.embedded.wechatsim", ports.wechatsim),
                self._service("web", *WEB, "--port", str(ports.web), probe=lambda: serves(ports.web)),
                self._service("ws", *WS, "--port", str(ports.ws), probe=lambda: accepts(ports.ws)),
                self._service("worker", *WORKER),
                self._service("jobs", *JOBS),
                self._service("poller", "manage.py", "poller"),
            ],
        ]

    def manage(self, command: str, *arguments: str, log: Path | None = None) -> Program:
        """A management command over this data folder; without `log` it writes to the caller's terminal."""
        return self._python(command, ("manage.py", command, *arguments), log)

    def _simulator(self, name: str, module: str, port: int) -> Service:
        arguments = ("-m", module, "--port", str(port), "--data", str(self.data / name))
        return self._service(name, *arguments, probe=lambda: accepts(port))

    def _service(self, name: str, *arguments: str, probe: Callable[[], bool] | None = None) -> Service:
        program = self._python(name, arguments, self._log(name))
        return Service(name, lambda: program, probe)

    def _python(self, name: str, arguments: tuple[str, ...], log: Path | None) -> Program:
        return Program(name, (sys.executable, *arguments), self._environment_of(name), REPOSITORY, log)

    def _environment_of(self, name: str) -> Mapping[str, str]:
        # One pooled connection for each request that is answered at the time, and one to spare.
        return {"WEIPU_POOL": str(WEB_PLACES + 1), **self.environment} if name == "web" else self.environment

    def _log(self, name: str) -> Path:
        return log_file(self.data, name)

    def _database_ready(self) -> bool:
        if not self.database.ready():
            return False
        self.database.create(DATABASE_NAME)
        return True


def stack_over(data: Path, port: int | None = None) -> Stack:
    """Opens (and on first use makes) a data folder; `port` None keeps the last one."""
    data.mkdir(parents=True, exist_ok=True)
    known = runtime_env.load(data)
    ports = Ports(port or int(known.get("WEIPU_PORT", runtime_env.DEFAULT_PORT)))
    database = Database(data / "postgres", ports.database, log=log_file(data, "postgres"))
    redis = Redis(data / "redis", ports.redis, log=log_file(data, "redis"))
    stores = {
        "WEIPU_DATABASE_URL": database.url(DATABASE_NAME),
        "WEIPU_REDIS_URL": redis.url,
        "WEIPU_PG_DUMP": str(database.client("pg_dump")),
    }
    variables = runtime_env.renew(data, ports, stores)
    return Stack(data, ports, runtime_env.merged(variables), database, redis)


def addresses(ports: Ports, base_domain: str = "localhost") -> dict[str, str]:
    """Where things answer, without passwords."""
    return {
        "web": f"http://{base_domain}:{ports.web}",
        "console": f"http://console.{base_domain}:{ports.web}",
        "paysim": f"http://127.0.0.1:{ports.paysim}",
        "wechatsim": f"http://127.0.0.1:{ports.wechatsim}",
        "database": f"postgresql://postgres@127.0.0.1:{ports.database}/{DATABASE_NAME}",
        "redis": f"redis://127.0.0.1:{ports.redis}/0",
        "ws": f"ws://127.0.0.1:{ports.ws}",
    }


def log_file(data: Path, name: str) -> Path:
    """DATA/log/<name>.log; one that has grown past 10 MB is set aside as <name>.log.1 first."""
    folder = data / "log"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LONGEST_LOG_BYTES:
        path.replace(path.with_name(f"{name}.log.1"))
    return path
