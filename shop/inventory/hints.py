"""Tells those who watch stock that it changed: a message on commit, never the numbers themselves."""

import logging
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.db import connection
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.retry import Retry

from tenants.context import require_shop
from tenants.patience import Patience

logger = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 0.2
MOST_SKUS = 500  # of more the message says "all"
ALL = "*"


def channel() -> str:
    """Return the name of the Redis channel that carries `<shop uuid>:<SKU id>,<SKU id>…` or `<shop uuid>:*`."""
    return f"{settings.BASE_DOMAIN}:stock"


def stock_changed(sku_ids: Iterable[int]) -> None:
    """Tell watchers of the current shop, on commit, that units of these SKUs came or went; never raises.

    Calls of one transaction become one message. Readers ask the database, so a lost message only makes them late.
    """
    wanted = set(sku_ids)
    if not wanted:
        return
    shop = require_shop().uuid.hex
    savepoints = set(connection.savepoint_ids)
    # A message may only join another that a rollback to the same savepoint would take away with it.
    for entry in reversed(connection.run_on_commit):
        waiting = getattr(entry[1], "__wrapped__", None)
        if isinstance(waiting, _Message) and waiting.shop == shop and entry[0] == savepoints:
            waiting.skus |= wanted
            return
    connection.on_commit(_Message(shop, wanted), robust=True)


class _Message:
    """What one transaction has to say."""

    def __init__(self, shop: str, skus: set[int]) -> None:
        self.shop, self.skus = shop, skus

    def __call__(self) -> None:
        skus = ALL if len(self.skus) > MOST_SKUS else ",".join(map(str, sorted(self.skus)))
        _publish(f"{self.shop}:{skus}")


# One failure is enough to stop calling for a while: whoever sells must not wait for a message nobody needs.
_patience = Patience(most_timeouts=1)


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=LONGEST_WAIT_SECONDS,
        socket_timeout=LONGEST_WAIT_SECONDS,
        # Once more after a restart of Redis has broken the connection; never after a time-out.
        retry=Retry(NoBackoff(), 1, supported_errors=(LostConnection,)),
    )


def _publish(message: str) -> None:
    if not _patience.allows():
        return
    try:
        _redis().publish(channel(), message)
    except RedisError as error:
        _patience.timed_out()
        logger.warning("stock message lost, watchers read it later: %s", type(error).__name__)
    else:
        _patience.answered()
