"""Sessions of flash sales: made, and made again for other hours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from shop.marketing.flash_sale.models import CODE, FlashSale
from shop.marketing.flash_sale.tool import PAY_MINUTES
from shop.pricing.values import Stage
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import save_activity

_OF_ITSELF = frozenset({"id", "key", "state", "views", "created_at", "starts_at", "ends_at"})


def draft_session(title: str, items: Sequence[ItemDraft], *, starts_at: datetime, **fields: Any) -> Activity:
    """Return a new session as a draft; `fields` are `ends_at` and limits of Activity.

    ShopError 422 `activity_invalid` for no items, no units, or a price that is not below the normal one.
    """
    session = FlashSale(
        tool=CODE,
        title=title,
        starts_at=starts_at,
        has_stock=True,
        excludes=[stage.value for stage in Stage if stage < Stage.POINTS],
        **{"pay_minutes": PAY_MINUTES, **fields},
    )
    return save_activity(session, items=items)


@transaction.atomic
def repeat_session(activity: Activity, *, starts: Iterable[datetime]) -> list[FlashSale]:
    """Return the same session once more for each of the other starts, as drafts with the same items and length.

    SKUs that were archived since are left out.
    """
    lasts = activity.ends_at - activity.starts_at
    items = list(activity.items.filter(sku__archived_at=None, sku__product__archived_at=None))
    columns = [column.attname for column in Activity._meta.concrete_fields if column.attname not in _OF_ITSELF]
    values = {column: getattr(activity, column) for column in columns}
    made = []
    for starts_at in sorted(set(starts)):
        session = FlashSale.objects.create(**values, starts_at=starts_at, ends_at=starts_at + lasts)
        ActivityItem.objects.bulk_create(
            ActivityItem(
                activity=session,
                sku_id=item.sku_id,
                price=item.price,
                units=item.units,
                details=item.details,
                position=item.position,
            )
            for item in items
        )
        made.append(session)
    return made
