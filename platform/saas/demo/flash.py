"""Flash sales of the demonstration: whenever it starts, one runs and one is to come."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from shop.catalog.models import SKU
from shop.core.errors import ShopError
from shop.core.money import parse_yuan
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity
from shop.promotions.registry import tools
from shop.promotions.services import publish_activity

CODE = "flash_sale"
RUNS, COMES = "今日秒杀", "明日秒杀"
UNITS = 8
# SKU code → yuan
SESSIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "demo-home": {
        RUNS: {"JJ-301-1": "9.90", "JJ-107-1": "19.90"},
        COMES: {"JJ-106-1": "99.00", "JJ-308-1": "6.60"},
    },
}


def sell_fast(slug: str, *, actor: str) -> None:
    """Make sure that one session runs, until tonight's end at least, and one begins tomorrow at ten.

    One for which the shop's goods leave no room any more (sold out, other prices) is left out.
    """
    if CODE not in tools():
        return
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    windows = {
        RUNS: (timezone.now(), today + timedelta(days=1, hours=10)),
        COMES: (today + timedelta(days=1, hours=10), today + timedelta(days=2)),
    }
    sessions = Activity.objects.of_tool(CODE)
    there = {RUNS: sessions.live().exists(), COMES: sessions.coming().exists()}
    for title, prices in SESSIONS.get(slug, {}).items():
        if not there[title]:
            with suppress(ShopError):
                _open(title, prices, *windows[title], actor=actor)


@transaction.atomic
def _open(title: str, prices: Mapping[str, str], starts_at: datetime, ends_at: datetime, *, actor: str) -> None:
    from shop.marketing.flash_sale.services import draft_session  # not there without the tool

    skus = SKU.objects.filter(code__in=prices).order_by("pk")
    items = [ItemDraft(sku.pk, parse_yuan(prices[sku.code]), UNITS) for sku in skus]
    session = draft_session(title, items, starts_at=starts_at, ends_at=ends_at, most_per_member=2)
    publish_activity(session, actor=actor)
