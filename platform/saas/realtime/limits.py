"""What one client, one address and one shop may take of the process."""

import resource
from dataclasses import dataclass

from django.conf import settings

from tenants.context import ShopRef

SPARE_FILES = 200  # descriptors that are not clients: database, Redis, logs


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds; times in seconds."""

    message_bytes: int = 8192
    messages_per_second: float = 5.0
    messages_at_once: int = 20
    keys: int = 100  # that one client may name
    skus: int = 1000  # that those keys may stand for
    connections: int = 5_000
    connections_per_shop: int = 4_000
    connections_per_address: int = 2_000
    send_seconds: float = 10.0  # a client that does not take a message within this is dropped
    ping_seconds: float = 25.0
    silence_seconds: float = 60.0  # for clients that have answered a ping before
    poll_seconds: float = 25.0


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client that was let in."""

    shop: ShopRef
    address: str  # as limits count it
    origin: str = ""  # of the page that asks and may read the answer


def configured() -> Limits:
    """Return the limits of this installation; never more connections than the process may open files."""
    files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Limits(
        connections=min(settings.WS_CONNECTIONS, max(files - SPARE_FILES, 1)),
        connections_per_shop=settings.WS_CONNECTIONS_PER_SHOP,
        connections_per_address=settings.WS_CONNECTIONS_PER_ADDRESS,
    )


class Allowance:
    """How many messages a client may still send: a bucket that fills again with time."""

    __slots__ = ("_at", "_left", "_limits")

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits, self._at, self._left = limits, now, float(limits.messages_at_once)

    def take(self, now: float) -> bool:
        """Count a message that came at `now` (monotonic seconds); False when it is one too many."""
        filled = self._left + (now - self._at) * self._limits.messages_per_second
        self._left, self._at = min(filled, float(self._limits.messages_at_once)) - 1, now
        return self._left >= 0


class Places:
    """Connections counted by shop and by address."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.total = 0
        self._taken: dict[ShopRef | str, int] = {}
        self._shut = False

    def take(self, visitor: Visitor) -> bool:
        """Count one more connection; False, and nothing counted, when that would be too many."""
        limits = self.limits
        if (
            self._shut
            or self.total >= limits.connections
            or self._taken.get(visitor.shop, 0) >= limits.connections_per_shop
            or self._taken.get(visitor.address, 0) >= limits.connections_per_address
        ):
            return False
        self.total += 1
        for name in (visitor.shop, visitor.address):
            self._taken[name] = self._taken.get(name, 0) + 1
        return True

    def give_back(self, visitor: Visitor) -> None:
        """Count one connection less."""
        self.total -= 1
        for name in (visitor.shop, visitor.address):
            self._taken[name] -= 1
            if not self._taken[name]:
                del self._taken[name]

    def shut(self) -> None:
        """Let nobody in any more."""
        self._shut = True
