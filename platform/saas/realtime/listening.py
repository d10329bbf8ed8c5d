"""Messages from Redis. They only make changes heard sooner: without them watched SKUs are read every few seconds."""

import asyncio
import logging
import random

from django.conf import settings
from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from saas.realtime.hub import Hub
from shop.inventory import hints

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
QUIET_SECONDS = 10.0


async def listen(hub: Hub) -> None:
    """Pass messages on to the hub until cancelled; a lost Redis is looked for again and again."""
    while True:
        try:
            async with (
                Redis.from_url(
                    settings.REDIS_URL,
                    socket_connect_timeout=1,
                    socket_keepalive=True,
                    health_check_interval=QUIET_SECONDS,
                    retry=Retry(NoBackoff(), 0),
                ) as redis,
                redis.pubsub() as channel,
            ):
                await channel.subscribe(hints.channel())
                await _pass_on(channel, hub)
        except (RedisError, OSError) as error:
            logger.warning("Redis away, changes of stock are heard late: %s", type(error).__name__)
        await asyncio.sleep(random.uniform(0.5, 1) * PAUSE_SECONDS)  # noqa: S311


async def _pass_on(channel: PubSub, hub: Hub) -> None:
    while True:
        message = await channel.get_message(timeout=QUIET_SECONDS)
        if message is None:
            continue
        if message["type"] == "subscribe":
            hub.reread()  # what was said before went unheard
        elif message["type"] == "message":
            hub.heard(message["data"])
