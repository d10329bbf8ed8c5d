from datetime import timedelta

import pytest
from django.utils import timezone

from shop.core.auditing import violations
from shop.core.models import IdempotencyRecord, ShopSettings
from shop.inventory.models import Reservation, StockItem
from shop.orders import services
from shop.orders.models import Order, OrderEvent
from shop.pricing.models import FreightRule
from tenants.errors import ShopError
from tenants.models import Due, OutboxEvent
from tests.conftest import body
from tests.factories import broken, make_address, make_member, make_order, make_sku

ORDERS = "/api/v1/orders"


@pytest.fixture
def member(shop):
    found = make_member()
    found.address = make_address(found)
    return found


def wanted(member, *items, **extra):
    return {
        "items": [{"sku": sku.key, "quantity": quantity} for sku, quantity in items],
        "address": member.address.key,
        **extra,
    }


def order(api, member, *items, key="k", **extra):
    return api.post(ORDERS, wanted(member, *items, **extra), token=member.token, key=key)


def stock(sku):
    item = StockItem.objects.get(sku=sku)
    return item.on_hand, item.reserved


def test_an_order_holds_its_stock_and_keeps_the_price(api, member):
    one, two = make_sku(price=1234, stock=5), make_sku(price=100, stock=5)
    answer = order(api, member, (one, 2), (two, 3), remark="请轻放")
    found = body(answer)
    assert answer.status_code == 201
    assert (found["status"], found["subtotal"], found["freight"], found["total"]) == ("UNPAID", 2768, 0, 2768)
    assert [(line["sku"], line["quantity"], line["total"]) for line in found["lines"]] == [
        (one.key, 2, 2468),
        (two.key, 3, 300),
    ]
    assert found["address"]["phone"] == "13800138000"
    assert (stock(one), stock(two)) == ((5, 2), (5, 3))
    assert broken() == {}


def test_the_preview_and_the_order_have_one_price(api, member):
    FreightRule.objects.update(first_fee=800, extra_fee=200, free_over=100_00)
    sku = make_sku(price=2500, stock=50)
    for quantity, freight in ((1, 800), (3, 1200), (4, 0)):
        quote = body(api.post("/api/v1/checkout/preview", wanted(member, (sku, quantity)), token=member.token))
        assert (quote["freight"], quote["total"]) == (freight, 2500 * quantity + freight)
        placed = body(order(api, member, (sku, quantity), key=f"q{quantity}", expected_total=quote["total"]))
        assert placed["total"] == quote["total"]


def test_freight_by_weight(shop):
    from shop.pricing.freight import freight_fee
    from shop.pricing.values import Freight, Item

    rule = Freight(by_weight=True, first=1000, first_fee=1000, extra=500, extra_fee=300, free_over=None)
    fee = [freight_fee([Item(1, quantity, 100, weight=400)], 0, rule) for quantity in (1, 2, 3, 4, 5)]
    assert fee == [1000, 1000, 1300, 1600, 1600]


def test_two_lines_of_one_sku_are_one(api, member):
    sku = make_sku(stock=3)
    found = body(order(api, member, (sku, 1), (sku, 2)))
    assert [(line["sku"], line["quantity"]) for line in found["lines"]] == [(sku.key, 3)]
    assert order(api, member, (sku, 1), key="k2").status_code == 409


def test_sold_out_names_the_sku_and_what_is_left_and_changes_nothing(api, member):
    plenty, scarce = make_sku(stock=9), make_sku(stock=2)
    answer = order(api, member, (plenty, 1), (scarce, 3))
    assert answer.status_code == 409
    assert body(answer)["code"] == "sold_out"
    assert body(answer)["detail"] == {"skus": [{"sku": scarce.key, "code": scarce.code, "available": 2}]}
    assert (stock(plenty), stock(scarce)) == ((9, 0), (2, 0))
    assert not Order.objects.exists()
    member.refresh_from_db()
    assert member.unpaid_orders == 0


def test_a_changed_price_is_refused(api, member):
    sku = make_sku(price=500)
    answer = order(api, member, (sku, 1), expected_total=499)
    assert (answer.status_code, body(answer)["code"]) == (409, "price_changed")
    assert body(answer)["detail"] == {"total": 500}
    assert not Order.objects.exists()


def test_prices_from_the_client_are_not_read(api, member):
    sku = make_sku(price=500)
    request = wanted(member, (sku, 1), total=1, freight=0, discount=499, price=1)
    request["items"][0] |= {"price": 1, "unit_price": 1}
    assert body(api.post(ORDERS, request, token=member.token, key="k"))["total"] == 500


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "1e3", "１２", "2", 10**9, True, None, [], {}])
def test_a_wrong_quantity_is_refused_by_name(api, member, quantity):
    sku = make_sku()
    answer = order(api, member, (sku, quantity))
    assert answer.status_code == 422
    assert "quantity" in str(body(answer)["detail"])
    assert not Order.objects.exists()
    assert stock(sku) == (10, 0)


def test_the_same_key_gets_the_stored_answer(api, member):
    sku = make_sku(stock=5)
    first, second = order(api, member, (sku, 1)), order(api, member, (sku, 1))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert Order.objects.count() == 1
    other = order(api, member, (sku, 2))
    assert (other.status_code, body(other)["code"]) == (422, "idempotency_key_reused")


def test_a_key_is_required_and_belongs_to_its_member(api, member):
    sku = make_sku()
    answer = api.post(ORDERS, wanted(member, (sku, 1)), token=member.token)
    assert (answer.status_code, body(answer)["code"]) == (422, "idempotency_key_required")
    rival = make_member()
    rival.address = make_address(rival)
    assert order(api, member, (sku, 1)).status_code == order(api, rival, (sku, 1)).status_code == 201
    assert Order.objects.count() == 2


def test_a_refused_order_stores_no_answer(api, member):
    sku = make_sku(stock=0)
    assert order(api, member, (sku, 1)).status_code == 409
    assert not IdempotencyRecord.objects.exists()


def test_a_foreign_address_and_a_foreign_order_are_not_found(api, member):
    sku, rival = make_sku(), make_member()
    request = {**wanted(member, (sku, 1)), "address": make_address(rival).key}
    assert api.post(ORDERS, request, token=member.token, key="k").status_code == 404
    placed = make_order(rival)
    for method, path in (
        ("GET", ""),
        ("POST", "/cancel"),
        ("POST", "/pay"),
        ("GET", "/pay-status"),
        ("POST", "/receive"),
        ("GET", "/packages"),
    ):
        answer = api.call(method, f"{ORDERS}/{placed.number}{path}", {}, token=member.token, key="x")
        assert answer.status_code == 404, path
    assert Order.objects.get(pk=placed.pk).state == "UNPAID"


def test_without_a_token_or_with_a_wrong_one_401(api, member):
    for token in (None, "wrong", "ü"):
        assert api.get(ORDERS, token=token).status_code == 401


def test_a_token_of_one_shop_is_worthless_in_another(api, member, other_shop):
    answer = api.get(ORDERS, token=member.token, HTTP_HOST=other_shop.host)
    assert answer.status_code == 401


def test_the_cap_of_unpaid_orders(api, member):
    ShopSettings.objects.update(most_unpaid=2)
    sku = make_sku(stock=9)
    codes = [order(api, member, (sku, 1), key=f"k{n}").status_code for n in range(3)]
    assert codes == [201, 201, 409]
    assert stock(sku) == (9, 2)
    assert broken() == {}


def test_off_shelf_archived_and_unknown_skus_are_refused(api, member):
    hidden = make_sku()
    hidden.product.is_on_shelf = False
    hidden.product.save()
    answer = order(api, member, (hidden, 1))
    assert (answer.status_code, body(answer)["code"]) == (409, "sku_unavailable")
    assert body(answer)["detail"] == {"skus": [hidden.key]}


def test_orders_are_paged_and_filtered(api, member):
    for _ in range(3):
        make_order(member, (make_sku(), 1))
    page = body(api.get(f"{ORDERS}?page_size=2", token=member.token))
    assert (page["count"], len(page["results"])) == (3, 2)
    assert body(api.get(f"{ORDERS}?status=SHIPPED", token=member.token))["count"] == 0
    assert api.get(f"{ORDERS}?status=NONE", token=member.token).status_code == 422
    make_order()
    assert body(api.get(ORDERS, token=member.token))["count"] == 3


def test_placing_writes_its_expiry_and_event_with_it(shop):
    placed = make_order()
    row = Due.objects.get(kind="orders.expire", ref=placed.number)
    assert timedelta(minutes=29) < row.run_at - timezone.now() < timedelta(minutes=31)
    assert OutboxEvent.objects.filter(topic="order.placed", ref=placed.number).count() == 1


def test_paying_takes_the_stock_and_ends_the_expiry(shop):
    sku = make_sku(stock=5)
    placed = make_order(None, (sku, 2))
    assert services.mark_paid(placed, placed.total) is services.Outcome.PAID
    assert stock(sku) == (3, 0)
    assert not Due.objects.filter(kind="orders.expire", ref=placed.number).exists()
    assert services.mark_paid(placed, placed.total) is services.Outcome.ALREADY
    assert stock(sku) == (3, 0)


def test_an_amount_that_is_not_the_total_does_not_pay(shop):
    placed = make_order()
    assert services.mark_paid(placed, placed.total - 1) is services.Outcome.LATE
    assert Order.objects.get(pk=placed.pk).state == "UNPAID"


def test_cancelling_frees_the_stock_once(shop):
    sku = make_sku(stock=5)
    placed = make_order(None, (sku, 2))
    assert services.mark_cancelled(placed, "MEMBER", actor="x") is True
    assert services.mark_cancelled(placed, "MEMBER", actor="x") is False
    assert stock(sku) == (5, 0)
    assert broken() == {}


def test_late_money_reopens_an_expired_order_while_stock_lasts(shop):
    sku = make_sku(stock=2)
    placed, rival = make_order(None, (sku, 2)), make_member()
    services.mark_cancelled(placed, "EXPIRED", actor="system")
    assert services.reopen(placed, placed.total) is True
    assert Order.objects.get(pk=placed.pk).state == "TO_SHIP"
    assert stock(sku) == (0, 0)
    sku = make_sku(stock=2)
    late = make_order(None, (sku, 2))
    services.mark_cancelled(late, "EXPIRED", actor="system")
    make_order(rival, (sku, 1))
    assert services.reopen(late, late.total) is False
    assert Order.objects.get(pk=late.pk).state == "CANCELLED"
    assert stock(sku) == (2, 1)


def test_an_order_the_member_cancelled_is_not_reopened(shop):
    placed = make_order()
    services.mark_cancelled(placed, "MEMBER", actor="x")
    assert services.reopen(placed, placed.total) is False


def test_an_unlisted_edge_is_an_error_and_a_stale_one_a_no(shop):
    placed = make_order()
    with pytest.raises(ValueError, match="no edge"):
        services.move(placed, "UNPAID", "COMPLETED", actor="x", action="x")
    assert services.move(placed, "SHIPPED", "COMPLETED", actor="x", action="x") is False
    assert not OrderEvent.objects.exists()


def test_repricing_shares_the_discount_to_the_fen(shop):
    one, two, three = (make_sku(price=1000, stock=9) for _ in range(3))
    placed = make_order(None, (one, 1), (two, 1), (three, 1))
    services.reprice(placed, goods=2000, freight=500, actor="boss")
    found = Order.objects.get(pk=placed.pk)
    assert (found.discount, found.freight, found.total) == (1000, 500, 2500)
    assert sorted(line.discount for line in found.lines.all()) == [333, 333, 334]
    services.reprice(placed, goods=2999, freight=0, actor="boss")
    assert Order.objects.get(pk=placed.pk).total == 2999
    assert broken() == {}
    for goods, freight in ((3001, 0), (0, 0), (-1, 5), (5, -1)):
        with pytest.raises(ShopError):
            services.reprice(placed, goods=goods, freight=freight, actor="boss")
    assert Order.objects.get(pk=placed.pk).total == 2999


def test_the_auditor_sees_a_broken_row(shop):
    sku = make_sku(stock=5)
    make_order(None, (sku, 1))
    assert broken() == {}
    StockItem.objects.filter(sku=sku).update(on_hand=6)
    assert violations()["I1"] == 1
    Reservation.objects.update(quantity=2)
    assert violations()["I1"] > 1


def test_personal_data_is_stored_sealed(shop):
    from django.db import connection

    placed = make_order()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(o)::text FROM orders_order o WHERE id = %s", [placed.pk])
        row = cursor.fetchone()[0]
    for text in ("13800138000", "王小明", "文三路"):
        assert text not in row
    assert Order.objects.get(pk=placed.pk).phone == "13800138000"
