"""The pages of coupons: made, published, issued, given by code, counted; refused with reasons."""

import json

import pytest
from django.utils.html import strip_tags

from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.marketing.coupons.models import Coupon, CouponCode, CouponTemplate
from shop.marketing.coupons.services import claim, delete_template, redeem_code
from shop.members.models import Level, Member
from tests.factories import make_member, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/coupons/coupontemplate/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(**fields):
    values = {
        "title": "新客券",
        "given": "CLAIM",
        "kind": "FIXED",
        "value": "10",
        "threshold": "100",
        "validity": "DAYS",
        "days_valid": "7",
        "days_after": "0",
        "total": "100",
        "most_per_member": "1",
        "holds_for": "ALL",
        "products": "[]",
        "without": "[]",
        "stacks": ["2", "3"],
    }
    return {**values, **fields}


def made(browser, **fields):
    browser.post(f"{LIST}add/", typed(**fields))
    template = CouponTemplate.objects.order_by("pk").last()
    browser.post(f"{LIST}{template.pk}/publish/")
    template.refresh_from_db()
    return template


def errors_of(answer):
    return set(answer.context["adminform"].form.errors)


def test_a_coupon_is_made_published_and_ended(browser):
    answer = browser.post(f"{LIST}add/", typed(_publish="1"))
    template = CouponTemplate.objects.get()
    assert answer["Location"] == f"{LIST}{template.pk}/publish/"
    assert (template.state, template.value, template.threshold, template.days_valid) == ("DRAFT", 1_000, 10_000, 7)
    assert (template.excludes, template.scope["all"], template.total) == ([5], True, 100)
    assert browser.get(answer["Location"]).status_code == 200
    browser.post(answer["Location"])
    assert CouponTemplate.objects.get().state == "ON"
    page = browser.get(f"{LIST}{template.pk}/change/").content.decode()
    assert "满 100 减 10" in page and "id_title" not in page
    assert browser.post(f"{LIST}{template.pk}/change/", typed(value="99")).status_code == 403
    assert CouponTemplate.objects.get().value == 1_000
    browser.post(f"{LIST}{template.pk}/end/")
    assert CouponTemplate.objects.get().state == "ENDED"
    assert browser.get(LIST).status_code == 200
    actions = list(AuditEntry.objects.filter(object_kind="coupons.coupontemplate").order_by("pk"))
    assert [entry.action for entry in actions] == ["add", "coupon.publish", "coupon.end"]


def look(browser, **fields):
    """Words of the ticket that the form shows beside itself."""
    answer = browser.post(f"{LIST}preview/", typed(**fields))
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def test_the_form_shows_what_shoppers_will_see_while_it_is_filled_in(browser):
    assert look(browser) == "¥10 新客券 满 100 减 10 领取后 7 天内 领券中心领取"
    assert look(browser, kind="PERCENT", share_bp="8.5", cap="20", threshold="0").startswith(
        "8.5 折 新客券 打 8.5 折，最多减 20"
    )
    assert look(browser, kind="FREIGHT", value="", threshold="0").startswith("免运费 新客券 免运费")
    assert look(browser, kind="FREIGHT", value="5").startswith("¥5运费 新客券 满 100 运费减 5")
    dated = look(browser, validity="DATES", valid_from="2026-12-01T00:00", valid_until="2026-12-31T23:59")
    assert "2026-12-01 00:00 – 2026-12-31 23:59" in dated
    without = json.dumps([make_sku().product.code])
    assert "满 100 减 10、限部分商品" in look(browser, without=without)
    assert "满 100 减 10、限部分商品" in look(browser, holds_for="PRODUCTS", products=without)
    assert CouponTemplate.objects.count() == 0


@pytest.mark.parametrize(
    "unfinished",
    [
        {"title": "", "value": "", "days_valid": ""},
        {"value": "x", "threshold": "", "days_valid": "many"},
        {"kind": "PERCENT", "value": "", "share_bp": ""},
        {"kind": "NONE", "given": "NONE", "validity": "NONE", "products": "{", "stacks": ["x"]},
        {"kind": "FREIGHT", "threshold": "-1", "validity": "DATES", "valid_from": "x"},
    ],
)
def test_what_is_not_filled_in_yet_is_left_out_of_what_is_shown(browser, unfinished):
    assert "None" not in look(browser, **unfinished)


def test_who_may_not_make_coupons_sees_no_draft_of_one(shop):
    service = browser_of(shop, make_staff("客服"))
    assert service.post(f"{LIST}preview/", typed()).status_code == 403
    assert browser_of(shop, owner()).get(f"{LIST}preview/").status_code == 403


def test_a_coupon_that_takes_all_of_what_it_asks_for_is_refused(browser):
    for value in ("100", "100.01", "500"):
        answer = browser.post(f"{LIST}add/", typed(value=value))
        told = ["面额要小于使用门槛；不设门槛请把门槛填成 0"]
        assert dict(answer.context["adminform"].form.errors) == {"value": told}
    assert not CouponTemplate.objects.exists()
    browser.post(f"{LIST}add/", typed(value="99.99"))
    browser.post(f"{LIST}add/", typed(value="500", threshold="0"))
    assert list(CouponTemplate.objects.order_by("pk").values_list("value", flat=True)) == [9_999, 50_000]


def test_who_publishes_a_coupon_reads_all_of_its_rule_before(browser):
    answer = browser.post(f"{LIST}add/", typed(_publish="1", days_after="2", total="0", is_stackable="on"))
    asked = browser.get(answer["Location"]).content.decode()
    for told in (
        "满 100 减 10",
        "领取后 7 天内、领取 2 天后可用",
        "全部商品",
        "每人限领",
        "不限",
        "可与其他优惠券同用",
    ):
        assert told in asked


def test_a_draft_shows_what_was_stored_and_keeps_only_what_its_kind_asks(browser):
    browser.post(f"{LIST}add/", typed(kind="PERCENT", share_bp="8.5", cap="20", value="10"))
    template = CouponTemplate.objects.get()
    assert (template.value, template.share_bp, template.cap) == (0, 1_500, 2_000)
    dates = {"validity": "DATES", "valid_from": "2030-01-01T00:00", "valid_until": "2030-02-01T00:00"}
    browser.post(f"{LIST}{template.pk}/change/", typed(kind="FREIGHT", value="", share_bp="8.5", **dates))
    template.refresh_from_db()
    assert (template.kind, template.value, template.share_bp, template.cap) == ("FREIGHT", 0, 0, None)
    assert (template.days_valid, template.valid_until.year) == (None, 2030)
    form = browser.get(f"{LIST}{template.pk}/change/").context["adminform"].form
    assert (form["validity"].value(), form["stacks"].value()) == ("DATES", [2, 3])


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"value": ""}, "value"),
        ({"kind": "PERCENT"}, "share_bp"),
        ({"kind": "PERCENT", "share_bp": "10"}, "share_bp"),
        ({"kind": "PERCENT", "share_bp": "8", "cap": "0"}, "cap"),
        ({"days_valid": ""}, "days_valid"),
        ({"validity": "DATES", "valid_from": "2030-01-01T00:00"}, "valid_until"),
        ({"validity": "DATES", "valid_from": "2030-01-02T00:00", "valid_until": "2030-01-01T00:00"}, "valid_until"),
        ({"claim_from": "2030-01-02T00:00", "claim_until": "2030-01-02T00:00"}, "claim_until"),
        ({"holds_for": "PRODUCTS"}, "products"),
        ({"title": ""}, "title"),
        ({"claim_from": "0001-01-01T00:00"}, "claim_from"),
        ({"validity": "DATES", "valid_from": "2030-01-01T00:00", "valid_until": "9999-12-31T23:59"}, "valid_until"),
    ],
)
def test_what_makes_no_coupon_is_refused_at_its_field(browser, fields, wrong):
    assert errors_of(browser.post(f"{LIST}add/", typed(**fields))) == {wrong}
    assert CouponTemplate.objects.count() == 0


def test_it_is_issued_to_members_of_a_level_once(browser):
    gold = Level.objects.create(name="金卡", threshold=1, discount_bp=0)
    member, other = make_member(), make_member()
    Member.objects.filter(pk=member.pk).update(level=gold)
    template = made(browser, given="ISSUE")
    asked = {"levels": [str(gold.pk)], "ordered": "0", "token": "t1"}
    answer = browser.post(f"{LIST}{template.pk}/issue/", asked)
    assert (answer.context["count"], Coupon.objects.count()) == (1, 0)
    for _twice in range(2):
        browser.post(f"{LIST}{template.pk}/issue/", {**asked, "issue": "1"})
    assert list(Coupon.objects.values_list("member", "source")) == [(member.pk, "ISSUE")]
    assert browser.post(f"{LIST}{template.pk}/issue/", {"token": "t2"}).context["count"] == 2
    assert other.pk != member.pk


def test_codes_are_made_downloaded_and_good(browser, member):
    template = made(browser, given="CODE")
    browser.post(f"{LIST}{template.pk}/codes/", {"count": "3", "batch": "传单"})
    assert "传单" in browser.get(f"{LIST}{template.pk}/codes/").content.decode()
    answer = browser.get(f"{LIST}{template.pk}/codes/file/", {"batch": "传单"})
    rows = answer.content.decode("utf-8-sig").split()
    assert (len(rows), CouponCode.objects.count()) == (4, 3)
    assert redeem_code(member, rows[1].split(",")[0]).template_id == template.pk
    assert browser.get(f"{LIST}{template.pk}/codes/file/", {"batch": "别的"}).status_code == 404
    assert AuditEntry.objects.get(action="coupon.download").after["batch"] == "传单"
    wrong = browser.post(f"{LIST}{template.pk}/codes/", {"count": "0", "batch": "x"})
    assert (set(wrong.context["form"].errors), CouponCode.objects.count()) == ({"count"}, 3)
    claimed = made(browser)
    assert browser.post(f"{LIST}{claimed.pk}/codes/", {"count": "3", "batch": "x"}).status_code == 403


def test_who_may_only_look_gives_nothing(shop, browser):
    template = made(browser, given="CODE")
    service = browser_of(shop, make_staff("s@example.com", "客服"))
    assert service.get(f"{LIST}{template.pk}/change/").status_code == 200
    for page in ("issue", "codes", "end"):
        assert service.post(f"{LIST}{template.pk}/{page}/", {"count": "3", "batch": "x"}).status_code == 403
    assert service.get(f"{LIST}{template.pk}/codes/file/", {"batch": ""}).status_code == 403
    assert (CouponCode.objects.count(), CouponTemplate.objects.get().state) == (0, "ON")


def test_a_coupon_is_copied_into_a_draft_of_which_nobody_has_any(browser, member):
    template = made(browser, kind="PERCENT", share_bp="8.5", cap="20", stacks=["2"])
    claim(member, template)
    answer = browser.post(f"{LIST}{template.pk}/copy/")
    copied = CouponTemplate.objects.order_by("pk").last()
    assert answer["Location"] == f"{LIST}{copied.pk}/change/"
    assert (copied.title, copied.state, copied.claimed) == ("新客券（复制）", "DRAFT", 0)
    assert copied.key != template.key
    assert {**copied.rule(), "title": template.title} == template.rule()
    assert (copied.days_valid, copied.total, copied.most_per_member) == (7, 100, 1)
    assert browser.get(f"{LIST}{template.pk}/copy/").status_code == 403
    assert CouponTemplate.objects.count() == 2


def test_only_what_nobody_ever_had_is_deleted(browser, member):
    draft, claimed, coded = made(browser), made(browser, title="领过"), made(browser, title="印过", given="CODE")
    claim(member, claimed)
    browser.post(f"{LIST}{coded.pk}/codes/", {"count": "1", "batch": "x"})
    assert browser.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 403  # it is being given
    for template in (draft, claimed, coded):
        browser.post(f"{LIST}{template.pk}/end/")
    for template in (claimed, coded):
        assert browser.post(f"{LIST}{template.pk}/delete/", {"post": "yes"}).status_code == 403
        with pytest.raises(ShopError) as error:
            delete_template(template)
        assert error.value.code == "in_use"
    browser.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"})
    browser.post(f"{LIST}add/", typed(title="草稿"))
    browser.post(f"{LIST}{CouponTemplate.objects.get(title='草稿').pk}/delete/", {"post": "yes"})
    assert list(CouponTemplate.objects.order_by("pk").values_list("title", flat=True)) == ["领过", "印过"]
    assert (Coupon.objects.count(), CouponCode.objects.count()) == (1, 1)


def test_what_is_published_meanwhile_is_not_deleted(browser):
    browser.post(f"{LIST}add/", typed())
    stale = CouponTemplate.objects.get()
    browser.post(f"{LIST}{stale.pk}/publish/")
    with pytest.raises(ShopError) as error:
        delete_template(stale)
    assert (error.value.code, CouponTemplate.objects.count()) == ("in_use", 1)
