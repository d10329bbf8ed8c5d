"""Purchase limits: what one order, and one member in all orders, may hold."""

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Product
from shop.inventory.models import StockItem
from shop.orders import services
from shop.orders.models import Order, OrderLine, PurchaseCount
from tests.conftest import body
from tests.factories import broken, make_address, make_member, make_order, make_sku
from tests.race import Meeting, together
from tests.tenants.conftest import open_shops


@pytest.fixture
def member(shop):
    found = make_member()
    found.address = make_address(found)
    return found


def limited(stock=50, **limits):
    sku = make_sku(stock=stock)
    Product.objects.filter(pk=sku.product_id).update(**limits)
    sku.product.refresh_from_db()
    return sku


def request(member, *items):
    return {"items": [{"sku": sku.key, "quantity": units} for sku, units in items], "address": member.address.key}


def order(api, member, *items, key):
    return api.post("/api/v1/orders", request(member, *items), token=member.token, key=key)


def preview(api, member, *items):
    return body(api.post("/api/v1/checkout/preview", request(member, *items), token=member.token))


def count_of(member, sku):
    return PurchaseCount.objects.filter(member=member, product=sku.product_id).values_list("units", flat=True).first()


def test_an_order_beyond_its_limit_is_refused_and_the_preview_says_why(api, member):
    sku = limited(most_per_order=2)
    problem = preview(api, member, (sku, 3))["problems"]
    answer = order(api, member, (sku, 3), key="a")
    assert (answer.status_code, body(answer)["code"]) == (409, "limit_exceeded")
    assert body(answer)["detail"] == {"skus": problem}
    assert problem == [
        {
            "sku": sku.key,
            "code": "limit_exceeded",
            "message": f"“{sku.product.title}”每单最多买 2 件",
            "limit": 2,
            "wanted": 3,
            "bought": 0,
        }
    ]
    assert not Order.objects.exists()
    assert preview(api, member, (sku, 2))["problems"] == []
    assert order(api, member, (sku, 2), key="b").status_code == 201


def test_an_order_below_the_minimum_is_refused(api, member):
    sku = limited(least_per_order=3)
    answer = order(api, member, (sku, 2), key="a")
    assert (answer.status_code, body(answer)["code"]) == (422, "below_minimum")
    assert body(answer)["detail"]["skus"][0]["limit"] == 3
    assert preview(api, member, (sku, 2))["problems"][0]["code"] == "below_minimum"
    assert not Order.objects.exists()
    assert order(api, member, (sku, 3), key="b").status_code == 201


def test_limits_hold_over_all_skus_of_a_product(api, member):
    red = limited(most_per_order=3, most_per_member=4)
    blue = red.__class__.objects.create(product=red.product, code="blue", options={"规格": "蓝"}, price=red.price)
    from shop.inventory.services import set_on_hand

    set_on_hand({blue.pk: 9}, kind="IMPORT", ref="blue", actor="test")
    answer = order(api, member, (red, 2), (blue, 2), key="a")
    assert [row["sku"] for row in body(answer)["detail"]["skus"]] == [red.key, blue.key]
    assert order(api, member, (red, 2), (blue, 1), key="b").status_code == 201
    assert count_of(member, red) == 3
    assert order(api, member, (blue, 2), key="c").status_code == 409
    assert broken() == {}


def test_the_limit_of_a_member_spans_orders_until_they_are_cancelled(api, member):
    sku = limited(most_per_member=3)
    assert order(api, member, (sku, 2), key="a").status_code == 201
    problem = preview(api, member, (sku, 2))["problems"][0]
    assert (problem["limit"], problem["bought"], problem["wanted"]) == (3, 2, 2)
    assert problem["message"] == f"“{sku.product.title}”每人限购 3 件，您还能买 1 件"
    answer = order(api, member, (sku, 2), key="b")
    assert (answer.status_code, body(answer)["detail"]["skus"]) == (409, [problem])
    assert (count_of(member, sku), StockItem.objects.get(sku=sku).reserved, Order.objects.count()) == (2, 2, 1)
    first = Order.objects.get()
    assert services.mark_cancelled(first, "EXPIRED", actor="system")
    assert not services.mark_cancelled(first, "EXPIRED", actor="system")
    assert count_of(member, sku) == 0
    assert order(api, member, (sku, 3), key="c").status_code == 201
    assert order(api, make_member_with_address(), (sku, 3), key="d").status_code == 201
    assert broken() == {}


def make_member_with_address():
    found = make_member()
    found.address = make_address(found)
    return found


def test_the_cart_says_what_a_checkout_would_be_refused_for(api, member):
    sku = limited(most_per_member=3, most_per_order=2)
    api.post("/api/v1/cart/items", {"sku": sku.key, "quantity": 2}, token=member.token)
    assert body(api.get("/api/v1/cart", token=member.token))["problems"] == []
    api.post("/api/v1/cart/items", {"sku": sku.key, "quantity": 2}, token=member.token)
    (problem,) = body(api.get("/api/v1/cart", token=member.token))["problems"]
    assert (problem["sku"], problem["code"], problem["limit"], problem["wanted"]) == (sku.key, "limit_exceeded", 2, 4)


def test_units_bought_before_there_was_a_limit_count(api, member):
    sku = make_sku(stock=20)
    assert order(api, member, (sku, 4), key="a").status_code == 201
    assert count_of(member, sku) is None
    Product.objects.filter(pk=sku.product_id).update(most_per_member=5)
    assert order(api, member, (sku, 2), key="b").status_code == 409
    assert order(api, member, (sku, 1), key="c").status_code == 201
    assert count_of(member, sku) == 5
    Product.objects.filter(pk=sku.product_id).update(most_per_member=0)
    assert order(api, member, (sku, 2), key="d").status_code == 201
    Product.objects.filter(pk=sku.product_id).update(most_per_member=7)
    assert order(api, member, (sku, 1), key="e").status_code == 409
    assert body(order(api, member, (sku, 1), key="f"))["detail"]["skus"][0]["message"].endswith("您已经买满")
    assert broken() == {}


def test_refunded_units_may_be_bought_again(shop, member):
    sku = limited(most_per_member=2)
    placed = make_order(member, (sku, 2))
    services.mark_paid(placed, placed.total)
    assert count_of(member, sku) == 2
    services.mark_refunded(placed, actor="boss", note="x")
    assert count_of(member, sku) == 0
    make_order(member, (sku, 2))
    assert broken().keys() <= {"I5", "I8"}  # no payment was made for this order


def test_late_money_does_not_pass_the_limit(shop, member):
    sku = limited(most_per_member=2)
    late = make_order(member, (sku, 2))
    services.mark_cancelled(late, "EXPIRED", actor="system")
    make_order(member, (sku, 1))
    assert services.reopen(late, late.total) is False
    assert (Order.objects.get(pk=late.pk).state, count_of(member, sku)) == ("CANCELLED", 1)
    services.mark_cancelled(Order.objects.exclude(pk=late.pk).get(), "MEMBER", actor="x")
    assert services.reopen(late, late.total) is True
    assert count_of(member, sku) == 2
    assert "I2" not in broken()


def test_products_without_a_member_limit_cost_no_statement(api, member):
    sku, free = limited(most_per_order=9, least_per_order=1), make_sku()
    with CaptureQueriesContext(connection) as captured:
        assert order(api, member, (sku, 1), (free, 1), key="a").status_code == 201
    assert not [query for query in captured if "purchasecount" in query["sql"]]
    bound = limited(most_per_member=9)
    with CaptureQueriesContext(connection) as captured:
        assert order(api, member, (bound, 1), key="b").status_code == 201
    assert len([query for query in captured if "purchasecount" in query["sql"]]) == 1


def test_the_auditor_sees_a_wrong_count(shop, member):
    make_order(member, (limited(most_per_member=5), 2))
    assert broken() == {}
    PurchaseCount.objects.update(units=3)
    assert broken() == {"I2": 1}
    PurchaseCount.objects.update(units=2)
    OrderLine.objects.update(is_counted=False)
    assert broken() == {"I2": 1}


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,):
        yield opened


def place(member, sku, units):
    request = services.OrderRequest(items=[services.Wanted(sku.key, units)], address=member.address.key)
    return services.place_order(member, request)


@pytest.mark.race
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("limit", "units", "passed"), [(5, 1, 5), (5, 2, 2), (3, 3, 1)])
def test_orders_of_one_member_do_not_pass_the_limit_together(arena, django_db_blocker, limit, units, passed):
    from tenants.context import using_shop

    with django_db_blocker.unblock(), using_shop(arena):
        from shop.core.models import ShopSettings

        ShopSettings.objects.update(most_unpaid=1000)
        sku, member = limited(most_per_member=limit), make_member_with_address()
        results = together(arena, *[lambda: place(member, sku, units)] * 12)
        assert sum(isinstance(result, Order) for result in results) == passed
        assert count_of(member, sku) == passed * units
        orders = list(Order.objects.filter(member=member))
        together(arena, *[lambda one=one: services.mark_cancelled(one, "MEMBER", actor="x") for one in orders * 3])
        assert count_of(member, sku) == 0
        assert broken() == {}


@pytest.mark.race
@pytest.mark.timeout(120)
def test_control_counting_orders_before_writing_passes_the_limit(arena, django_db_blocker):
    from tenants.context import using_shop

    def naive(member, sku, written, looked):
        stored = OrderLine.objects.filter(order__member=member, sku=sku).aggregate(units=Sum("quantity"))["units"] or 0
        if stored + 1 <= 5:
            looked.wait()
            written.append(place(member, sku, 1))

    with django_db_blocker.unblock(), using_shop(arena):
        for _run in range(3):
            given = make_member_with_address(), make_sku(stock=50), [], Meeting(6)
            together(arena, *[lambda given=given: naive(*given)] * 12)
            assert len(given[2]) > 5
