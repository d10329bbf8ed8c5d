"""Virtual goods under threads; each control shows that the same harness catches the obvious wrong way."""

import threading

import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.models import Brand, Product
from shop.catalog.services import save_product
from shop.core.models import ShopSettings
from shop.inventory.models import StockItem
from shop.inventory.services import set_on_hand
from shop.orders import services as orders
from shop.orders.models import Order
from shop.virtual import services as virtual
from shop.virtual.models import CardSecret, Redemption, ServiceCode
from tenants.context import using_shop
from tests.factories import broken, make_member, make_order, make_sku
from tests.race import Meeting, refused, together, until, waiting
from tests.shop.selling import add_secrets, hear_paid, make_card, make_service, paid
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,), using_shop(opened), django_db_blocker.unblock():
        ShopSettings.objects.update(most_unpaid=1000)
        yield opened


@pytest.fixture(autouse=True)
def database(arena, django_db_blocker):
    with django_db_blocker.unblock(), using_shop(arena):
        yield


def buy(member, sku):
    order = orders.place_order(member, orders.OrderRequest(items=[orders.Wanted(sku.key, 1)]))
    orders.mark_paid(order, order.total)
    hear_paid(order)
    return order


def sold(sku):
    return list(CardSecret.objects.filter(sku=sku, state="SOLD").values_list("order_line", flat=True))


def test_fifty_payers_for_thirty_secrets_get_thirty(arena):
    sku, members = make_card(stock=30), [make_member() for _ in range(50)]
    results = together(arena, *[lambda member=member: buy(member, sku) for member in members])
    assert 50 - refused(results) == 30
    for order in Order.objects.filter(lines__sku=sku, state="TO_SHIP"):  # passed over while another delivery held locks
        hear_paid(order)
    lines = sold(sku)
    assert (len(lines), len(set(lines))) == (30, 30)
    assert StockItem.objects.get(sku=sku).on_hand == 0
    assert not CardSecret.objects.filter(sku=sku, state="FREE").exists()
    assert broken().keys() <= {"I5"}


def test_one_order_delivered_by_twelve_workers_is_delivered_once(arena):
    sku = make_card(stock=40)
    for _round in range(3):
        order = paid((sku, 3))
        together(arena, *[lambda order=order: hear_paid(order)] * 12)
        assert CardSecret.objects.filter(order_line__order=order).count() == 3
    assert broken().keys() <= {"I5"}


def test_control_giving_out_after_a_look_sells_a_secret_twice(arena):
    def naive(line, looked):
        free = CardSecret.objects.filter(sku_id=line.sku_id, state="FREE").order_by("pk").first()
        if free:
            looked.wait()
            CardSecret.objects.filter(pk=free.pk).update(state="SOLD", order_line=line, sold_at=Now())
            return free.pk
        return None

    for _run in range(3):
        sku = make_card(stock=12)
        lines, looked = [paid((sku, 1)).lines.get() for _ in range(12)], Meeting()
        given = together(arena, *[lambda line=line, looked=looked: naive(line, looked) for line in lines])
        assert len(set(given)) < 12
        CardSecret.objects.filter(sku=sku).update(state="FREE", order_line=None, sold_at=None)
        for line in lines:
            hear_paid(line.order)


def test_importing_while_orders_are_delivered_keeps_the_stock_right(arena):
    sku = make_card(stock=12)  # enough for all, however late the import is
    orders_paid, members = [paid((sku, 1)) for _ in range(8)], [make_member() for _ in range(4)]
    together(
        arena,
        *[lambda order=order: hear_paid(order) for order in orders_paid],
        *[lambda: add_secrets(sku, 3)] * 4,
        *[lambda member=member: buy(member, sku) for member in members],
    )
    for order in Order.objects.filter(lines__sku=sku, state="TO_SHIP"):
        hear_paid(order)
    assert len(sold(sku)) == 12
    assert StockItem.objects.get(sku=sku).on_hand == 12
    assert broken().keys() <= {"I5"}


def test_the_same_secrets_imported_at_once_are_stored_once(arena):
    sku = make_card(stock=0)
    texts = [f"SAME-{number}" for number in range(20)]
    results = together(
        arena,
        *[lambda number=number: virtual.import_secrets(sku, texts, ref=f"b{number}", actor="x") for number in range(8)],
    )
    assert 8 - refused(results) == 1
    assert CardSecret.objects.filter(sku=sku).count() == 20
    assert StockItem.objects.get(sku=sku).on_hand == 20
    assert broken().keys() <= {"I5"}


def service(units):
    order = paid((make_service(), units))
    hear_paid(order)
    return ServiceCode.objects.shown().get(order_line__order=order)


@pytest.mark.parametrize(("units", "each", "times", "passed"), [(1, 1, 12, 1), (5, 2, 12, 2), (6, 1, 12, 6)])
def test_a_code_is_never_used_more_often_than_it_was_bought(arena, units, each, times, passed):
    code = service(units)
    results = together(
        arena,
        *[lambda n=n: virtual.redeem(code, each, ref=f"{code.pk}-{n}", actor="x") for n in range(times)],
    )
    assert results.count(True) == passed
    code.refresh_from_db()
    assert code.used == passed * each == sum(Redemption.objects.filter(code=code).values_list("units", flat=True))
    order = Order.objects.get(lines__service_code=code)
    assert order.state == ("COMPLETED" if code.left == 0 else "SHIPPED")
    assert broken().keys() <= {"I5"}


def test_control_using_after_a_look_uses_too_much(arena):
    def naive(code, used, looked):
        found = ServiceCode.objects.get(pk=code.pk)
        if found.left >= 1:
            looked.wait()
            used.append(1)
            ServiceCode.objects.filter(pk=code.pk, used__lt=F("units")).update(used=F("used") + 1)

    for _run in range(3):
        code, used, looked = service(2), [], Meeting(3)
        together(arena, *[lambda code=code, used=used, looked=looked: naive(code, used, looked)] * 12)
        assert len(used) > 2
        ServiceCode.objects.filter(pk=code.pk).update(used=0)


def test_a_form_sent_twice_uses_once(arena):
    code = service(9)
    results = together(arena, *[lambda: virtual.redeem(code, 2, ref=f"form-{code.pk}", actor="x")] * 8)
    assert (results.count(True), results.count(False)) == (1, 7)
    code.refresh_from_db()
    assert code.used == 2


def test_the_last_units_of_two_services_used_at_once_complete_the_order(arena):
    for _round in range(5):
        order = paid((make_service(), 1), (make_service(), 1))
        hear_paid(order)
        codes = list(ServiceCode.objects.shown().filter(order_line__order=order))
        results = together(
            arena, *[lambda code=code: virtual.redeem(code, 1, ref=f"two-{code.pk}", actor="x") for code in codes]
        )
        assert results == [True, True]
        assert Order.objects.get(pk=order.pk).state == "COMPLETED"
    assert broken().keys() <= {"I5"}


def draft_of(sku, **changes):
    product = sku.product
    own = SKUDraft(key=sku.key, code=sku.code, price=sku.price, options=sku.options)
    values = {"code": product.code, "title": product.title, "category": product.category_id, "skus": (own,)}
    return ProductDraft(key=product.key, **values, **changes)


def changing_kind(arena, sku, kind, meanwhile):
    """Save another kind, and do `meanwhile` while that has looked but not written: it waits for its brand."""
    name, held, looked, done = f"{sku.code} 牌", threading.Event(), threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Brand.objects.create(name=name)
            held.set()
            until(lambda: waiting() == 1)
            looked.set()
            until(lambda: done.is_set() or waiting() == 2)

    def save():
        assert held.wait(20)
        return save_product(draft_of(sku, kind=kind, brand=name)).kind

    def act():
        assert looked.wait(20)
        try:
            return meanwhile()
        finally:
            done.set()

    return together(arena, hold, save, act)[1:]


def test_stock_that_comes_while_goods_become_cards_is_refused(arena):
    sku = make_sku(stock=0)

    def restock_and_sell():
        set_on_hand({sku.pk: 5}, kind="ADJUST", ref="race", actor="test")
        return make_order(make_member(), (sku, 1))

    kind, refusal = changing_kind(arena, sku, "CARD", restock_and_sell)
    assert (kind, refusal.code) == ("CARD", "stock_of_cards")
    assert (StockItem.objects.get(sku=sku).on_hand, sku.order_lines.count()) == (0, 0)
    assert "I1" not in broken()


def test_secrets_that_come_while_cards_become_goods_are_refused(arena):
    sku = make_card(stock=0)
    kind, refusal = changing_kind(arena, sku, "GOODS", lambda: add_secrets(sku, 3))
    assert (kind, refusal.code) == ("GOODS", "not_a_card")
    assert (StockItem.objects.get(sku=sku).on_hand, CardSecret.objects.filter(sku=sku).count()) == (0, 0)


def test_a_kind_is_not_changed_once_stock_has_come(arena):
    sku = make_sku(stock=0)
    held, wants = threading.Event(), threading.Event()

    def restock():
        with transaction.atomic():
            set_on_hand({sku.pk: 5}, kind="ADJUST", ref="race", actor="test")
            held.set()
            until(lambda: wants.is_set() and waiting() == 1)

    def save():
        assert held.wait(20)
        wants.set()
        return save_product(draft_of(sku, kind="CARD"))

    _done, refusal = together(arena, restock, save)
    assert (refusal.code, Product.objects.get(pk=sku.product_id).kind) == ("product_invalid", "GOODS")
    assert (StockItem.objects.get(sku=sku).on_hand, "I1" in broken()) == (5, False)


def test_control_looking_for_stock_before_changing_the_kind_lets_both_through(arena):
    sku, looked = make_sku(stock=0), Meeting()

    def naive_kind():
        if not StockItem.objects.filter(sku=sku, on_hand__gt=0).exists():
            looked.wait()
            Product.objects.filter(pk=sku.product_id).update(kind="CARD")

    def naive_stock():
        if Product.objects.get(pk=sku.product_id).kind != "CARD":
            looked.wait()
            StockItem.objects.filter(sku=sku).update(on_hand=5)

    together(arena, naive_kind, naive_stock)
    assert "I1" in broken()
    StockItem.objects.filter(sku=sku).update(on_hand=0)
