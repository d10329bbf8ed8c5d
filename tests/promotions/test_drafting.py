"""Drafts of activities: what is stored, what is refused, what a copy takes over."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.promotions.drafts import MOST_ITEMS, ItemDraft, item_problems
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import copy_activity, delete_activity, publish_activity, save_activity
from tests.factories import make_sku
from tests.promotions.activities import make_activity

BEGINS = timezone.now().replace(microsecond=0) + timedelta(hours=1)


def draft(**fields):
    window = {"starts_at": BEGINS, "ends_at": BEGINS + timedelta(days=1)}
    return Activity(tool="limited_discount", title="双十一", **window | fields)


def stored(activity):
    return list(activity.items.values_list("sku", "price", "units", "details", "position"))


def refused(activity, items):
    with pytest.raises(ShopError) as error, transaction.atomic():
        save_activity(activity, items=items)
    return error.value


def test_a_draft_is_stored_with_its_skus_and_the_line_that_shoppers_read(shop):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    items = [ItemDraft(cup.pk, 1_500), ItemDraft(tea.pk, details={"discount_bp": 1_500})]
    saved = save_activity(draft(most_per_member=2), items=items)
    assert (saved.state, saved.summary) == ("DRAFT", "限时低至 15 元，每人限 2 件")
    assert stored(saved) == [(cup.pk, 1_500, 0, {}, 0), (tea.pk, None, 0, {"discount_bp": 1_500}, 1)]


@pytest.mark.parametrize(
    ("items", "summary"),
    [
        ([{"price": 990}], "限时价 9.9 元"),
        ([{"price": 990}, {"price": 1_000}], "限时低至 9.9 元"),
        ([{"details": {"discount_bp": 2_000}}], "限时 8 折"),
        ([{"details": {"discount_bp": 1_500}}, {"details": {"discount_bp": 4_000}}], "限时低至 6 折"),
    ],
)
def test_the_line_is_chinese_whoever_writes_it(shop, items, summary):
    drafts = [ItemDraft(make_sku(price=2_000).pk, **values) for values in items]
    with translation.override("en"):
        assert save_activity(draft(), items=drafts).summary == summary


def test_saving_again_replaces_the_skus_and_none_leaves_them(shop):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    saved = save_activity(draft(), items=[ItemDraft(cup.pk, 1_500)])
    saved.title = "双十二"
    save_activity(saved)
    assert (Activity.objects.get().title, stored(saved)) == ("双十二", [(cup.pk, 1_500, 0, {}, 0)])
    save_activity(saved, items=[ItemDraft(tea.pk, 500)])
    assert (Activity.objects.get().summary, stored(saved)) == ("限时价 5 元", [(tea.pk, 500, 0, {}, 0)])


def test_what_is_published_no_longer_changes(shop):
    sku = make_sku(price=1_000)
    saved = save_activity(draft(), items=[ItemDraft(sku.pk, 600)])
    publish_activity(saved, actor="test")
    saved.title = "改名"
    assert refused(saved, [ItemDraft(sku.pk, 100)]).code == "not_draft"
    assert (Activity.objects.get().title, stored(saved)) == ("双十一", [(sku.pk, 600, 0, {}, 0)])
    with pytest.raises(ShopError) as error:
        delete_activity(saved)
    assert (error.value.code, Activity.objects.count()) == ("not_draft", 1)


@pytest.mark.parametrize(
    ("price", "place"),
    [(1_000, "items[1].price"), (1_001, "items[1].price"), (0, "items[1].price"), (-1, "items[1].price")],
)
def test_a_price_is_below_the_normal_one_and_at_least_a_fen(shop, price, place):
    good, bad = make_sku(price=1_000), make_sku(price=1_000)
    error = refused(draft(), [ItemDraft(good.pk, 999), ItemDraft(bad.pk, price)])
    assert (error.code, error.status, list(error.detail)) == ("activity_invalid", 422, [place])
    assert (Activity.objects.count(), ActivityItem.objects.count()) == (0, 0)
    assert save_activity(draft(), items=[ItemDraft(bad.pk, 1)]).summary == "限时价 0.01 元"


def test_skus_are_sold_named_once_and_have_a_price_or_a_share(shop):
    sku, gone, off = make_sku(price=1_000), make_sku(price=1_000), make_sku(price=1_000)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    Product.objects.filter(pk=off.product_id).update(is_on_shelf=False)
    items = [ItemDraft(pk, 500) for pk in (sku.pk, gone.pk, off.pk, sku.pk, 10**9)] + [ItemDraft(make_sku().pk)]
    assert set(refused(draft(), items).detail) == {
        *("items[1].sku", "items[2].sku", "items[3].sku", "items[4].sku", "items[5].price"),
    }
    assert set(refused(draft(), []).detail) == {"items"}
    share = ItemDraft(sku.pk, details={"discount_bp": 10_000})
    assert set(refused(draft(), [share]).detail) == {"items[0].share"}
    assert set(refused(draft(), [ItemDraft(sku.pk, 500)] * (MOST_ITEMS + 1)).detail) == {"items"}


def test_stock_of_its_own_is_asked_for_where_the_activity_has_it(shop):
    sku = make_sku(price=1_000)
    assert set(item_problems([ItemDraft(sku.pk, 500)], has_stock=True)) == {"items[0].units"}
    assert item_problems([ItemDraft(sku.pk, 500, 3)], has_stock=True) == {}
    assert item_problems([ItemDraft(sku.pk, 500)], has_stock=False) == {}


def test_a_window_ends_after_it_begins(shop):
    items = [ItemDraft(make_sku(price=1_000).pk, 500)]
    assert set(refused(draft(ends_at=BEGINS), items).detail) == {"ends_at"}
    assert Activity.objects.count() == 0


def test_a_copy_is_a_draft_that_begins_by_now_and_lasts_as_long(shop):
    sku, gone = make_sku(price=1_000), make_sku(price=1_000)
    items = [(sku, {"price": 600}), (gone, {"details": {"discount_bp": 500}})]
    activity = make_activity(items=items, most_per_member=3, excludes=[3], begins=-7_200, lasts=3_600 * 3)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    copied = copy_activity(activity)
    assert (copied.state, copied.key != activity.key, copied.views) == ("DRAFT", True, 0)
    assert (copied.title, copied.most_per_member, copied.excludes) == ("活动（复制）", 3, [3])
    assert copied.ends_at - copied.starts_at == timedelta(hours=3)
    assert timedelta(0) <= timezone.now() - copied.starts_at < timedelta(minutes=2)
    assert stored(copied) == [(sku.pk, 600, 0, {}, 0)]
    later = copy_activity(make_activity(items=items, begins=3_600))
    assert later.starts_at > timezone.now() + timedelta(minutes=50)


def test_a_draft_is_thrown_away_with_its_skus(shop):
    saved = save_activity(draft(), items=[ItemDraft(make_sku(price=1_000).pk, 500)])
    delete_activity(saved)
    assert (Activity.objects.count(), ActivityItem.objects.count()) == (0, 0)
