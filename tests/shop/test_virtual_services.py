"""Services: a code after payment, used once per unit, refunded by the rule, the order complete when nothing is open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from payments.models import Refund
from payments.services.refunding import refund_order
from payments.services.settling import settle
from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.models import Product
from shop.catalog.services import save_product
from shop.fulfilment import services as fulfilment
from shop.inventory.models import StockItem
from shop.orders.models import Order, OrderLine
from shop.virtual import services as virtual
from shop.virtual.models import CardSecret, Redemption, ServiceCode
from tenants.due import Again
from tenants.errors import ShopError
from tenants.models import Due
from tests.conftest import body
from tests.factories import broken, make_member, make_order, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.selling import hear_paid, make_card, make_service, state


@pytest.fixture
def bought(money):  # noqa: F811
    """A function that orders, pays and delivers."""

    def buy(*items):
        order = make_order(make_member(), *items)
        settle(money.receipt(money.pay(order)))
        hear_paid(order)
        return order

    return buy


def code_of(order):
    return ServiceCode.objects.get(order_line__order=order)


def refusal_of(function, *args, **kwargs):
    with pytest.raises(ShopError) as refusal:
        function(*args, **kwargs)
    return refusal.value.code


def counts(code):
    code.refresh_from_db()
    return code.used, code.refunded, code.expired, code.left


def refunded(order):
    return [refund.amount for refund in Refund.objects.filter(payment__order=order).order_by("pk")]


def test_a_paid_service_gets_a_code_that_its_buyer_reads(api, bought):
    sku = make_service(valid_days=30)
    order = bought((sku, 3))
    code = code_of(order)
    assert len(code.code) == 12
    assert code.code.isdigit()
    assert timedelta(days=29, hours=23) < code.expires_at - timezone.now() <= timedelta(days=30)
    assert (state(order), OrderLine.objects.get(order=order).open_units) == ("SHIPPED", 3)
    answer = body(api.get(f"/api/v1/orders/{order.number}/secrets", token=order.member.token))
    (row,) = answer["services"]
    assert (row["code"], row["units"], row["left"], row["refund_rule"]) == (code.code, 3, 3, "UNUSED")
    hear_paid(order)
    assert ServiceCode.objects.count() == 1
    assert Due.objects.filter(kind="virtual.expire", ref=str(code.pk)).count() == 1
    assert broken() == {}


def test_units_are_used_in_parts_and_the_last_completes_the_order(bought):
    order = bought((make_service(), 3))
    code = virtual.find_code(f" {code_of(order).code[:4]}-{code_of(order).code[4:]} ")
    assert virtual.redeem(code, 1, ref="a", actor="clerk") is True
    assert virtual.redeem(code, 1, ref="a", actor="clerk") is False
    assert (counts(code), state(order)) == ((1, 0, 0, 2), "SHIPPED")
    assert refusal_of(virtual.redeem, code, 3, ref="b", actor="clerk") == "code_used_up"
    assert refusal_of(virtual.redeem, code, 0, ref="c", actor="clerk") == "units_invalid"
    assert refusal_of(fulfilment.receive, order, actor="x") == "service_open"
    assert virtual.redeem(code, 2, ref="d", actor="clerk") is True
    assert (counts(code), state(order)) == ((3, 0, 0, 0), "COMPLETED")
    assert refusal_of(virtual.redeem, code, 1, ref="e", actor="clerk") == "code_used_up"
    assert Redemption.objects.count() == 2
    assert broken() == {}


def test_an_unknown_code_is_not_found_nor_is_one_of_another_shop(shops, bought):
    from tenants.context import using_shop

    code = code_of(bought((make_service(), 1))).code
    assert refusal_of(virtual.find_code, "000000000000") == "code_unknown"
    with using_shop(shops["beta"]):
        assert refusal_of(virtual.find_code, code) == "code_unknown"


def test_an_order_with_goods_waits_for_both(bought):
    service, goods = make_service(), make_sku()
    order = bought((service, 1), (goods, 1))
    assert state(order) == "TO_SHIP"
    fulfilment.ship(order, None, carrier="zto", tracking_number="ZT00000001", actor="x")
    assert state(order) == "SHIPPED"
    assert isinstance(fulfilment.auto_receive(order.number), Again)
    virtual.redeem(code_of(order), 1, ref="a", actor="clerk")
    assert state(order) == "SHIPPED"
    assert fulfilment.auto_receive(order.number) is None
    assert state(order) == "COMPLETED"
    assert broken() == {}


def late(code):
    ServiceCode.objects.filter(pk=code.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    code.refresh_from_db()


def test_what_is_not_used_in_time_expires_and_completes_the_order(bought):
    order = bought((make_service(valid_days=1), 3))
    code = code_of(order)
    virtual.redeem(code, 1, ref="a", actor="clerk")
    early = virtual.expire(str(code.pk))
    assert isinstance(early, Again)
    assert early.seconds > 86000
    late(code)
    assert refusal_of(virtual.redeem, code, 1, ref="b", actor="clerk") == "code_expired"
    for _time in range(2):
        assert virtual.expire(str(code.pk)) is None
    assert (counts(code), state(order), refunded(order)) == ((1, 0, 2, 0), "COMPLETED", [])
    assert refusal_of(virtual.refund_service, code, 1, reason="x", actor="boss") == "code_expired"
    virtual.refund_service(code, 1, reason="老顾客", actor="boss", force=True)
    assert (counts(code), refunded(order)) == ((1, 1, 1, 0), [1000])
    assert broken() == {}


def test_a_rule_gives_the_money_of_expired_units_back_by_itself(bought):
    sku = make_service(stock=9, valid_days=1, refund_rule="ALWAYS")
    order = bought((sku, 3))
    code = code_of(order)
    virtual.redeem(code, 1, ref="a", actor="clerk")
    late(code)
    for _time in range(2):
        assert virtual.expire(str(code.pk)) is None
    assert (counts(code), state(order), refunded(order)) == ((1, 2, 0, 0), "COMPLETED", [2000])
    assert StockItem.objects.get(sku=sku).on_hand == 8
    assert broken() == {}


def test_unused_units_are_refunded_to_the_fen_and_not_twice(bought):
    sku = make_service(stock=9, price=1000)
    order = make_order(make_member(), (sku, 3))
    from shop.orders import services as orders

    orders.reprice(order, goods=1000, freight=0, actor="boss")
    order.refresh_from_db()
    orders.mark_paid(order, order.total)
    hear_paid(order)
    code = code_of(order)
    from payments.models import Account, Attempt, Payment

    attempt = Attempt.objects.create(
        order=order, account=Account.objects.get(), payer="x", amount=1000, expires_at=timezone.now(), state="PAID"
    )
    Payment.objects.create(
        attempt=attempt,
        order=order,
        account=attempt.account,
        transaction_id="t",
        amount=1000,
        purpose="ORDER",
        received_at=timezone.now(),
    )
    for _unit in range(3):
        virtual.refund_service(code, 1, reason="x", actor="boss")
    assert refunded(order) == [333, 333, 334]
    assert refusal_of(virtual.refund_service, code, 1, reason="x", actor="boss") == "code_used_up"
    assert (counts(code), state(order), StockItem.objects.get(sku=sku).on_hand) == ((0, 3, 0, 0), "COMPLETED", 9)
    assert broken() == {}


def test_a_rule_that_forbids_refunds_holds_unless_forced(bought):
    order = bought((make_service(refund_rule="NEVER"), 2))
    code = code_of(order)
    assert refusal_of(virtual.refund_service, code, 1, reason="x", actor="boss") == "service_not_refundable"
    assert (counts(code), refunded(order)) == ((0, 0, 0, 2), [])
    virtual.refund_service(code, 1, reason="停业", actor="boss", force=True)
    assert (counts(code), refunded(order), state(order)) == ((0, 1, 0, 1), [1000], "SHIPPED")
    assert broken() == {}


def test_a_delivered_card_is_refunded_only_when_forced_and_is_void_then(api, bought):
    sku = make_card(stock=4, price=999)
    order = bought((sku, 2))
    secret = CardSecret.objects.filter(state="SOLD").first()
    assert refusal_of(virtual.refund_card, secret, reason="x", actor="boss") == "card_delivered"
    assert refusal_of(refund_order, order, reason="x", actor="boss") == "card_delivered"
    assert refunded(order) == []
    virtual.refund_card(secret, reason="卡号无效", actor="boss", force=True)
    assert refusal_of(virtual.refund_card, secret, reason="x", actor="boss", force=True) == "secret_not_sold"
    secret.refresh_from_db()
    assert (secret.state, secret.void_reason, refunded(order)) == ("VOID", "卡号无效", [999])
    (row,) = body(api.get(f"/api/v1/orders/{order.number}/secrets", token=order.member.token))["cards"]
    assert len(row["secrets"]) == 1
    assert (StockItem.objects.get(sku=sku).on_hand, Order.objects.get(pk=order.pk).state) == (2, "COMPLETED")
    assert broken() == {}


def test_terms_belong_to_services_and_codes_keep_theirs(bought):
    sku = make_service(valid_days=10)
    code = code_of(bought((sku, 1)))
    virtual.save_terms(sku.product, valid_days=None, refund_rule="NEVER")
    assert (code.refund_rule, code.expires_at is None) == ("UNUSED", False)
    assert refusal_of(virtual.save_terms, make_sku().product, valid_days=1, refund_rule="NEVER") == "not_a_service"
    assert refusal_of(virtual.save_terms, sku.product, valid_days=0, refund_rule="NEVER") == "terms_invalid"


def test_the_kind_of_what_has_stock_or_orders_stays(shop):
    product = make_sku(stock=1).product
    sku = product.skus.get()
    draft = ProductDraft(
        key=product.key,
        code=product.code,
        title=product.title,
        category=product.category_id,
        kind="CARD",
        skus=(SKUDraft(key=sku.key, code=sku.code, price=sku.price, options=sku.options),),
    )
    with pytest.raises(ShopError) as refusal:
        save_product(draft)
    assert list(refusal.value.detail) == ["kind"]
    assert Product.objects.get().kind == "GOODS"
    StockItem.objects.update(on_hand=0)
    assert save_product(draft).kind == "CARD"


def test_the_auditor_sees_a_service_that_does_not_add_up(bought):
    order = bought((make_service(), 2))
    assert broken() == {}
    OrderLine.objects.filter(order=order).update(open_units=1)
    assert broken() == {"I2": 1}
    OrderLine.objects.filter(order=order).update(open_units=2)
    Redemption.objects.create(code=code_of(order), units=1, ref="x", actor="x")
    assert broken() == {"I2": 1}
