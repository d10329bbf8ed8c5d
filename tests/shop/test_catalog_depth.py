"""Limits, kinds, schedules, tags, guarantees, related products, the recycle bin."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalog.drafts import LimitsDraft, OptionDraft, ScheduleDraft, SKUDraft
from shop.catalog.models import SKU, Guarantee, Product, ProductTag, Tag
from shop.catalog.services import (
    archive_product,
    delete_product,
    restore_product,
    run_schedule,
    save_product,
    set_shelf,
)
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import set_on_hand
from tenants.models import Due, OutboxEvent
from tests.factories import broken, make_order
from tests.shop.catalogue import draft, product, sku


def labels(saved):
    return (
        list(saved.product_tags.values_list("tag__name", flat=True)),
        list(saved.product_guarantees.values_list("guarantee__name", flat=True)),
        list(saved.related_products.values_list("related__code", flat=True)),
    )


def test_everything_beside_a_product_is_stored_in_order(shop):
    product("R1")
    product("R2")
    Guarantee.objects.create(name="正品", is_for_all=False)
    saved = product(
        "P1",
        kind="CARD",
        limits=LimitsDraft(most_per_order=5, most_per_member=9, least_per_order=2),
        tags=("新", "热"),
        guarantees=("正品",),
        related=("R2", "R1"),
        skus=(SKUDraft(code="P1-1", price=1000, cost_price=400, member_price=900),),
    )
    saved.refresh_from_db()
    assert (saved.kind, saved.most_per_order, saved.most_per_member, saved.least_per_order) == ("CARD", 5, 9, 2)
    assert labels(saved) == (["新", "热"], ["正品"], ["R2", "R1"])
    assert SKU.objects.values_list("cost_price", "member_price").get(code="P1-1") == (400, 900)


def test_what_a_draft_leaves_open_stays(shop):
    product("R1")
    saved = product("P1", kind="SERVICE", limits=LimitsDraft(most_per_order=5), tags=("新",), related=("R1",))
    stored = SKU.objects.get(code="P1-1")
    SKU.objects.filter(pk=stored.pk).update(cost_price=300, member_price=950)
    save_product(draft("P1", key=saved.key, title="改名"))
    saved.refresh_from_db()
    assert (saved.title, saved.kind, saved.most_per_order) == ("改名", "SERVICE", 5)
    assert labels(saved) == (["新"], [], ["R1"])
    save_product(draft("P1", key=saved.key, skus=(sku("P1-1", 900),), tags=()))
    stored.refresh_from_db()
    assert (stored.cost_price, stored.member_price) == (300, 900)  # members never pay more than others
    assert labels(saved) == ([], [], ["R1"])
    assert Tag.objects.filter(name="新").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "GIFT"}, "kind"),
        ({"limits": LimitsDraft(least_per_order=0)}, "least_per_order"),
        ({"limits": LimitsDraft(least_per_order=3, most_per_order=2)}, "most_per_order"),
        ({"limits": LimitsDraft(least_per_order=3, most_per_member=2)}, "most_per_member"),
        ({"tags": ("长" * 13,)}, "tags"),
        ({"tags": ("新", "新")}, "tags"),
        ({"guarantees": ("没有的",)}, "guarantees"),
        ({"related": ("没有的",)}, "related"),
        ({"related": ("P1",)}, "related"),
        ({"skus": (SKUDraft(code="A", price=100, member_price=101),)}, "skus[0].member_price"),
        ({"skus": tuple(sku(f"A{i}", 值=str(i)) for i in range(201))}, "skus"),
        ({"skus": (sku("A", 一="1", 二="2", 三="3", 四="4"),)}, "skus[0].options"),
        ({"options": (OptionDraft("颜色", ("红",)),)}, "options"),
        ({"options": (OptionDraft("颜色", ("白",)),), "skus": (sku("A", 颜色="红"),)}, "options"),
        ({"schedule": ScheduleDraft(on_shelf_at=timezone.now())}, "on_shelf_at"),
    ],
)
def test_a_wrong_draft_stores_nothing(shop, values, field):
    with pytest.raises(ShopError) as refusal:
        save_product(draft(**values))
    assert refusal.value.code == "product_invalid"
    assert field in refusal.value.detail
    assert not Product.objects.exists()
    assert not Tag.objects.exists()


def test_values_keep_the_order_given_and_unused_ones_go(shop):
    saved = product(
        options=(OptionDraft("颜色", ("白", "红", "蓝")), OptionDraft("尺码", ("M", "L"))),
        skus=(sku("A", 颜色="红", 尺码="L"), sku("B", 颜色="白", 尺码="M")),
    )
    assert list(saved.options.values_list("name", "values")) == [("颜色", ["白", "红"]), ("尺码", ["M", "L"])]


@pytest.mark.parametrize("number", range(3))
def test_renamed_values_keep_the_sku(shop, number):
    saved = product(skus=tuple(sku(f"A{i}", 颜色=str(i)) for i in range(3)))
    stored = list(SKU.objects.filter(product=saved).order_by("position"))
    turned = stored[number:] + stored[:number]
    renamed = tuple(
        SKUDraft(key=row.key, code=row.code, price=row.price, options={"颜色": f"新{i}"})
        for i, row in enumerate(turned)
    )
    save_product(draft(key=saved.key, skus=renamed))
    assert [row.pk for row in SKU.objects.filter(archived_at=None).order_by("position")] == [row.pk for row in turned]
    assert SKU.objects.count() == 3


def test_an_old_version_is_refused_and_the_newer_one_stays(shop):
    saved = product()
    opened = Product.objects.get(pk=saved.pk).version
    first = save_product(draft(key=saved.key, title="甲", version=opened))
    assert first.version == opened + 1
    with pytest.raises(ShopError) as refusal:
        save_product(draft(key=saved.key, title="乙", version=opened))
    assert (refusal.value.code, refusal.value.status) == ("product_changed", 409)
    assert Product.objects.get(pk=saved.pk).title == "甲"
    assert save_product(draft(key=saved.key, title="甲", version=first.version)).version == first.version
    set_shelf(saved, on_shelf=False)
    with pytest.raises(ShopError):
        save_product(draft(key=saved.key, title="丙", version=first.version))


def due_of(saved):
    return Due.objects.filter(kind="catalog.shelf", ref=saved.key)


def shelf(saved):
    saved.refresh_from_db()
    return saved.is_on_shelf, saved.on_shelf_at, saved.off_shelf_at


def later(**span):
    return timezone.now() + timedelta(**span)


def test_a_product_goes_on_and_off_the_shelf_at_its_times(shop):
    start, end = later(hours=1), later(hours=2)
    saved = product(is_on_shelf=False, schedule=ScheduleDraft(start, end))
    assert abs((due_of(saved).get().run_at - start).total_seconds()) < 1
    assert run_schedule(saved.key).seconds > 3500
    assert shelf(saved) == (False, start, end)
    Product.objects.filter(pk=saved.pk).update(on_shelf_at=later(seconds=-1))
    assert 7100 < run_schedule(saved.key).seconds <= 7200
    assert shelf(saved) == (True, None, end)
    events = OutboxEvent.objects.filter(topic="product.changed", ref=saved.key).count()
    run_schedule(saved.key)
    assert OutboxEvent.objects.filter(topic="product.changed", ref=saved.key).count() == events
    Product.objects.filter(pk=saved.pk).update(off_shelf_at=later(seconds=-1))
    assert run_schedule(saved.key) is None
    assert shelf(saved) == (False, None, None)
    assert [entry.after for entry in AuditEntry.objects.filter(action="shelf.schedule").order_by("pk")] == [
        {"is_on_shelf": True},
        {"is_on_shelf": False},
    ]


def test_a_poller_that_comes_after_both_times_leaves_it_off(shop):
    saved = product(is_on_shelf=False, schedule=ScheduleDraft(later(hours=-2), later(hours=-1)))
    assert run_schedule(saved.key) is None
    assert shelf(saved) == (False, None, None)


def test_another_time_moves_the_work_and_a_hand_on_the_shelf_ends_it(shop):
    saved = product(is_on_shelf=False, schedule=ScheduleDraft(later(hours=1)))
    moved = later(days=3)
    save_product(draft(key=saved.key, is_on_shelf=False, schedule=ScheduleDraft(moved)))
    assert abs((due_of(saved).get().run_at - moved).total_seconds()) < 1
    saved.refresh_from_db()
    set_shelf(saved, on_shelf=True)
    assert shelf(saved) == (True, None, None)
    assert not due_of(saved).exists()
    end = later(days=1)
    save_product(draft(key=saved.key, schedule=ScheduleDraft(None, end)))
    assert shelf(saved) == (True, None, end)
    archive_product(saved)
    assert not due_of(saved).exists()
    assert shelf(saved) == (False, None, None)


def test_the_recycle_bin_gives_back_and_deletes_what_was_never_ordered(shop):
    saved = product(tags=("新",))
    stored = SKU.objects.get(product=saved)
    set_on_hand({stored.pk: 5}, kind="IMPORT", ref="t", actor="t")
    with pytest.raises(ShopError) as refusal:
        delete_product(saved)
    assert refusal.value.code == "product_not_archived"
    archive_product(saved)
    restore_product(saved)
    saved.refresh_from_db()
    assert (saved.archived_at, saved.is_on_shelf) == (None, False)
    archive_product(saved)
    delete_product(saved)
    left = (Product, SKU, StockItem, StockMove, ProductTag)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0, 0]
    assert broken() == {}


def test_an_ordered_product_stays_in_the_bin(shop):
    order = make_order()
    saved = order.lines.get().sku.product
    archive_product(saved)
    with pytest.raises(ShopError) as refusal:
        delete_product(saved)
    assert (refusal.value.code, refusal.value.status) == ("product_in_use", 409)
    assert Product.objects.filter(pk=saved.pk).exists()
    assert StockItem.objects.filter(sku__product=saved).get().reserved == 1
    assert broken() == {}


@pytest.mark.parametrize(
    "values",
    [
        {"least_per_order": 0},
        {"most_per_order": 1, "least_per_order": 2},
        {"is_on_shelf": True, "on_shelf_at": timezone.now()},
        {"archived_at": timezone.now(), "is_on_shelf": True},
    ],
)
def test_the_database_refuses_contradictions(shop, values):
    saved = product()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=saved.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        SKU.objects.update(member_price=10**6)


def test_another_shop_has_none_of_it(shop, other_shop):
    from tenants.context import using_shop

    saved = product(tags=("新",), is_on_shelf=False, schedule=ScheduleDraft(later(hours=-1)))
    with using_shop(other_shop):
        assert not Tag.objects.exists()
        assert run_schedule(saved.key) is None
    assert shelf(saved)[0] is False


def test_a_draft_equal_to_the_product_changes_nothing(shop):
    saved = product(tags=("新",), limits=LimitsDraft(most_per_order=3), kind="GOODS")
    before = Product.objects.values().get(pk=saved.pk)
    same = draft(key=saved.key, tags=("新",), limits=LimitsDraft(most_per_order=3), kind="GOODS")
    save_product(replace(same, version=before["version"]))
    assert Product.objects.values().get(pk=saved.pk) == before
