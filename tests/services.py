"""PostgreSQL and Redis of one test run."""

import base64
import secrets
import shutil
import socket


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Services:
    """Started on first use, so that tests without a database stay fast."""

    def __init__(self, folder):
        self.folder = folder
        self.database_port, self.redis_port = _free_port(), _free_port()
        self.started = False
        from saas.embedded.database import Database
        from saas.embedded.redis import Redis

        self.database = Database(folder / "postgres", self.database_port, fsync=False)
        self.redis = Redis(folder / "redis", self.redis_port)

    def export(self, environ):
        from saas.embedded.binaries import postgresql_folder

        environ.update(
            {
                "WEIPU_DATABASE_URL": self.database.url("weipu"),
                "WEIPU_REDIS_URL": self.redis.url,
                "WEIPU_SECRET_KEY": secrets.token_urlsafe(64),
                "WEIPU_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
                "WEIPU_DATA": str(self.folder),
                "WEIPU_BASE_DOMAIN": "weipu.test",
                "WEIPU_SHARED_HOSTS": "api.weipu.test,127.0.0.1",
                "WEIPU_PG_DUMP": str(postgresql_folder() / "pg_dump"),
                # One for all processes of a run: the first keeps it, and builds for all.
                "WEIPU_SCHEMA_SCRIPTS": environ.get("WEIPU_SCHEMA_SCRIPTS", str(self.folder)),
                "WEIPU_LOG_LEVEL": "ERROR",
                "WEIPU_CODE_SENDER": "tenants.signup.senders.OutboxSender",
            }
        )

    def start(self):
        self.database.start()
        self.database.create("weipu")
        self.redis.start()
        self.started = True

    def stop(self):
        if self.started:
            self.redis.stop()
            self.database.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)
