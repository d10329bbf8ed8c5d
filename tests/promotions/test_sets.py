"""Activities that lines name: add-on purchases and bundles, with stock of their own."""

import pytest

from shop.core.errors import ShopError
from shop.inventory import buckets
from shop.inventory.models import StockItem
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.models import Activity, Use
from shop.promotions.services import end_activity
from shop.promotions.services.activities import on_end
from tests.factories import make_sku
from tests.promotions.activities import attempt, end_now, make_activity, refund, request_of, unsound

CLOSED = [1, 2, 3, 4]


def wanted(*lines):
    return [orders.Wanted(sku.key, count, (each.tool, each.key) if each else None) for sku, count, each in lines]


def place(member, *lines, **fields):
    request = orders.OrderRequest(items=wanted(*lines), address=member.address.key, **fields)
    return orders.place_order(member, request)


def price(member, *lines):
    return orders.preview(member, orders.OrderRequest(items=wanted(*lines))).quote


def refused(member, *lines):
    with pytest.raises(ShopError) as error:
        price(member, *lines)
    return error.value.code


def stock(sku):
    return {item.bucket: (item.on_hand, item.reserved) for item in StockItem.objects.filter(sku=sku)}


@pytest.fixture
def bundle(member):
    tea, cup = make_sku(price=1_000, stock=10), make_sku(price=501, stock=10)
    activity = make_activity(
        "bundle",
        items=[(tea, {"details": {"quantity": 1}}), (cup, {"details": {"quantity": 2}})],
        rule={"price": 1_600, "units_per_use": 3},
        excludes=CLOSED,
    )
    return activity, tea, cup


def test_a_bundle_costs_its_price_and_every_part_its_share(member, bundle):
    activity, tea, cup = bundle
    order = place(member, (tea, 2, activity), (cup, 4, activity), (tea, 1, None))
    assert [(line.amount, line.total, line.tool) for line in order.lines.all()] == [
        (2_000, 1_598, "bundle"),
        (2_004, 1_602, "bundle"),
        (1_000, 1_000, ""),
    ]
    assert order.total == 2 * 1_600 + 1_000
    assert unsound() == {}


def test_a_bundle_is_sold_whole(member, bundle):
    activity, tea, cup = bundle
    assert refused(member, (tea, 1, activity), (cup, 1, activity)) == "bundle_incomplete"
    assert refused(member, (tea, 1, activity)) == "bundle_incomplete"
    assert refused(member, (cup, 2, activity)) == "bundle_incomplete"
    other = make_sku()
    assert refused(member, (tea, 1, activity), (cup, 2, activity), (other, 1, activity)) == "activity_over"
    assert refused(member, (tea, 1, Activity(tool="bundle", key="nobody"))) == "activity_over"
    assert refused(member, (tea, 1, Activity(tool="nobody", key=activity.key))) == "activity_over"


def test_a_bundle_is_limited_by_sets_and_its_refunds_add_up(member, bundle):
    activity, tea, cup = bundle
    Activity.objects.update(most_per_member=2)
    assert refused(member, (tea, 3, activity), (cup, 6, activity)) == "limit_exceeded"
    order = place(member, (tea, 2, activity), (cup, 4, activity))
    assert Use.objects.get().units == 2
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    parts = [refund(order, {2: 3}, "a"), refund(order, {1: 1}, "b"), refund(order, {1: 1, 2: 1}, "c")]
    assert (sum(parts), order.total) == (3_200, 3_200)
    assert Use.objects.get().units == 0
    assert unsound() == {}


def test_a_bundle_whose_parts_became_cheaper_is_never_dearer_than_they(member, bundle):
    activity, tea, cup = bundle
    type(tea).objects.filter(pk=tea.pk).update(price=100)
    assert price(member, (tea, 1, activity), (cup, 2, activity)).total == 100 + 1_002


@pytest.fixture
def add_on(member):
    sock = make_sku(price=500, stock=9)
    return make_activity(
        "add_on", items=[(sock, {"price": 99})], rule={"threshold": 2_000}, scope={"all": True}, excludes=CLOSED
    ), sock


def test_an_add_on_is_cheap_beside_enough_other_goods(member, add_on):
    activity, sock = add_on
    shirt = make_sku(price=1_000)
    make_activity(items=[(shirt, {"price": 500})])  # thresholds are of normal prices
    order = place(member, (shirt, 2, None), (sock, 1, activity), (sock, 2, None))
    assert [line.total for line in order.lines.all()] == [1_000, 99, 1_000]
    with pytest.raises(ShopError) as error:
        price(member, (shirt, 1, None), (sock, 1, activity))
    assert (error.value.code, error.value.detail["missing"]) == ("threshold_not_reached", 1_000)
    assert refused(member, (sock, 5, activity)) == "threshold_not_reached"
    assert unsound() == {}


def test_an_add_on_beside_the_cart(member, add_on):
    from shop.cart.services import add_item

    activity, sock = add_on
    shirt = make_sku(price=1_000)
    add_item(member, shirt.key, 2)
    request = orders.OrderRequest(items=wanted((sock, 1, activity)), from_cart=True, address=member.address.key)
    order = orders.place_order(member, request)
    assert (order.total, member.cart_items.count()) == (2_099, 0)


def test_what_sets_and_add_ons_are_made_of_is_told(api, bundle, add_on):
    activity, tea, cup = bundle
    told = api.get(f"/api/v1/activities/{activity.key}").json()["details"]
    assert told == {"price": activity.rule["price"], "quantities": {tea.key: 1, cup.key: 2}}
    activity, _sock = add_on
    path = f"/api/v1/activities/{activity.key}"
    assert api.get(path).json()["details"] == {"threshold": 2_000, "is_all": True}
    for scope, is_all in [({}, True), ({"products": [1]}, False), ({"all": True, "without": [1]}, False)]:
        Activity.objects.filter(pk=activity.pk).update(scope=scope)
        assert api.get(path).json()["details"]["is_all"] is is_all


def with_stock(sku, units, **fields):
    return make_activity(
        "add_on", items=[(sku, {"price": 99, "units": units})], rule={"threshold": 0}, has_stock=True, **fields
    )


def test_a_part_of_which_a_set_has_more_than_are_left_is_sold_out(api, bundle):
    activity, tea, cup = bundle
    gone = {}
    for left in (2, 1):
        StockItem.objects.filter(sku=cup).update(on_hand=left)
        items = api.get(f"/api/v1/activities/{activity.key}").json()["items"]
        gone[left] = {item["sku"]: item["sold_out"] for item in items}
    assert gone == {2: {tea.key: False, cup.key: False}, 1: {tea.key: False, cup.key: True}}


def test_units_are_carved_from_the_shops_stock_and_given_back(member):
    sku = make_sku(price=500, stock=10)
    activity = with_stock(sku, 4)
    assert stock(sku) == {"": (6, 0), activity.key: (4, 0)}
    order = place(member, (sku, 3, activity))
    assert stock(sku) == {"": (6, 0), activity.key: (4, 3)}
    with pytest.raises(ShopError) as error:
        attempt(member, (sku, 2), activity=activity)
    assert error.value.code == "sold_out"
    end_now(activity)
    assert refused(member, (sku, 1, activity)) == "activity_over"
    assert on_end(activity.key) is None
    assert stock(sku) == {"": (7, 0), activity.key: (3, 3)}
    orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert stock(sku) == {"": (10, 0), activity.key: (0, 0)}
    buckets.drain(activity.key, actor="test")
    assert stock(sku) == {"": (10, 0), activity.key: (0, 0)}
    assert unsound() == {"I14": 1}  # its end was moved to before the order


def test_units_that_are_refunded_after_the_end_go_to_the_shops_stock(member):
    sku = make_sku(price=500, stock=10)
    activity = with_stock(sku, 4)
    order = place(member, (sku, 3, activity))
    orders.mark_paid(order, order.total)
    assert stock(sku) == {"": (6, 0), activity.key: (1, 0)}
    refund(order, {1: 1}, "during")
    assert stock(sku) == {"": (6, 0), activity.key: (2, 0)}
    end_activity(activity, actor="test")
    assert stock(sku) == {"": (8, 0), activity.key: (0, 0)}
    refund(order, {1: 2}, "after")
    assert stock(sku) == {"": (10, 0), activity.key: (0, 0)}
    assert unsound() == {}


def test_an_activity_wants_no_more_than_the_shop_has(member):
    sku = make_sku(stock=3)
    with pytest.raises(ShopError) as error:
        with_stock(sku, 4)
    assert (error.value.code, stock(sku)) == ("sold_out", {"": (3, 0)})
    assert not StockItem.objects.exclude(bucket="").exists()


def test_money_for_an_expired_order_takes_up_its_activity_again_while_it_has_stock(member):
    sku = make_sku(price=500, stock=10)
    activity = with_stock(sku, 2, most_per_member=2)
    first = place(member, (sku, 2, activity))
    orders.mark_cancelled(first, Order.CancelReason.EXPIRED, actor="test")
    assert Use.objects.get().units == 0
    assert orders.reopen(first, first.total)
    assert (Use.objects.get().units, stock(sku)[activity.key]) == (2, (0, 0))
    assert unsound() == {}


def test_money_for_an_expired_order_is_not_taken_when_another_order_used_the_limit(member):
    sku = make_sku(price=500, stock=10)
    activity = with_stock(sku, 4, most_per_member=2)
    first = place(member, (sku, 2, activity))
    orders.mark_cancelled(first, Order.CancelReason.EXPIRED, actor="test")
    place(member, (sku, 1, activity))
    assert not orders.reopen(first, first.total)
    assert Order.objects.get(pk=first.pk).state == Order.State.CANCELLED
    assert (Use.objects.get().units, stock(sku)[activity.key]) == (1, (4, 1))
    assert unsound() == {}


def test_an_activity_has_its_own_time_to_pay(member):
    sku = make_sku(stock=10)
    activity = with_stock(sku, 4, pay_minutes=5)
    order = place(member, (sku, 1, activity))
    order.refresh_from_db()
    assert 4.8 * 60 < (order.pay_deadline - order.created_at).total_seconds() < 5.2 * 60


def test_request_of_names_the_activity(member, add_on):
    activity, sock = add_on
    assert request_of(member, (sock, 1), activity=activity).items[0].activity == ("add_on", activity.key)
