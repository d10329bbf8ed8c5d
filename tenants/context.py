"""Which shop the running code works for. One ContextVar is the only truth; unset means no shop at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID


class NoShop(RuntimeError):
    """Code that needs a shop ran without one."""


class ShopMismatch(RuntimeError):
    """Something that belongs to one shop was used inside another."""


@dataclass(frozen=True, slots=True, eq=False)
class ShopRef:
    """What every process knows of a shop without a query.

    Two of the same shop are equal although one of them has seen a newer state, name or host.
    """

    uuid: UUID
    key: str
    slug: str
    name: str
    schema: str
    host: str = ""
    state: str = "OPEN"
    schema_hash: str = ""
    slot: int = 0  # of the board; 0 has none
    features: frozenset[str] = frozenset()
    limits: Mapping[str, int] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ShopRef):
            return NotImplemented
        return self is other or (self.uuid == other.uuid and self.schema == other.schema)

    def __hash__(self) -> int:
        return hash(self.schema)


# The operators' schema is migrated like a shop's, but it is no tenant: it has no key and no state to change.
CONSOLE = ShopRef(uuid=UUID(int=1), key="", slug="console", name="Weipu", schema="console")
# Only `deploy` works inside `public`, to migrate it; everything else names public tables in full.
PUBLIC = ShopRef(uuid=UUID(int=0), key="", slug="", name="", schema="public")

current_shop: ContextVar[ShopRef | None] = ContextVar("current_shop", default=None)
current_request_id: ContextVar[str] = ContextVar("current_request_id", default="-")


def require_shop() -> ShopRef:
    """Return the current shop; NoShop when there is none."""
    shop = current_shop.get()
    if shop is None:
        raise NoShop("this code needs a shop: wrap it in using_shop()")
    return shop


def refuse_other_shop(owner: ShopRef | None, what: str) -> None:
    """Raise ShopMismatch unless `owner` is the current shop."""
    if owner != current_shop.get():
        raise ShopMismatch(f"{what} of one shop was used in another")


@contextmanager
def using_shop(shop: ShopRef | None) -> Iterator[None]:
    """Run the block for `shop`; the one before comes back whatever happens."""
    token = current_shop.set(shop)
    try:
        yield
    finally:
        current_shop.reset(token)
