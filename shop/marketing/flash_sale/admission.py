"""Who may try to order in a flash sale now: a token bucket in Redis in front of the database.

It keeps a crowd off the database and decides nothing: units and limits are the database's. Without Redis everybody
is let through, which is slower and sells no unit too many. Never call this inside a transaction.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection
from redis.retry import Retry

from shop.core.errors import ShopError
from shop.inventory.models import StockItem
from shop.inventory.services import SoldOut
from shop.marketing.flash_sale import scripts
from shop.marketing.flash_sale.models import CODE
from shop.promotions.models import Activity
from tenants.caching import shop_key
from tenants.patience import Patience

logger = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 0.25
EXTRA_TOKENS = 20  # beside 1.2 for each unit: some who are let through do not buy
MOST_TRIES = 20  # of one request, by its Idempotency-Key, that was let through: whoever lost the answer asks again
GONE_MS = 30_000  # how long "sold out" is believed without asking the database again
WAITS_MS = 30_000  # who has not asked again for so long does not wait any more
MOST_RETRY_SECONDS = 10
KEEP_MS, KEEP_PASSES_MS = 3_600_000, 86_400_000

Wanted = Mapping[str, frozenset[str]]  # activity key → SKU keys
_patience = Patience()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: how many asked before and still wait, and in how many seconds to ask again."""

    is_admitted: bool = True
    position: int = 0
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class _Session:
    """The keys of one session in Redis."""

    key: str

    def _name(self, part: str) -> str:
        return shop_key(f"flash:{self.key}:{part}", "", 1)

    def keys(self, *parts: str, skus: Sequence[str] = ()) -> list[str]:
        return [*map(self._name, parts), *(self._name(f"gone:{sku}") for sku in skus)]


@contextmanager
def admit(member: int, wanted: Wanted, attempt: str) -> Iterator[None]:
    """Let a member (pk) try to order now, and learn from the try what is sold out.

    `attempt` names the request, so that it is let through again when it is repeated. ShopError: 429 `queueing` with
    `position` and `retry_after` seconds, 409 `sold_out`, 409 `activity_over` before the start.
    """
    request = hashlib.sha256(f"{member}:{attempt}".encode()).hexdigest()[:32]
    epochs = {key: _enter(key, sorted(skus), member, request) for key, skus in sorted(wanted.items())}
    try:
        yield
    except SoldOut:
        for key, epoch in epochs.items():
            _note_sold_out(key, wanted[key], request, epoch)
        raise


def _note_sold_out(key: str, skus: frozenset[str], request: str, epoch: str) -> None:
    """Keep others off SKUs of which nothing is left. Units that come back meanwhile raise the epoch: then it is not."""
    stock = StockItem.objects.filter(bucket=key, sku__key__in=skus, on_hand__lte=F("reserved"))
    gone = dict(stock.order_by("pk").values_list("sku__key", "sku__code"))
    if gone:
        keys = _Session(key).keys("epoch", "passes", skus=list(gone))
        _ask(scripts.SOLD, keys, [epoch, request, GONE_MS, *gone.values()])


def _enter(key: str, skus: Sequence[str], member: int, request: str) -> str:
    """Return the epoch of the session's stock, "" without Redis; ShopError for who must wait or comes too late."""
    answer = _try_to_enter(key, skus, member, request, cap="")
    if answer and answer[0] == b"unknown":
        units = _units_left(key)
        if units is None:
            return ""
        answer = _try_to_enter(key, skus, member, request, cap=str(int(units * 1.2) + EXTRA_TOKENS))
    if not answer:
        return ""
    verdict, *rest = answer
    if verdict == b"gone":
        _refuse_sold_out(skus[int(rest[0]) - 1], rest[1].decode())
    if verdict == b"wait":
        place = _waiting(*rest)
        detail = {"activity": key, "position": place.position, "retry_after": place.retry_after}
        raise ShopError("queueing", _("抢购的人太多，正在排队"), status=429, detail=detail)
    return rest[0].decode()


def _try_to_enter(key: str, skus: Sequence[str], member: int, request: str, *, cap: str) -> Any:
    keys = _Session(key).keys("bucket", "waiting", "seen", "passes", "epoch", skus=skus)
    limits = [settings.FLASH_RATE, WAITS_MS, MOST_TRIES, KEEP_MS, KEEP_PASSES_MS]
    return _ask(scripts.ENTER, keys, [member, request, cap, *limits])


def _units_left(key: str) -> int | None:
    """Return the units that a session may still sell; None when it does not run and the database shall say so."""
    session = Activity.objects.of_tool(CODE).filter(key=key).with_phase().first()
    phase = session.phase if session else None
    if phase == Activity.Phase.COMING:  # nothing was ever ordered in it, so this is no repeated request
        raise ShopError("activity_over", _("活动还没有开始"), status=409, detail={"activity": key})
    if session is None or phase != Activity.Phase.LIVE:
        return None
    stock = StockItem.objects.filter(bucket=session.key)
    return stock.aggregate(left=Sum(F("on_hand") - F("reserved")))["left"] or 0


def _refuse_sold_out(sku: str, code: str) -> None:
    raise SoldOut(message=_("库存不足"), detail={"skus": [{"sku": sku, "code": code, "available": 0}]})


def _waiting(ahead: int, seconds: int) -> Place:
    return Place(False, ahead, min(max(seconds, 1), MOST_RETRY_SECONDS))


def place_of(member: int, key: str) -> Place:
    """Return where a member (pk) stands in a session's queue; asking keeps the place."""
    keys = _Session(key).keys("bucket", "waiting", "seen")
    answer = _ask(scripts.PLACE, keys, [member, settings.FLASH_RATE, WAITS_MS])
    return _waiting(*answer[1:]) if answer and answer[0] == b"wait" else Place()


def units_came_back(key: str, skus: Sequence[str]) -> None:
    """Forget that these SKUs (keys) of a session were sold out; call it once the units can be bought."""
    _ask(scripts.BACK, _Session(key).keys("epoch", skus=sorted(skus)), [KEEP_MS])


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(
        settings.CACHE_URL,
        socket_connect_timeout=LONGEST_WAIT_SECONDS,
        socket_timeout=LONGEST_WAIT_SECONDS,
        # Once more after a restart of Redis has broken the connection; never after a time-out.
        retry=Retry(NoBackoff(), 1, supported_errors=(LostConnection,)),
    )


@lru_cache(maxsize=8)
def _script(text: str) -> Callable[..., Any]:
    return _redis().register_script(text)


def _ask(text: str, keys: Sequence[str], values: Sequence[Any]) -> Any:
    """Return what a script answers, None without Redis."""
    if not _patience.allows():
        return None
    try:
        answer = _script(text)(keys=keys, args=values)
    except RedisError as error:
        _patience.timed_out()
        logger.warning("no Redis, flash sales go to the database: %s", type(error).__name__)
        return None
    _patience.answered()
    return answer
