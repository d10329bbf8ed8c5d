"""Card secrets: imported once, sold once, delivered once, seen by their buyer only."""

import logging

import pytest
from django.db import connection

from shop.core.models import IdempotencyRecord
from shop.fulfilment.models import Package
from shop.inventory.counting import Scope, start_count
from shop.inventory.levels import Why, adjust
from shop.inventory.models import StockItem
from shop.inventory.services import set_on_hand
from shop.orders import services as orders
from shop.orders.models import Order
from shop.virtual import services as virtual
from shop.virtual.models import CardSecret
from tenants.due import Again
from tenants.errors import ShopError
from tenants.models import Due, OutboxEvent
from tests.conftest import body
from tests.factories import broken, make_member, make_order, make_sku
from tests.shop.selling import add_secrets, hear_paid, make_card, paid, state

UNPAID_HERE = {"I5"}  # orders of these tests were paid without a payment


def stock(sku):
    item = StockItem.objects.get(sku=sku)
    return item.on_hand, item.reserved


def states(sku):
    found = CardSecret.objects.filter(sku=sku).values_list("state", flat=True)
    return {one: list(found).count(one) for one in sorted(set(found))}


def secrets_of(api, order, token, **extra):
    return api.get(f"/api/v1/orders/{order.number}/secrets", token=token, **extra)


def test_importing_secrets_is_the_stock(shop):
    sku = make_card(stock=3)
    assert (stock(sku), states(sku)) == ((3, 0), {"FREE": 3})
    add_secrets(sku, 2)
    assert stock(sku) == (5, 0)
    assert broken() == {}


def test_a_secret_is_imported_once_in_the_whole_shop(shop):
    sku, other = make_card(stock=0), make_card(stock=0)
    virtual.import_secrets(sku, ["AAA-111", "BBB-222"], ref="one", actor="x")
    for target, texts, lines in ((other, ["CCC-333", "BBB-222"], [2]), (sku, ["DDD-444", "EEE-555", "DDD-444"], [3])):
        with pytest.raises(ShopError) as refusal:
            virtual.import_secrets(target, texts, ref="two", actor="x")
        assert (refusal.value.code, refusal.value.detail) == ("secrets_known", {"lines": lines})
    assert (CardSecret.objects.count(), stock(sku), stock(other)) == (2, (2, 0), (0, 0))
    assert broken() == {}


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\nb", "a\u0000b", "a\u202eb"])
def test_what_is_no_secret_is_refused_by_line(shop, text):
    sku = make_card(stock=0)
    with pytest.raises(ShopError) as refusal:
        virtual.import_secrets(sku, ["good", text], ref="one", actor="x")
    assert (refusal.value.code, refusal.value.detail) == ("secrets_invalid", {"lines": [2]})
    assert not CardSecret.objects.exists()


def test_only_card_products_have_secrets_and_only_secrets_move_their_stock(shop):
    with pytest.raises(ShopError) as refusal:
        virtual.import_secrets(make_sku(), ["x"], ref="one", actor="x")
    assert refusal.value.code == "not_a_card"
    sku = make_card(stock=2)
    set_on_hand({sku.pk: 99}, kind="IMPORT", ref="import", actor="x")
    with pytest.raises(ShopError) as refusal:
        adjust({StockItem.objects.get(sku=sku).pk: 5}, Why("SURPLUS"), ref="adjust", actor="x")
    assert refusal.value.code == "stock_of_cards"
    with pytest.raises(ShopError) as refusal:
        start_count(Scope(codes=[sku.code]), note="", actor="x")
    assert refusal.value.code == "sku_unknown"
    assert stock(sku) == (2, 0)
    assert broken() == {}


def test_secrets_are_stored_sealed(shop):
    sku = make_card(stock=0)
    virtual.import_secrets(sku, ["SESAME-OPEN-7788"], ref="one", actor="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM virtual_cardsecret s")
        row = cursor.fetchone()[0]
    assert "SESAME" not in row
    assert "7788" in row
    assert CardSecret.objects.get().secret == "SESAME-OPEN-7788"


def test_a_paid_order_gets_its_cards_once_and_is_complete(api, caplog):
    caplog.set_level(logging.DEBUG)
    member, sku = make_member(), make_card(stock=5)
    answer = api.post("/api/v1/orders", {"items": [{"sku": sku.key, "quantity": 2}]}, token=member.token, key="k")
    assert answer.status_code == 201
    assert (body(answer)["fulfilment"], body(answer)["freight"]) == ("VIRTUAL", 0)
    order = Order.objects.get(number=body(answer)["number"])
    assert body(secrets_of(api, order, member.token)) == {"cards": [], "services": []}
    orders.mark_paid(order, order.total)
    assert (state(order), stock(sku), states(sku)) == ("TO_SHIP", (3, 0), {"FREE": 5})
    assert broken().keys() <= UNPAID_HERE
    for _time in range(3):
        assert hear_paid(order) is None
    assert (state(order), stock(sku), states(sku)) == ("COMPLETED", (3, 0), {"FREE": 3, "SOLD": 2})
    (row,) = body(secrets_of(api, order, member.token))["cards"]
    sold = CardSecret.objects.filter(state="SOLD").order_by("pk")
    assert row["secrets"] == [secret.secret for secret in sold]
    assert secrets_of(api, order, member.token)["Cache-Control"] == "no-store"
    package = Package.objects.get(order=order)
    assert (package.carrier, package.is_last) == ("virtual", True)
    assert broken().keys() <= UNPAID_HERE
    stored = str(list(OutboxEvent.objects.values("ids", "ref"))) + str(list(Due.objects.values("ref", "error")))
    stored += str(list(IdempotencyRecord.objects.values())) + caplog.text
    assert not [secret for secret in row["secrets"] if secret in stored]


def test_only_the_buyer_reads_the_secrets(api, other_shop):
    order = paid((make_card(), 1))
    hear_paid(order)
    assert secrets_of(api, order, None).status_code == 401
    assert secrets_of(api, order, make_member().token).status_code == 404
    assert secrets_of(api, order, order.member.token, HTTP_HOST=other_shop.host).status_code == 401


def test_other_shops_know_nothing_of_the_secrets(shops):
    from tenants.context import using_shop

    with using_shop(shops["alpha"]):
        sku = make_card(stock=0)
        virtual.import_secrets(sku, ["SHARED-1"], ref="one", actor="x")
    with using_shop(shops["beta"]):
        assert not CardSecret.objects.exists()
        virtual.import_secrets(make_card(stock=0), ["SHARED-1"], ref="one", actor="x")
        beta = CardSecret.objects.get()
    with using_shop(shops["alpha"]):
        alpha = CardSecret.objects.get()
        assert alpha.secret_digest != beta.secret_digest


def test_an_unpaid_order_takes_no_secret(shop):
    sku = make_card(stock=2)
    order = make_order(None, (sku, 2))
    hear_paid(order)
    assert (stock(sku), states(sku)) == ((2, 2), {"FREE": 2})
    orders.mark_cancelled(order, "EXPIRED", actor="system")
    hear_paid(order)
    assert (state(order), stock(sku), states(sku)) == ("CANCELLED", (2, 0), {"FREE": 2})
    assert broken() == {}


def test_more_cards_than_there_are_cannot_be_ordered(shop):
    with pytest.raises(ShopError) as refusal:
        make_order(None, (make_card(stock=2), 3))
    assert refusal.value.code == "sold_out"


def test_goods_and_cards_in_one_order_go_their_own_ways(shop):
    from shop.fulfilment.services import ship

    card, goods = make_card(), make_sku(price=500)
    order = paid((card, 1), (goods, 2))
    hear_paid(order)
    assert (state(order), states(card)["SOLD"]) == ("TO_SHIP", 1)
    assert not Package.objects.filter(order=order).exists()
    line = order.lines.get(sku=card)
    with pytest.raises(ShopError):
        ship(order, {line.pk: 1}, carrier="zto", tracking_number="ZT00000001", actor="x")
    package = ship(order, None, carrier="zto", tracking_number="ZT00000001", actor="x")
    assert package.is_last
    assert [row.order_line.sku_id for row in package.lines.all()] == [goods.pk]
    assert state(order) == "SHIPPED"
    assert broken().keys() <= UNPAID_HERE


def test_goods_sent_before_the_cards_wait_for_them(shop):
    from shop.fulfilment.services import ship

    card, goods = make_card(), make_sku(price=500)
    order = paid((card, 1), (goods, 2))
    package = ship(order, None, carrier="zto", tracking_number="ZT00000001", actor="x")
    assert (package.is_last, state(order)) == (True, "TO_SHIP")
    hear_paid(order)
    assert state(order) == "SHIPPED"
    assert Due.objects.filter(kind="fulfilment.auto_receive", ref=order.number).exists()


def test_an_order_waits_while_secrets_are_lacking_and_gets_them_on_import(shop):
    sku = make_card(stock=2)
    order = paid((sku, 2))
    CardSecret.objects.filter(pk=CardSecret.objects.first().pk).delete()
    assert isinstance(hear_paid(order), Again)
    assert (state(order), states(sku)) == ("TO_SHIP", {"FREE": 1})
    assert broken()["I1"] == 1
    add_secrets(sku, 1)
    assert Due.objects.filter(kind="virtual.deliver", ref=order.number).exists()
    assert virtual.deliver_again(order.number) is None
    assert (state(order), states(sku)) == ("COMPLETED", {"SOLD": 2})


def test_a_crash_in_the_middle_delivers_nothing_and_the_repeat_delivers_once(shop, monkeypatch):
    from shop.fulfilment import services as fulfilment

    sku = make_card(stock=5)
    order = paid((sku, 2))

    def crash(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(fulfilment, "close_virtual", crash)
        with pytest.raises(RuntimeError):
            hear_paid(order)
    assert (state(order), states(sku)) == ("TO_SHIP", {"FREE": 5})
    hear_paid(order)
    assert (state(order), states(sku)) == ("COMPLETED", {"FREE": 3, "SOLD": 2})
    assert broken().keys() <= UNPAID_HERE


def test_a_free_secret_can_be_voided_a_promised_one_not(shop):
    sku = make_card(stock=2)
    one, two = CardSecret.objects.order_by("pk")
    virtual.void_secret(one, reason="印错了", actor="boss")
    assert (stock(sku), states(sku)) == ((1, 0), {"FREE": 1, "VOID": 1})
    make_order(None, (sku, 1))
    for secret, code in ((one, "secret_not_free"), (two, "stock_below_reserved")):
        with pytest.raises(ShopError) as refusal:
            virtual.void_secret(secret, reason="x", actor="boss")
        assert refusal.value.code == code
    assert (stock(sku), states(sku)) == ((1, 1), {"FREE": 1, "VOID": 1})
    assert broken() == {}


def test_a_paid_order_can_be_refunded_until_its_cards_are_out(shop):
    sku = make_card(stock=3)
    before, after = paid((sku, 1)), paid((sku, 1))
    orders.mark_refunded(before, actor="boss", note="x")
    hear_paid(before)
    assert (state(before), stock(sku), states(sku)) == ("CANCELLED", (2, 0), {"FREE": 3})
    hear_paid(after)
    with pytest.raises(ShopError) as refusal:
        orders.mark_refunded(after, actor="boss", note="x")
    assert (refusal.value.status, refusal.value.code) == (409, "card_delivered")
    assert broken().keys() <= {"I5", "I8"}


def test_the_auditor_sees_a_secret_too_few_and_one_too_many(shop):
    sku = make_card(stock=3)
    hear_paid(paid((sku, 1)))
    assert broken().keys() <= UNPAID_HERE
    CardSecret.objects.filter(state="FREE").first().delete()
    assert broken()["I1"] == 1
    add = CardSecret.objects.get(state="FREE")
    CardSecret.objects.filter(pk=add.pk).update(
        state="SOLD", order_line=CardSecret.objects.get(state="SOLD").order_line, sold_at="2026-01-01T00:00:00Z"
    )
    assert broken()["I2"] == 1
