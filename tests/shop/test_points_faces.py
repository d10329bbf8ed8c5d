"""Points and levels as shoppers and staff meet them."""

import pytest

from shop.core.admin_fields import DiscountField, ShareField
from shop.core.models import AuditEntry, ShopSettings
from shop.ledgers.models import LedgerEntry
from shop.ledgers.services import Cause, post
from shop.members.models import Level, Member
from tests.conftest import body
from tests.factories import make_address, make_member, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner


@pytest.fixture
def member(shop):
    ShopSettings.objects.update(points_on=True, points_most_bp=5_000)
    found = make_member()
    found.address = make_address(found)
    post(found.pk, 300, cause=Cause.ADJUSTED, key="start", note="开业礼")
    return found


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def wanted(member, sku, **more):
    return {"items": [{"sku": sku.key, "quantity": 1}], "address": member.address.key, **more}


def test_the_preview_says_what_points_can_do(api, member):
    sku = make_sku(price=1_000)
    answer = body(api.post("/api/v1/checkout/preview", wanted(member, sku), token=member.token))
    assert answer["points"] == {"balance": 300, "most": 300, "most_worth": 300, "used": 0, "earned": 10}
    answer = body(api.post("/api/v1/checkout/preview", wanted(member, sku, points=250), token=member.token))
    assert (answer["points"]["used"], answer["points"]["earned"], answer["total"]) == (250, 7, 750)
    assert answer["discounts"] == [{"tool": "points", "key": "", "title": "积分抵扣", "amount": 250}]
    ShopSettings.objects.update(points_on=False)
    answer = body(api.post("/api/v1/checkout/preview", wanted(member, sku), token=member.token))
    assert (answer["points"], answer["discounts"]) == (None, [])


def test_an_order_spends_points_and_says_so(api, member):
    sku = make_sku(price=1_000)
    answer = api.post("/api/v1/orders", wanted(member, sku, points=250), token=member.token, key="k")
    order = body(answer)
    assert (answer.status_code, order["points_used"], order["points_earned"], order["total"]) == (201, 250, 7, 750)
    page = body(api.get("/api/v1/me/points", token=member.token))
    assert (page["balance"], page["debt"], page["count"]) == (50, 0, 2)
    first = page["results"][0]
    assert (first["amount"], first["cause"], first["order"]) == (-250, "SPENT", order["number"])
    assert page["results"][1]["note"] == "开业礼"
    assert body(api.get("/api/v1/me/counts", token=member.token))["points"] == 50


def test_points_that_are_not_there_are_refused_by_name(api, member):
    answer = api.post("/api/v1/orders", wanted(member, make_sku(), points=301), token=member.token, key="k")
    assert (answer.status_code, body(answer)["code"]) == (409, "points_insufficient")
    for nonsense in (-1, 1.5, "12", True, 10**12):
        answer = api.post("/api/v1/orders", wanted(member, make_sku(), points=nonsense), token=member.token, key="n")
        assert answer.status_code == 422, nonsense


def test_points_of_others_are_not_seen(api, member):
    page = body(api.get("/api/v1/me/points", token=make_member().token))
    assert (page["balance"], page["count"], page["results"]) == (0, 0, [])
    assert api.get("/api/v1/me/points").status_code == 401


def test_a_member_sees_the_level(api, member):
    Member.objects.filter(pk=member.pk).update(level=Level.objects.create(name="银卡", threshold=1, discount_bp=500))
    assert body(api.get("/api/v1/me", token=member.token))["level"] == {"name": "银卡", "discount_bp": 500}
    answer = body(api.post("/api/v1/checkout/preview", wanted(member, make_sku(price=999)), token=member.token))
    assert answer["discounts"] == [{"tool": "member_price", "key": "", "title": "会员价", "amount": 49}]


def test_staff_make_levels(browser):
    form = {"name": "金卡", "threshold": "500", "discount_bp": "8.8"}
    assert browser.post("/admin/members/level/add/", form).status_code == 302
    level = Level.objects.get()
    assert (level.name, level.threshold, level.discount_bp) == ("金卡", 500, 1_200)
    assert "8.8 折" in browser.get("/admin/members/level/").content.decode()
    again = browser.post("/admin/members/level/add/", {**form, "threshold": "600"})
    assert "已有同名的等级" in again.content.decode()
    member = make_member()
    Member.objects.filter(pk=member.pk).update(level=level)
    browser.post(f"/admin/members/level/{level.pk}/delete/", {"post": "yes"})
    assert Level.objects.count() == 1
    Member.objects.filter(pk=member.pk).update(level=None)
    browser.post(f"/admin/members/level/{level.pk}/delete/", {"post": "yes"})
    assert Level.objects.count() == 0


def test_staff_set_the_level_and_adjust_points(browser, member):
    level = Level.objects.create(name="银卡", threshold=1, discount_bp=500)
    page = f"/admin/members/member/{member.pk}/change/"
    form = {"level": str(level.pk), "points": "-120", "points_note": "补差价", "token": "abc"}
    for _twice in range(2):
        assert browser.post(page, form).status_code == 302
    member.refresh_from_db()
    entry = LedgerEntry.objects.latest("pk")
    assert (member.level, entry.amount, entry.note, entry.actor) == (level, -120, "补差价", owner().username)
    assert LedgerEntry.objects.count() == 2
    assert AuditEntry.objects.exists()
    answer = browser.post(page, {**form, "points": "-500", "token": "def"})
    assert "积分不足" in answer.content.decode()
    answer = browser.post(page, {**form, "points": "5", "points_note": "", "token": "ghi"})
    assert "请写明调整的原因" in answer.content.decode()
    assert LedgerEntry.objects.count() == 2
    assert "-120" in browser.get("/admin/ledgers/ledgerentry/").content.decode()


def test_who_may_only_look_changes_no_member(shop, member):
    seeing = browser_of(shop, make_staff("kf", "客服"))
    page = f"/admin/members/member/{member.pk}/change/"
    assert seeing.get(page).status_code == 200
    assert seeing.post(page, {"points": "100", "points_note": "x", "token": "a"}).status_code == 403
    assert LedgerEntry.objects.count() == 1


def test_settings_of_points_are_saved_in_percent(browser):
    page = "/admin/core/shopsettings/1/change/"
    answer = browser.get(page).content.decode()
    assert 'value="50"' in answer
    assert ShareField(min_value=0, max_value=100).clean("12.5") == 1_250
    assert DiscountField().clean("9.5") == 500
    assert [DiscountField().prepare_value(value) for value in (500, 1_250, 0)] == ["9.5", "8.75", "10"]
