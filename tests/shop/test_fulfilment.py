import pytest

from shop.fulfilment import services, wechat_shipping
from shop.fulfilment.models import Package
from shop.members.wechat import WechatError
from shop.orders.models import Order, OrderEvent
from shop.orders.services import mark_paid
from tenants.due import Again
from tenants.errors import ShopError
from tenants.models import Due, OutboxEvent
from tests.conftest import body
from tests.factories import broken, make_member, make_order, make_sku


@pytest.fixture
def paid(shop):
    """A paid order of three and two units, with a payment behind it."""
    member = make_member()
    order = make_order(member, (make_sku(price=500, stock=9), 3), (make_sku(price=700, stock=9), 2))
    record_payment(order)
    order.refresh_from_db()
    order.token = member.token
    return order


def record_payment(order):
    from django.utils import timezone

    from payments.models import Account, Attempt, Payment

    account = Account.objects.create(provider="wechat", name="x")
    attempt = Attempt.objects.create(
        order=order, account=account, amount=order.total, payer="openid-1", state="PAID", expires_at=timezone.now()
    )
    mark_paid(order, order.total)
    return Payment.objects.create(
        attempt=attempt,
        order=order,
        account=account,
        transaction_id=f"4200{order.pk}",
        amount=order.total,
        purpose="ORDER",
        received_at=timezone.now(),
    )


def ship(order, lines=None, number="SF0000000001", carrier="sf"):
    return services.ship(order, lines, carrier=carrier, tracking_number=number, actor="clerk")


def event_of(package):
    return OutboxEvent.objects.get(topic="package.shipped", ref=package.key)


def test_shipping_everything_moves_the_order_on(paid):
    package = ship(paid)
    paid.refresh_from_db()
    assert (paid.state, package.is_last) == ("SHIPPED", True)
    assert sorted(line.quantity for line in package.lines.all()) == [2, 3]
    assert Due.objects.filter(kind="fulfilment.auto_receive", ref=paid.number).exists()
    assert OrderEvent.objects.filter(order=paid, action="shipped", actor="clerk").count() == 1
    assert broken() == {}


def test_an_order_may_leave_in_several_packages(paid):
    first, second = paid.lines.all()
    one = ship(paid, {first.pk: 2})
    paid.refresh_from_db()
    assert (paid.state, one.is_last) == ("TO_SHIP", False)
    two = ship(paid, {first.pk: 1, second.pk: 2}, number="SF0000000002")
    paid.refresh_from_db()
    assert (paid.state, two.is_last) == ("SHIPPED", True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"carrier": "pigeon"}, "carrier_unknown"),
        ({"number": "12"}, "tracking_number_invalid"),
        ({"number": "单号一二三四"}, "tracking_number_invalid"),
        ({"number": "x" * 41}, "tracking_number_invalid"),
        ({"lines": {}}, "nothing_to_ship"),
        ({"lines": {0: 1}}, "line_exceeded"),
    ],
)
def test_wrong_parcels_are_refused_and_change_nothing(paid, change, code):
    with pytest.raises(ShopError, match=code):
        ship(paid, **change)
    assert not Package.objects.exists()
    assert Order.objects.get(pk=paid.pk).state == "TO_SHIP"


def test_more_than_was_ordered_cannot_be_shipped(paid):
    line = paid.lines.first()
    for units in (4, -1, 0):
        with pytest.raises(ShopError):
            ship(paid, {line.pk: units})
    line.refresh_from_db()
    assert line.shipped_quantity == 0


def test_a_line_of_another_order_cannot_be_shipped_along(paid):
    stranger = make_order()
    with pytest.raises(ShopError, match="line_exceeded"):
        ship(paid, {stranger.lines.get().pk: 1})
    assert stranger.lines.get().shipped_quantity == 0


def test_one_tracking_number_ships_once(paid):
    line = paid.lines.first()
    ship(paid, {line.pk: 1})
    with pytest.raises(ShopError, match="package_exists"):
        ship(paid, {line.pk: 1})
    line.refresh_from_db()
    assert line.shipped_quantity == 1


def test_an_unpaid_order_is_not_shipped(shop):
    with pytest.raises(ShopError, match="not_to_ship"):
        ship(make_order())


def test_the_shopper_sees_packages_and_confirms_once(api, paid):
    package = ship(paid)
    path = f"/api/v1/orders/{paid.number}"
    (seen,) = body(api.get(f"{path}/packages", token=paid.token))
    assert (seen["key"], seen["carrier_name"], seen["tracking_number"]) == (package.key, "顺丰速运", "SF0000000001")
    assert body(api.post(f"{path}/receive", token=paid.token))["status"] == "COMPLETED"
    again = api.post(f"{path}/receive", token=paid.token)
    assert (again.status_code, body(again)["code"]) == (409, "not_shipped")
    assert not Due.objects.filter(kind="fulfilment.auto_receive").exists()


def test_nobody_confirming_completes_the_order_in_the_end(paid):
    ship(paid)
    services.auto_receive(paid.number)
    services.auto_receive(paid.number)
    assert Order.objects.get(pk=paid.pk).state == "COMPLETED"
    assert OrderEvent.objects.filter(action="received").count() == 1


@pytest.fixture
def wechat(monkeypatch):
    """What WeChat was sent; `wechat.answers` are raised one after the other."""

    class Wechat:
        def __init__(self):
            self.sent, self.answers = [], []

        def __call__(self, path, payload):
            self.sent.append(payload)
            if self.answers:
                raise self.answers.pop(0)
            return {"errcode": 0}

    fake = Wechat()
    monkeypatch.setattr(wechat_shipping, "api_post", fake)
    return fake


def upload(package):
    answer = wechat_shipping.on_package_shipped(event_of(package))
    package.refresh_from_db()
    return answer


def test_wechat_is_told_whose_parcel_it_is(paid, wechat):
    package = ship(paid)
    assert upload(package) is None
    (payload,) = wechat.sent
    assert payload["order_key"] == {"order_number_type": 2, "transaction_id": f"4200{paid.pk}"}
    assert (payload["delivery_mode"], payload["is_all_delivered"]) == (1, True)
    assert payload["payer"] == {"openid": "openid-1"}
    (parcel,) = payload["shipping_list"]
    assert (parcel["express_company"], parcel["contact"]) == ("SF", {"receiver_contact": "138****8000"})
    assert package.upload == "DONE"
    assert upload(package) is None
    assert len(wechat.sent) == 1


def test_a_payment_wechat_does_not_know_yet_is_tried_again(paid, wechat):
    package = ship(paid)
    wechat.answers = [WechatError(10060001, "not found", False)] * 2
    assert isinstance(upload(package), Again)
    assert isinstance(upload(package), Again)
    assert package.upload == "WAITING"
    assert upload(package) is None
    assert package.upload == "DONE"


def test_a_refusal_is_kept_for_the_merchant(paid, wechat):
    package = ship(paid)
    wechat.answers = [WechatError(10060003, "no chance left", False)]
    assert upload(package) is None
    assert package.upload == "REFUSED"
    assert "no chance left" in package.upload_error


def test_wechat_being_away_is_left_to_the_due_table(paid, wechat):
    package = ship(paid)
    wechat.answers = [WechatError(-1000, "away", True)]
    with pytest.raises(WechatError):
        upload(package)
    assert package.upload == "WAITING"


def test_split_parcels_say_so(paid, wechat):
    first, second = paid.lines.all()
    one, two = ship(paid, {first.pk: 3}), ship(paid, {second.pk: 2}, number="ZT0000000002", carrier="zto")
    upload(one)
    upload(two)
    assert [(sent["delivery_mode"], sent["is_all_delivered"]) for sent in wechat.sent] == [(2, False), (2, True)]
    assert "contact" not in wechat.sent[1]["shipping_list"][0]


def test_an_order_without_goods_is_told_to_wechat_as_virtual(shop, monkeypatch):
    from tests.shop.selling import hear_paid, make_card

    sku = make_card(stock=3)
    order = make_order(None, (sku, 2))
    record_payment(order)
    hear_paid(order)
    calls = []
    monkeypatch.setattr(wechat_shipping, "api_post", lambda path, body: calls.append(body))
    package = Package.objects.get(order=order)
    assert wechat_shipping.on_package_shipped(event_of(package)) is None
    (sent,) = calls
    assert (sent["logistics_type"], sent["delivery_mode"], sent["is_all_delivered"]) == (3, 1, True)
    assert sent["shipping_list"] == [{"item_desc": f"{sku.product.title}×2"}]
    from saas.embedded.wechatsim.shipping import problem

    assert problem(sent) == (0, "")
    package.refresh_from_db()
    assert package.upload == "DONE"
