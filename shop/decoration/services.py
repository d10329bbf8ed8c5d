"""Writes on the front page: what is shown there, in which order, from when to when."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Category, Product
from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.core.reading import catalogue_changed
from shop.decoration.models import HomeItem
from shop.library.models import Asset
from shop.library.services import hold
from tenants import due
from tenants.due import Again

KIND = "decoration.turn"
MOST = {HomeItem.Place.BANNER: 10, HomeItem.Place.ENTRY: 20, HomeItem.Place.STRIP: 3}
LONGEST_TITLE = 20
LONGEST_KEYWORD = 50
_PLACE = re.compile(r"[a-z_]{1,40}(/[0-9A-Za-z]{1,16})?", re.ASCII)
_PAGE = re.compile(r"/?[a-z][A-Za-z0-9_-]*(/[A-Za-z0-9_-]+)+(\?[^\s#]{1,120})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeItemDraft:
    """An item as it shall be; `text` is what to search for, the path of a page, or a place of marketing.

    Such a place is the code of a tool (its page), or the code, a slash and the key of an activity.
    """

    place: str
    title: str
    picture: Asset | None
    target: str = HomeItem.Target.NOTHING
    product: Product | None = None
    category: Category | None = None
    text: str = ""
    is_shown: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def problems(self) -> dict[str, Any]:
        """Return what is wrong, field by field."""
        target, wrong = HomeItem.Target, {}
        if not 0 < len(self.title.strip()) <= LONGEST_TITLE:
            wrong["title"] = _("请填写名称，最多 20 个字")
        if self.picture is None:
            wrong["picture"] = _("请选择一张图片")
        if self.target == target.PRODUCT and self.product is None:
            wrong["product_code"] = _("没有这个编码的商品")
        if self.target == target.CATEGORY and self.category is None:
            wrong["category"] = _("请选择分类")
        if self.target == target.SEARCH and not 0 < len(self.text) <= LONGEST_KEYWORD:
            wrong["text"] = _("请填写搜索词，最多 50 个字")
        if self.target == target.PAGE and not _PAGE.fullmatch(self.text):
            wrong["text"] = _("请填写小程序的页面路径，例如 pages/cart/cart")
        if self.target == target.OFFER and not _PLACE.fullmatch(self.text):
            wrong["offer"] = _("请选择营销活动")
        if self.starts_at and self.ends_at and self.starts_at >= self.ends_at:
            wrong["ends_at"] = _("结束时间要晚于开始时间")
        return wrong


@transaction.atomic
def save_item(draft: HomeItemDraft, item: HomeItem | None = None) -> HomeItem:
    """Make an item, the last of its place, or change the given one.

    ShopError: 422 `home_item_invalid` names wrong fields, 409 `home_full`, 409 `asset_gone`.
    """
    if wrong := draft.problems():
        raise ShopError("home_item_invalid", _("填写有误"), detail=wrong)
    hold([draft.picture.pk] if draft.picture else [])
    others = _locked(draft.place).exclude(pk=item.pk if item else None)
    if len(others) >= MOST[HomeItem.Place(draft.place)]:
        most = MOST[HomeItem.Place(draft.place)]
        raise ShopError("home_full", _("这个位置最多 %(most)d 项，请先删除一项") % {"most": most}, status=409)
    saved = item or HomeItem()
    if item is None or item.place != draft.place:
        saved.position = max((other.position for other in others), default=-1) + 1
    _write(saved, draft)
    keep_time(saved)
    catalogue_changed()
    return saved


def _locked(place: str) -> Any:
    """Return the items of a place; nobody else adds to the front page until the transaction ends."""
    ShopSettings.objects.select_for_update(no_key=True).get()
    return HomeItem.objects.filter(place=place)


def _write(item: HomeItem, draft: HomeItemDraft) -> None:
    """Fill and store the item; of the places to go to only the one that was chosen is kept."""
    target = HomeItem.Target
    item.place, item.title = draft.place, draft.title.strip()
    item.picture = draft.picture  # type: ignore[assignment]  # problems() has seen that there is one
    item.target, item.is_shown = draft.target, draft.is_shown
    item.product = draft.product if draft.target == target.PRODUCT else None
    item.category = draft.category if draft.target == target.CATEGORY else None
    item.text = draft.text if draft.target in (target.SEARCH, target.PAGE, target.OFFER) else ""
    item.starts_at, item.ends_at = draft.starts_at, draft.ends_at
    item.save()


def next_turn(item: HomeItem, now: datetime) -> datetime | None:
    """Return when the item appears or goes next; None when it does not any more."""
    return min((moment for moment in (item.starts_at, item.ends_at) if moment and moment > now), default=None)


def keep_time(item: HomeItem) -> None:
    """Let the due-row of an item stand at its next time, or be gone."""
    due.cancel(KIND, item.key)
    now = timezone.now()
    if moment := next_turn(item, now):
        due.schedule(KIND, item.key, after=moment - now)


@transaction.atomic
def turn(key: str) -> Again | None:
    """Make the kept front page stale because an item appears or goes by now; come back at its next time."""
    item = HomeItem.objects.annotate(now=Now()).filter(key=key).first()
    if item is None:
        return None
    catalogue_changed()
    moment = next_turn(item, item.now)
    return Again((moment - item.now).total_seconds()) if moment else None


@transaction.atomic
def delete_item(item: HomeItem) -> None:
    """Take an item off the front page."""
    due.cancel(KIND, item.key)
    item.delete()
    catalogue_changed()


def digest_of(items: Sequence[HomeItem]) -> str:
    """Return a mark of the order and of what is shown, by which a page knows whether somebody else changed it."""
    return sha256(json.dumps([[item.pk, item.is_shown] for item in items]).encode()).hexdigest()[:16]


@transaction.atomic
def arrange(place: str, wanted: Sequence[tuple[int, bool]], *, digest: str) -> list[tuple[HomeItem, int, bool]]:
    """Bring a place into this order of (primary key, shown); return what changed with its old position and shown.

    ShopError 409 `home_changed` when somebody else changed the place meanwhile.
    """
    items = {item.pk: item for item in _locked(place)}
    if digest != digest_of(list(items.values())) or [*sorted(items)] != sorted(pk for pk, _shown in wanted):
        raise ShopError("home_changed", _("首页刚被别人修改过，请刷新后再调整"), status=409)
    changed = []
    for position, (pk, shown) in enumerate(wanted):
        item = items[pk]
        if (item.position, item.is_shown) != (position, shown):
            changed.append((item, item.position, item.is_shown))
            item.position, item.is_shown = position, shown
            item.save(update_fields=["position", "is_shown"])
    if changed:
        catalogue_changed()
    return changed
