"""What waits for a member, in one answer, and the list of what may be reviewed."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.aftersale import services as after_sales
from shop.favourites.models import FOOTPRINT_DAYS, Footprint
from shop.favourites.services import favourites
from shop.orders.models import Order, OrderLine
from shop.reviews import services as reviews
from shop.reviews.tasks import purchase_of
from tests.conftest import body
from tests.factories import make_member, make_order, make_sku
from tests.shop.selling import paid

COUNTS = "/api/v1/me/counts"
COUNTED = ["unpaid", "to_ship", "shipped", "to_review", "after_sale", "favourites", "footprints"]
NOTHING = {**dict.fromkeys(COUNTED, 0), "points": None, "coupons": 0}


def in_state(member, state, days=0, **values):
    order = paid((make_sku(), 1), (make_sku(), 1), member=member)
    completed_at = timezone.now() - timedelta(days=days) if state == "COMPLETED" else None
    Order.objects.filter(pk=order.pk).update(state=state, completed_at=completed_at, **values)
    return Order.objects.select_related("member").get(pk=order.pk)


def review(order, *lines):
    drafts = [reviews.Draft(line.sku.key, 5, reviews.Words("好")) for line in lines]
    reviews.write_reviews(order.member, purchase_of(order), drafts)


def look(member, day):
    Footprint.objects.create(member=member, product=make_sku().product, day=day, seen_at=timezone.now())


def everything(member):
    """One of each, and the same again that does not count or is somebody else's."""
    make_order(member)
    for state in ("TO_SHIP", "SHIPPED", "CANCELLED"):
        in_state(member, state)
    in_state(member, "COMPLETED")
    favourites.add_favourite(member, make_sku().product.key)
    look(member, timezone.localdate())
    look(member, timezone.localdate() - timedelta(days=FOOTPRINT_DAYS))
    asked = in_state(member, "TO_SHIP")
    after_sales.apply(member, asked, {1: 1}, reason="UNWANTED")
    back = after_sales.apply(member, in_state(member, "TO_SHIP"), {1: 1}, reason="UNWANTED")
    after_sales.cancel(back, actor="test")


def test_what_waits_is_counted_for_its_member(api, shop):
    member, stranger = make_member(), make_member()
    everything(member)
    expected = {"unpaid": 1, "to_ship": 3, "shipped": 1, "to_review": 1, "after_sale": 1}
    assert body(api.get(COUNTS, token=member.token)) == {**NOTHING, **expected, "favourites": 1, "footprints": 1}
    assert body(api.get(COUNTS, token=stranger.token)) == NOTHING
    assert api.get(COUNTS).status_code == 401


def test_counting_takes_the_same_few_queries_however_much_there_is(api, shop):
    member = make_member()
    api.get(COUNTS, token=member.token)  # the shop itself is asked for once
    taken = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            api.get(COUNTS, token=member.token)
        asked = [query["sql"] for query in captured if "SELECT" in query["sql"]]
        taken.append([text for text in asked if "tenants_registry" not in text])  # asked anew after some seconds
        everything(member)
    assert len(taken[0]) == len(taken[1]) == 9, taken


def listed(api, member):
    answer = body(api.get("/api/v1/orders?status=TO_REVIEW", token=member.token))
    assert answer["count"] == len(answer["results"])
    assert body(api.get(COUNTS, token=member.token))["to_review"] == answer["count"]
    return [row["number"] for row in answer["results"]]


def reviewable(api, member, order):
    one = body(api.get(f"/api/v1/orders/{order.number}", token=member.token))["reviewable"]
    rows = body(api.get("/api/v1/orders", token=member.token))["results"]
    assert {row["number"]: row["reviewable"] for row in rows}[order.number] == one
    return one


def test_an_order_waits_for_reviews_until_each_line_has_one(api, shop):
    member = make_member()
    order, late, sent = (
        in_state(member, "COMPLETED"),
        in_state(member, "COMPLETED", days=30),
        in_state(member, "SHIPPED"),
    )
    one, two = order.lines.all()
    assert listed(api, member) == [order.number]
    assert [reviewable(api, member, each) for each in (order, late, sent)] == [2, 0, 0]
    review(order, one)
    assert listed(api, member) == [order.number]
    assert reviewable(api, member, order) == 1
    review(order, two)
    assert listed(api, member) == []
    assert reviewable(api, member, order) == 0
    assert {late.state, sent.state} == {"COMPLETED", "SHIPPED"}


def test_refunded_lines_are_not_waited_for_and_a_note_of_the_shop_is_no_review(api, shop):
    member = make_member()
    order = in_state(member, "COMPLETED")
    reviews.auto_review(purchase_of(order), member)
    assert listed(api, member) == [order.number]
    OrderLine.objects.filter(order=order).update(held_quantity=1, refunded_quantity=1)
    assert listed(api, member) == []


def test_a_list_asks_once_what_may_be_reviewed(api, shop):
    member, taken = make_member(), []
    for _round in range(2):
        in_state(member, "COMPLETED")
        with CaptureQueriesContext(connection) as captured:
            api.get("/api/v1/orders", token=member.token)
        taken.append([query["sql"] for query in captured if "reviews_review" in query["sql"]])
    assert [len(round_) for round_ in taken] == [2, 2]  # the settings, and the lines of all orders


def test_only_known_states_are_listed(api, shop):
    answer = api.get("/api/v1/orders?status=REVIEWED", token=make_member().token)
    assert (answer.status_code, list(body(answer)["detail"])) == (422, ["status"])
