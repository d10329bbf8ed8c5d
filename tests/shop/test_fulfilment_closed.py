"""What is left of an order is refunded: WeChat hears that everything was sent, or the merchant's money stays frozen."""

import pytest

from shop.aftersale import services as after_sales
from shop.fulfilment import services, wechat_shipping
from shop.fulfilment.models import Package
from shop.orders.models import Order
from tenants.models import OutboxEvent
from tests.factories import broken, make_order, make_sku
from tests.shop.selling import hear_paid, make_card
from tests.shop.test_fulfilment import record_payment

pytest_plugins = ["tests.shop.members"]


@pytest.fixture
def order(app):
    """A paid order of three and two units, of which the three have left."""
    made = make_order(None, (make_sku(stock=9), 3), (make_sku(stock=9), 2))
    record_payment(made)
    send(made, 1, 3)
    return made


def send(order, place, units, number="ZT0000000001"):
    line = order.lines.get(position=place)
    return services.ship(order, {line.pk: units}, carrier="zto", tracking_number=number, actor="clerk")


def give_back(order, units):
    asked = after_sales.apply(order.member, order, units, reason="LATE")
    after_sales.agree(asked, actor="owner")


def hear(topic="package.shipped"):
    """Let WeChat hear what happened to each parcel, as the relay does."""
    for event in OutboxEvent.objects.filter(topic=topic).order_by("pk"):
        assert getattr(wechat_shipping, f"on_{topic.replace('.', '_')}")(event) is None


def told(sim):
    rows = sim.book.entries("shipment")
    return [(row["delivery_mode"], row["is_all_delivered"], len(row["shipping_list"])) for row in rows]


def state(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def test_the_parcel_that_left_is_told_again_as_the_last(order, wechatsim):
    hear()
    give_back(order, {2: 2})
    hear("package.closed")
    assert told(wechatsim) == [(2, False, 1), (2, True, 1)]
    assert Package.objects.values_list("is_last", "upload").get() == (True, "DONE")
    assert (state(order), wechatsim.book.counted("shipped")) == ("SHIPPED", {f"4200{order.pk}": 1})
    hear("package.closed")
    assert len(told(wechatsim)) == 2
    assert broken() == {}


def test_while_something_is_left_nothing_is_the_last(order, wechatsim):
    hear()
    give_back(order, {2: 1})
    assert (state(order), Package.objects.get().is_last) == ("TO_SHIP", False)
    assert not OutboxEvent.objects.filter(topic="package.closed").exists()
    give_back(order, {2: 1})
    hear("package.closed")
    assert told(wechatsim) == [(2, False, 1), (2, True, 1)]


def test_of_several_parcels_the_latest_is_the_last(order, wechatsim):
    send(order, 2, 1, "ZT0000000002")
    hear()
    give_back(order, {2: 1})
    hear("package.closed")
    assert told(wechatsim) == [(2, False, 1), (2, False, 1), (2, True, 1)]
    assert list(Package.objects.order_by("pk").values_list("is_last", flat=True)) == [False, True]


def test_a_parcel_wechat_has_not_heard_of_yet_is_told_once_as_the_last(order, wechatsim):
    give_back(order, {2: 2})
    hear()
    hear("package.closed")
    assert told(wechatsim) == [(2, True, 1)]


def test_an_upload_on_its_way_does_not_count_for_the_last(order, wechatsim, monkeypatch):
    """The refund comes while WeChat is being told that something is left."""
    post = wechat_shipping.api_post

    def meanwhile(path, payload):
        answer = post(path, payload)
        monkeypatch.setattr(wechat_shipping, "api_post", post)
        give_back(order, {2: 2})
        return answer

    monkeypatch.setattr(wechat_shipping, "api_post", meanwhile)
    hear()
    assert Package.objects.get().upload == "WAITING"
    hear("package.closed")
    assert told(wechatsim) == [(2, False, 1), (2, True, 1)]
    assert Package.objects.get().upload == "DONE"


def test_an_order_whose_goods_were_refunded_is_told_by_what_was_given_out(app, wechatsim):
    card = make_card(stock=3)
    made = make_order(None, (card, 1), (make_sku(stock=9), 1))
    record_payment(made)
    hear_paid(made)
    assert (state(made), Package.objects.count()) == ("TO_SHIP", 0)
    give_back(made, {2: 1})
    hear()
    [row] = wechatsim.book.entries("shipment")
    assert (row["logistics_type"], row["is_all_delivered"]) == (3, True)
    assert row["shipping_list"] == [{"item_desc": f"{card.product.title}×1"}]
    assert state(made) == "SHIPPED"
    assert broken() == {}


def test_the_audit_notices_a_sent_order_without_a_last_parcel(order):
    send(order, 2, 2, "ZT0000000002")
    assert broken() == {}
    Package.objects.update(is_last=False)
    assert broken() == {"I2": 1}
    Package.objects.update(is_last=True)
    assert broken() == {"I2": 1}
