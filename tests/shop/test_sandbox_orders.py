"""Trial orders: like an order to whoever looks through the preview, nothing to everybody else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from payments.models import Attempt, Payment
from payments.services.attempts import start_payment
from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.models import IdempotencyRecord
from shop.favourites.models import Footprint
from shop.inventory.models import Reservation, StockItem
from shop.members.models import Address, Member, MemberToken
from shop.orders.home import placed_today, tasks
from shop.orders.models import Order, PurchaseCount
from shop.orders.services import purge_sandbox, reprice, sandbox_code
from shop.orders.services.limits import units_bought
from shop.recommendations.models import BoughtTogether
from shop.recommendations.services import renew
from tenants.due import Again
from tenants.models import Due, OutboxEvent
from tests.factories import broken, make_address, make_member, make_order, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.members import body, refused
from tests.shop.previews import enter

ORDERS = "/api/v1/orders"


@pytest.fixture
def visitor(api, shop):
    token = enter(api, shop, make_staff("a@example.com"))
    member = Member.everything.get(is_sandbox=True)
    member.token, member.address = token, make_address(member)
    return member


def place(api, member, *items, key="k", **extra):
    sent = {"items": [{"sku": sku.key, "quantity": units} for sku, units in items], "address": member.address.key}
    return api.post(ORDERS, {**sent, **extra}, token=member.token, key=key)


def placed(api, member, *items):
    answer = place(api, member, *(items or [(make_sku(), 1)]))
    assert answer.status_code == 201, answer.content
    return Order.everything.get(number=body(answer)["number"])


def pay(api, member, order, key="p"):
    answer = api.post(f"{ORDERS}/{order.number}/pay", {}, token=member.token, key=key)
    assert answer.status_code == 200, answer.content
    return body(answer)["client"]["sandbox"]


def stock(sku):
    item = StockItem.objects.get(sku=sku)
    return item.on_hand, item.reserved


def test_a_trial_order_leaves_nothing_behind(api, visitor):
    sku = make_sku(price=1234, stock=5)
    Product.objects.filter(pk=sku.product_id).update(most_per_member=3)
    events, works = OutboxEvent.objects.count(), Due.objects.count()
    order = placed(api, visitor, (sku, 2))
    assert (order.is_sandbox, order.state, order.total, order.lines.count()) == (True, "UNPAID", 2468, 1)
    assert (stock(sku), Reservation.objects.count()) == ((5, 0), 0)
    assert (OutboxEvent.objects.count(), Due.objects.count()) == (events, works)
    assert not PurchaseCount.objects.exists()
    assert units_bought(visitor, [sku.product]) == {}
    visitor.refresh_from_db()
    assert visitor.unpaid_orders == 0
    assert broken() == {}


def test_a_trial_order_takes_no_slot_of_unpaid_orders(api, visitor):
    sku = make_sku(stock=5)
    assert [place(api, visitor, (sku, 1), key=f"k{number}").status_code for number in range(7)] == [201] * 7


def test_a_trial_order_is_refused_like_a_real_one(api, visitor):
    sku, other = make_sku(stock=2), make_sku(stock=5)
    detail = refused(place(api, visitor, (sku, 3), (other, 1)), 409, "sold_out")
    assert detail == {"skus": [{"sku": sku.key, "code": sku.code, "available": 2}]}
    Product.objects.filter(pk=other.product_id).update(most_per_order=1)
    refused(place(api, visitor, (other, 2)), 409, "limit_exceeded")
    refused(place(api, visitor, (other, 1), expected_total=1), 409, "price_changed")
    assert not Order.everything.exists()


def test_a_trial_order_empties_the_cart(api, visitor):
    sku = make_sku()
    api.post("/api/v1/cart/items", {"sku": sku.key, "quantity": 2}, token=visitor.token)
    sent = {"cart": True, "address": visitor.address.key}
    assert api.post(ORDERS, sent, token=visitor.token, key="k").status_code == 201
    assert body(api.get("/api/v1/cart", token=visitor.token))["count"] == 0
    assert Order.everything.get().lines.get().quantity == 2


def test_who_looks_sees_the_trial_order_and_nobody_else_does(api, shop, visitor):
    order, real = placed(api, visitor), make_order()
    assert [row["number"] for row in body(api.get(ORDERS, token=visitor.token))["results"]] == [order.number]
    assert body(api.get(f"{ORDERS}/{order.number}", token=visitor.token))["status"] == "UNPAID"
    refused(api.get(f"{ORDERS}/{order.number}", token=make_member().token), 404, "not_found")
    assert list(Order.objects.all()) == [real]
    assert Order.objects.counts()["UNPAID"] == 1
    page = browser_of(shop, owner()).get("/admin/orders/order/").content.decode()
    assert (real.number in page, order.number in page) == (True, False)
    assert browser_of(shop, owner()).get(f"/admin/orders/order/{order.pk}/change/").status_code in (302, 404)


def test_paying_asks_no_provider_and_makes_no_attempt(api, visitor, monkeypatch):
    order = placed(api, visitor)
    monkeypatch.setattr("payments.services.accounts.provider_of", None)
    monkeypatch.setattr("payments.services.attempts.provider_of", None)
    code = pay(api, visitor, order)
    events, works = OutboxEvent.objects.count(), Due.objects.count()
    assert api.post(f"{ORDERS}/{order.number}/sandbox-pay", {"code": code}).status_code == 204
    order.refresh_from_db()
    assert (order.state, order.paid, order.paid_at is not None) == ("TO_SHIP", order.total, True)
    assert body(api.get(f"{ORDERS}/{order.number}/pay-status", token=visitor.token)) == {
        "status": "PAID",
        "paid": order.total,
    }
    assert (Attempt.objects.exists(), Payment.objects.exists()) == (False, False)
    assert (OutboxEvent.objects.count(), Due.objects.count()) == (events, works)
    refused(api.post(f"{ORDERS}/{order.number}/sandbox-pay", {"code": code}), 409, "not_unpaid")
    assert broken() == {}


def test_paying_counts_no_sale_and_no_turnover(api, visitor):
    sku, other = make_sku(), make_sku()
    order = placed(api, visitor, (sku, 1), (other, 1))
    api.post(f"{ORDERS}/{order.number}/sandbox-pay", {"code": sandbox_code(order)})
    renew(f"{sku.product_id}:1")
    assert Product.objects.get(pk=sku.product_id).sales == 0
    assert not BoughtTogether.objects.exists()
    assert [task.count for task in tasks(owner())] == [0, 0]
    assert [figure.value for figure in placed_today(owner())] == [0]
    assert Order.objects.sales_by_day(timezone.localdate() - timedelta(days=1)) == []
    assert broken() == {}


def test_a_payment_of_a_trial_order_cannot_be_started_by_the_service_either(api, visitor, money):  # noqa: F811
    order = placed(api, visitor)
    with pytest.raises(ShopError) as refusal:
        start_payment(order, "wechat", "openid")
    assert refusal.value.code == "not_unpaid"
    assert not Attempt.objects.exists()


def test_a_code_pays_its_own_order_only_and_never_a_real_one(api, visitor):
    one, two, real = placed(api, visitor), placed_again(api, visitor), make_order()
    for number, code in (
        (two.number, sandbox_code(one)),
        (one.number, "forged"),
        (one.number, one.number),
    ):
        refused(api.post(f"{ORDERS}/{number}/sandbox-pay", {"code": code}), 422, "sandbox_code_invalid")
    refused(api.post(f"{ORDERS}/{real.number}/sandbox-pay", {"code": sandbox_code(real)}), 409, "not_unpaid")
    states = Order.everything.filter(pk__in=[one.pk, two.pk, real.pk]).values_list("state", "paid")
    assert list(states) == [("UNPAID", 0)] * 3


def placed_again(api, member):
    return Order.everything.get(number=body(place(api, member, (make_sku(), 1), key="again"))["number"])


def test_a_trial_order_past_its_deadline_is_not_paid(api, visitor):
    order = placed(api, visitor)
    Order.everything.update(pay_deadline=timezone.now())
    refused(api.post(f"{ORDERS}/{order.number}/sandbox-pay", {"code": sandbox_code(order)}), 409, "not_unpaid")
    order.refresh_from_db()
    assert order.state == "UNPAID"


def test_a_trial_order_can_be_cancelled_until_it_is_paid(api, visitor):
    order, paid = placed(api, visitor), placed_again(api, visitor)
    answer = api.post(f"{ORDERS}/{order.number}/cancel", token=visitor.token)
    assert (answer.status_code, body(answer)["status"], body(answer)["cancel_reason"]) == (200, "CANCELLED", "MEMBER")
    refused(api.post(f"{ORDERS}/{order.number}/cancel", token=visitor.token), 409, "not_unpaid")
    refused(api.post(f"{ORDERS}/{order.number}/sandbox-pay", {"code": sandbox_code(order)}), 409, "not_unpaid")
    api.post(f"{ORDERS}/{paid.number}/sandbox-pay", {"code": sandbox_code(paid)})
    refused(api.post(f"{ORDERS}/{paid.number}/cancel", token=visitor.token), 409, "not_unpaid")
    assert list(Order.everything.order_by("pk").values_list("state", flat=True)) == ["CANCELLED", "TO_SHIP"]
    assert broken() == {}


def test_the_database_lets_no_trial_order_out_of_the_preview(api, visitor):
    order = placed(api, visitor)
    for change in ({"state": "SHIPPED"}, {"state": "COMPLETED"}, {"paid": 1, "refunded": 1}):
        with pytest.raises(IntegrityError, match="order_sandbox"), transaction.atomic():
            Order.everything.filter(pk=order.pk).update(**change)


def test_staff_cannot_write_to_a_trial_order(api, visitor):
    order = placed(api, visitor)
    with pytest.raises(ShopError) as refusal:
        reprice(order, goods=1, freight=0, actor="test")
    assert refusal.value.code == "not_unpaid"
    order.refresh_from_db()
    assert order.total == 1000


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/api/v1/me"),
        ("POST", "/api/v1/account/erase"),
        ("POST", "/api/v1/auth/phone"),
        ("POST", "/api/v1/footprints"),
        ("POST", "/api/v1/favourites/x"),
        ("POST", "/api/v1/uploads/pictures"),
        ("POST", f"{ORDERS}/NUMBER/receive"),
        ("POST", "/api/v1/after-sales"),
        ("DELETE", "/api/v1/footprints"),
        ("POST", f"{ORDERS}/NUMBER/reviews"),
    ],
)
def test_what_would_count_is_refused_inside(api, visitor, method, path):
    order = placed(api, visitor)
    answer = api.call(method, path.replace("NUMBER", order.number), {}, token=visitor.token)
    assert refused(answer, 403, "sandbox_only") in (None, {}, [])
    assert not Footprint.objects.exists()
    assert Member.everything.filter(pk=visitor.pk, erased_at=None, nickname="预览顾客").exists()


def test_every_write_of_the_api_is_closed_inside_unless_it_says_so():
    from django.urls import get_resolver

    def views(patterns):
        for each in patterns:
            yield from views(each.url_patterns) if hasattr(each, "url_patterns") else [each.callback.__dict__]

    found = [view["cls"] for view in views(get_resolver("saas.urls").url_patterns) if "cls" in view]
    opened = {f"{view.__module__}.{view.__name__}" for view in found if getattr(view, "open_to_sandbox", False)}
    assert opened == {
        "payments.api.CancelView",
        "payments.api.PayView",
        "shop.cart.api.CartItemView",
        "shop.cart.api.CartItemsView",
        "shop.favourites.api.FavouriteCheckView",
        "shop.members.api.AddressView",
        "shop.members.api.AddressesView",
        "shop.members.api.LogoutView",
        "shop.members.api.ParseView",
        "shop.orders.api.OrdersView",
        "shop.orders.api.PreviewView",
    }


def test_a_shopper_places_real_orders_only(api, visitor):
    shopper = make_member()
    shopper.address = make_address(shopper)
    answer = place(api, shopper, (make_sku(), 1), is_sandbox=True)
    order = Order.everything.get(number=body(answer)["number"])
    assert (order.is_sandbox, Reservation.objects.count()) == (False, 1)
    assert "sandbox" not in answer.content.decode()


def test_the_addresses_of_the_preview_are_its_own(api, visitor):
    draft = {"name": "张三", "phone": "13800138000", "detail": "文三路 2 号"}
    draft |= {"province": "浙江省", "city": "杭州市", "district": "西湖区"}
    assert api.post("/api/v1/addresses", draft, token=visitor.token).status_code == 201
    assert Address.objects.filter(member=visitor).count() == 2
    parsed = api.post(
        "/api/v1/addresses/parse", {"text": "李四 13900139000 杭州西湖区文一路 3 号"}, token=visitor.token
    )
    assert (parsed.status_code, body(parsed)["city"]) == (200, "杭州市")


def test_a_day_later_all_of_it_is_gone(api, shop, visitor):
    order, real = placed(api, visitor), make_order()
    pay(api, visitor, order)
    assert purge_sandbox(visitor.key) == Again(7200)  # somebody still looks
    assert Order.everything.trial().count() == 1
    MemberToken.objects.filter(member=visitor).update(expires_at=timezone.now())
    assert purge_sandbox(visitor.key) is None
    assert not Member.everything.filter(is_sandbox=True).exists()
    assert list(Order.everything.all()) == [real]
    assert not IdempotencyRecord.objects.filter(owner__in=[f"order:{visitor.pk}", f"pay:{order.pk}"]).exists()
    assert Address.objects.exclude(member=real.member).count() == 0
    assert purge_sandbox(visitor.key) is None
    assert broken() == {}


def test_many_trial_orders_go_in_batches(api, visitor, monkeypatch):
    monkeypatch.setattr("shop.orders.services.sandbox.BATCH", 2)
    sku = make_sku(stock=5)
    for number in range(3):
        place(api, visitor, (sku, 1), key=f"k{number}")
    MemberToken.objects.all().delete()
    assert purge_sandbox(visitor.key) == Again(1)
    assert Order.everything.count() == 1
    assert purge_sandbox(visitor.key) is None
    assert (Order.everything.count(), Member.everything.count()) == (0, 0)


def test_the_purge_leaves_shoppers_alone(api, shop):
    order = make_order()
    assert purge_sandbox(order.member.key) is None
    assert (Order.objects.count(), Member.objects.count()) == (1, 1)


def test_the_auditor_sees_what_slips_out_and_what_stays(api, visitor):
    order = placed(api, visitor)
    Member.everything.filter(pk=visitor.pk).update(created_at=timezone.now() - timedelta(days=3))
    assert broken() == {}
    MemberToken.objects.all().delete()
    assert broken() == {"I35": 1}
    held = StockItem.objects.get(sku=order.lines.get().sku)
    Reservation.objects.create(ref=order.number, stock_item=held, quantity=1, state="RELEASED")
    assert broken() == {"I35": 2}


@pytest.mark.parametrize("change", ["order to a shopper", "order to real", "shopper's to trial", "unknown member"])
def test_the_database_keeps_trial_orders_with_their_members(api, visitor, change):
    trial, real = placed(api, visitor), make_order()
    with pytest.raises(IntegrityError, match="order_of_its_member"), transaction.atomic():
        if change == "order to a shopper":
            Order.everything.filter(pk=trial.pk).update(member=real.member)
        elif change == "order to real":
            Order.everything.filter(pk=trial.pk).update(is_sandbox=False)
        elif change == "shopper's to trial":
            Order.everything.filter(pk=real.pk).update(is_sandbox=True)
        else:
            Order.everything.filter(pk=real.pk).update(member=0)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS order_of_its_member IMMEDIATE")
    assert [Order.everything.get(pk=each.pk).is_sandbox for each in (trial, real)] == [True, False]
