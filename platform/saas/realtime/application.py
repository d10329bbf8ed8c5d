"""The ASGI application: WebSockets, long polls, and the loops beside them."""

import asyncio
import os
import signal
from typing import Any

from channels.routing import ProtocolTypeRouter

from saas.realtime import closing, limits
from saas.realtime.consumers import StockConsumer
from saas.realtime.hub import Hub
from saas.realtime.limits import Places
from saas.realtime.listening import listen
from saas.realtime.polling import StockPoll
from saas.realtime.sockets import bound_listeners

GOODBYE_SECONDS = 2.0


class Lifespan:
    """Runs the hub for as long as the server runs."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self.hub, self.places = hub, places

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Start with the server, end with it."""
        await receive()
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(part) for part in (self.hub.run(), self.hub.look_after(), listen(self.hub))]
        # In place of the server's own handler, which would cut all connections without a word.
        loop.add_signal_handler(signal.SIGTERM, lambda: tasks.append(loop.create_task(self._say_goodbye())))
        bound_listeners()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _say_goodbye(self) -> None:
        """Tell all clients to come back later, then let the signal do what it does."""
        self.places.shut()
        self.hub.cut_everybody(closing.RESTARTING)
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                while self.places.total:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pass
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)


def build() -> ProtocolTypeRouter:
    """Return the application with a hub of its own."""
    hub, places = Hub(), Places(limits.configured())
    return ProtocolTypeRouter(
        {
            "lifespan": Lifespan(hub, places),
            "websocket": StockConsumer.as_asgi(hub=hub, places=places),
            "http": StockPoll(hub, places),
        }
    )
