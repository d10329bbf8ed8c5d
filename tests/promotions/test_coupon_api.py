"""Coupons as shoppers meet them: the centre, claiming, what they have, codes."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.core.models import IdempotencyRecord
from shop.marketing.coupons.models import CodeTries, Coupon
from shop.marketing.coupons.services import end_template, generate_codes, grouped
from shop.members.models import Member
from tests.conftest import body
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import unsound
from tests.promotions.coupons import hold, let_end, make_template
from tests.shop.admin_browser import make_staff
from tests.shop.members import refused
from tests.shop.previews import enter

COUPONS = "/api/v1/coupons"
MINE = "/api/v1/me/coupons"


def centre(api, member=None):
    answer = api.get(COUPONS, token=member.token if member else None)
    assert answer.status_code == 200, answer.content
    return body(answer)


def test_visitors_see_what_can_be_claimed_now_in_shares(api, member):
    template = make_template(total=3, most_per_member=1, title="新品券")
    hold(make_member(), template)
    for fields in (
        {"given": "ISSUE"},
        {"given": "CODE"},
        {"published": False},
        {"claim_from": timezone.now() + timedelta(hours=1)},
        {"claim_until": timezone.now() - timedelta(hours=1)},
    ):
        make_template(**fields)
    end_template(make_template())
    hold(make_member(), make_template(total=1))  # gone
    expected = {
        "key": template.key,
        "title": "新品券",
        "summary": "满 100 减 10",
        "kind": "FIXED",
        "value": 1_000,
        "share_bp": 0,
        "cap": None,
        "threshold": 10_000,
        "is_stackable": False,
        "is_limited": False,
        "valid_from": None,
        "valid_until": None,
        "days_after": 0,
        "days_valid": 7,
        "claim_until": None,
        "left_percent": 67,
        "is_mine": False,
        "can_claim": True,
    }
    assert centre(api) == [expected]
    assert centre(api, member) == [expected]
    hold(member, template)
    assert centre(api, member) == [{**expected, "left_percent": 34, "is_mine": True, "can_claim": False}]
    hold(make_member(), template)
    assert centre(api) == []
    assert centre(api, member) == [{**expected, "left_percent": 0, "is_mine": True, "can_claim": False}]


def test_the_centre_needs_no_query_for_each_coupon(api, member):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            centre(api, member)
        return len(captured)

    make_template()
    queries()  # the switch to the shop is not what is counted
    few = queries()
    for _number in range(5):
        make_template(scope={"all": False, "products": [1]})
    assert queries() == few


def test_a_product_shows_the_coupons_that_are_for_it(api, member):
    cup, tea = make_sku(), make_sku()
    everywhere = make_template()
    make_template(scope={"all": False, "products": [tea.product_id]})
    of_category = make_template(scope={"all": False, "categories": [cup.product.category_id]})
    make_template(scope={"all": True, "without": [cup.product_id]})
    path = f"/api/v1/products/{cup.product.key}/coupons"
    assert [row["key"] for row in body(api.get(path))] == [of_category.key, everywhere.key]
    assert [row["is_limited"] for row in body(api.get(path, token=member.token))] == [True, False]
    assert api.get("/api/v1/products/nothing/coupons").status_code == 404


def test_a_claim_answers_with_the_coupon_and_refuses_by_name(api, member):
    template = make_template(most_per_member=1, total=2)
    path = f"{COUPONS}/{template.key}/claim"
    answer = api.post(path, token=member.token)
    row = body(answer)
    coupon = Coupon.objects.get()
    assert (answer.status_code, row["key"], row["state"], row["source"]) == (201, coupon.key, "UNUSED", "CLAIM")
    assert (row["summary"], row["order"], row["used_at"]) == ("满 100 减 10", "", None)
    assert refused(api.post(path, token=member.token), 409, "coupon_limit") == {"limit": 1}
    assert api.post(path).status_code == 401
    hold(make_member(), template)
    refused(api.post(path, token=make_member().token), 409, "coupon_gone")
    end_template(template)
    refused(api.post(path, token=make_member().token), 409, "coupon_over")
    for hidden in (make_template(published=False), make_template(given="ISSUE"), make_template(given="CODE")):
        refused(api.post(f"{COUPONS}/{hidden.key}/claim", token=member.token), 404, "not_found")
    assert Coupon.objects.count() == 2


def test_claiming_all_takes_one_of_each_that_is_missing(api, member):
    first, second = make_template(), make_template(most_per_member=3)
    gone = make_template(total=1)
    hold(make_member(), gone)
    hold(member, first)
    answer = body(api.post(f"{COUPONS}/claim-all", token=member.token))
    assert ([row["key"] for row in answer["coupons"]], set(answer)) == (
        [Coupon.objects.get(member=member, template=second).key],
        {"now", "coupons"},
    )
    assert body(api.post(f"{COUPONS}/claim-all", token=member.token))["coupons"] == []
    assert Coupon.objects.of(member).count() == 2
    assert unsound() == {}


def test_a_member_sees_his_own_by_state(api, member):
    soon, later, over = hold(member), hold(member, days_after=3), hold(member)
    hold(make_member())
    let_end(over)
    used = hold(member, value=5_000)
    sku = make_sku(price=20_000)
    wanted = {
        "items": [{"sku": sku.key, "quantity": 1}],
        "address": make_address(member).key,
        "coupons": [used.key],
    }
    number = body(api.post("/api/v1/orders", wanted, token=member.token, key="k"))["number"]

    def keys(state):
        page = body(api.get(f"{MINE}?state={state}", token=member.token))
        assert set(page) == {"now", "count", "next", "results"}
        return [row["key"] for row in page["results"]]

    assert (keys("usable"), keys("used"), keys("expired")) == ([soon.key, later.key], [used.key], [over.key])
    assert body(api.get(f"{MINE}?state=used", token=member.token))["results"][0]["order"] == number
    assert body(api.get(MINE, token=member.token))["count"] == 2
    assert body(api.get("/api/v1/me/counts", token=member.token))["coupons"] == 2
    assert api.get(f"{MINE}?state=none", token=member.token).status_code == 422
    assert api.get(MINE).status_code == 401


def test_the_checkout_tells_each_coupon(api, member):
    coupon = hold(member)
    sku = make_sku(price=9_000)
    wanted = {"items": [{"sku": sku.key, "quantity": 1}], "address": make_address(member).key}
    (row,) = body(api.post("/api/v1/checkout/preview", wanted, token=member.token))["coupons"]
    assert (row["key"], row["title"], row["is_usable"], row["message"]) == (
        coupon.key,
        "满 100 减 10",
        False,
        "还差 ¥10.00",
    )
    wanted["items"][0]["quantity"] = 2
    answer = body(api.post("/api/v1/checkout/preview", wanted, token=member.token))
    assert (answer["total"], answer["best_coupons"]) == (17_000, [coupon.key])
    assert {"tool": "coupon", "key": coupon.key, "title": "满 100 减 10", "amount": 1_000} in answer["discounts"]
    made = api.post("/api/v1/orders", {**wanted, "expected_total": 17_000}, token=member.token, key="k")
    assert (made.status_code, body(made)["total"]) == (201, 17_000)
    again = api.post("/api/v1/orders", {**wanted, "coupons": [coupon.key]}, token=member.token, key="l")
    refused(again, 409, "coupon_unusable")


def test_a_code_is_typed_in(api, member):
    (code,) = generate_codes(make_template(given="CODE"), 1, batch="a")
    path = f"{COUPONS}/redeem"
    refused(api.post(path, {"code": "AAAA"}, token=member.token), 404, "code_unknown")
    answer = api.post(path, {"code": grouped(code)}, token=member.token)
    assert (answer.status_code, body(answer)["source"]) == (201, "CODE")
    refused(api.post(path, {"code": grouped(code)}, token=make_member().token), 409, "code_used")
    for nonsense in ({}, {"code": ""}, {"code": "x" * 41}, {"code": ["a"]}):
        assert api.post(path, nonsense, token=member.token).status_code == 422
    for _number in range(9):
        refused(api.post(path, {"code": "AAAA"}, token=member.token), 404, "code_unknown")
    refused(api.post(path, {"code": "AAAA"}, token=member.token), 429, "too_many_requests")
    assert api.post(path, {"code": grouped(code)}).status_code == 401


def test_a_sandbox_member_looks_and_takes_nothing(api, shop):
    template = make_template()
    (code,) = generate_codes(make_template(given="CODE"), 1, batch="a")
    token = enter(api, shop, make_staff("a@example.com"))
    assert [row["key"] for row in body(api.get(COUPONS, token=token))] == [template.key]
    for path, sent in ((f"{template.key}/claim", {}), ("claim-all", {}), ("redeem", {"code": grouped(code)})):
        refused(api.post(f"{COUPONS}/{path}", sent, token=token), 403, "sandbox_only")
    assert body(api.get(MINE, token=token))["count"] == 0
    assert not Coupon.objects.exists()
    assert not CodeTries.objects.exists()


def test_the_same_order_sent_twice_uses_one(api, member):
    first, second = hold(member), hold(member)
    sku = make_sku(price=20_000)
    wanted = {"items": [{"sku": sku.key, "quantity": 1}], "address": make_address(member).key}
    numbers = {body(api.post("/api/v1/orders", wanted, token=member.token, key="k"))["number"] for _times in range(2)}
    states = sorted(Coupon.objects.values_list("state", flat=True))
    assert (len(numbers), states, IdempotencyRecord.objects.count()) == (1, ["UNUSED", "USED"], 1)
    assert {first.pk, second.pk} == set(Coupon.objects.values_list("pk", flat=True))
    assert Member.objects.get(pk=member.pk).unpaid_orders == 1
