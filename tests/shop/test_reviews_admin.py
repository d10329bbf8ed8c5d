"""Reviews in the back office: read, answered, hidden with a reason, never edited."""

import pytest

from shop.core.models import AuditEntry
from shop.reviews import services
from shop.reviews.models import Review, ReviewSettings, ReviewSummary
from tenants.context import using_shop
from tests.factories import make_member, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.test_reviews import checked, completed, draft, write

LIST, DO = "/admin/reviews/review/", "/admin/reviews/review/do/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def review(content="很暖和", score=5, sku=None):
    sku = sku or make_sku(stock=50)
    return checked(completed(make_member(), (sku, 1)), draft(sku, score, content))[0]


def text(browser, query=""):
    return browser.get(LIST + query).content.decode()


def test_a_review_is_answered_in_place_and_the_answer_is_shown(browser, api):
    one = review()
    back = f"{LIST}?tab=unread#review-{one.pk}"
    answer = browser.post(DO, {"review": one.pk, "reply": "1", "text": " 谢谢您 ", "back": back})
    assert answer["Location"] == back
    one.refresh_from_db()
    assert (one.reply, one.replied_by, one.read_at is not None) == ("谢谢您", owner().username, True)
    page = api.get(f"/api/v1/products/{one.product.key}/reviews").json()
    assert page["results"][0]["reply"] == "谢谢您"
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.object_ref, entry.after) == ("review.reply", one.key, {"reply": "谢谢您"})
    browser.post(DO, {"review": one.pk, "reply": "1", "text": ""})
    one.refresh_from_db()
    assert (one.reply, one.replied_at) == ("", None)


def test_many_are_hidden_with_one_reason_and_shown_again(browser):
    sku = make_sku(stock=50)
    both = [review("广告一", sku=sku), review("广告二", sku=sku)]
    chosen = {"review": [one.pk for one in both]}
    browser.post(DO, {**chosen, "hide": "1", "reason": " "})
    assert Review.objects.filter(state="SHOWN").count() == 2
    browser.post(DO, {**chosen, "hide": "1", "reason": "广告"})
    assert list(Review.objects.values_list("state", "state_reason")) == [("HIDDEN", "广告")] * 2
    assert ReviewSummary.objects.get(product=sku.product).shown == 0
    assert "已隐藏 · 广告" in text(browser, "?tab=hidden")
    browser.post(DO, {"review": both[0].pk, "show": "1"})
    assert ReviewSummary.objects.get(product=sku.product).shown == 1
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["review.hide"] * 2 + ["review.show"]
    assert AuditEntry.objects.order_by("pk").first().after == {"state": "HIDDEN", "state_reason": "广告"}


def test_a_review_that_waits_is_let_through(browser):
    sku = make_sku()
    [one] = checked(completed(None, (sku, 1)), draft(sku, content="加我微信 abc12345"))
    assert "像是含有联系方式" in text(browser, "?tab=waiting")
    browser.post(DO, {"review": one.pk, "show": "1"})
    one.refresh_from_db()
    assert (one.state, one.state_reason) == ("SHOWN", "")


def test_tabs_product_and_words_choose_what_is_listed(browser):
    good, _bad = review("很暖和"), review("掉毛", score=1)
    services.mark_read([good.pk])
    assert "掉毛" in text(browser, "?tab=unread")
    assert "很暖和" not in text(browser, "?tab=unread")
    assert "很暖和" not in text(browser, "?tab=bad")
    assert "掉毛" not in text(browser, f"?product={good.product_id}")
    assert "掉毛" in text(browser, "?q=掉毛")
    assert "没有符合条件的评价" in text(browser, "?q=nothing-like-it")


def test_what_a_shopper_wrote_is_shown_as_text(browser):
    review('<img src=x onerror="alert(1)">')
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in text(browser)


def test_an_empty_list_says_what_comes(browser):
    assert "买家确认收货后可以评价" in text(browser)


def test_no_post_changes_what_was_written(browser):
    one = review()
    for path in (LIST, f"{LIST}{one.pk}/change/"):
        assert browser.post(path, {"content": "假的", "score": "5"}).status_code == 403
    assert browser.post(DO, {"review": one.pk, "content": "假的"}).status_code == 403
    assert browser.post(f"{LIST}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    one.refresh_from_db()
    assert one.content == "很暖和"


def test_the_way_back_never_leaves_the_shop(browser):
    one = review()
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        assert browser.post(DO, {"review": one.pk, "read": "1", "back": back})["Location"] == LIST


def test_only_who_may_answers_and_other_shops_have_no_such_review(shop, other_shop):
    one = review()
    data = {"review": one.pk, "reply": "1", "text": "谢谢"}
    for role, status in (("仓库", 403), ("财务", 403), ("客服", 302), ("运营", 302)):
        staff = browser_of(shop, make_staff(f"{role}@example.com", role))
        assert staff.post(DO, data).status_code == status, role
    with using_shop(other_shop):
        foreign = browser_of(other_shop, owner())
        assert foreign.get(f"{LIST}{one.pk}/change/").status_code == 404
        foreign.post(DO, {"review": one.pk, "hide": "1", "reason": "x"})
        assert AuditEntry.objects.filter(action="review.hide").count() == 0
    one.refresh_from_db()
    assert one.state == "SHOWN"


def test_settings_say_that_nothing_is_sent_without_a_template(browser):
    page = "/admin/reviews/reviewsettings/1/change/"
    assert "没有填模板编号，现在不会发送邀请" in browser.get(page).content.decode()
    form = {
        "review_days": "15",
        "tags": "好看\n好用\n好看",
        "auto_review_days": "0",
        "blocked_words": "",
        "invite_template": "tmpl-1",
        "invite_product_field": "thing1",
        "invite_note_field": "",
        "invite_hours": "24",
    }
    assert browser.post(page, form | {"review_days": "0"}).status_code == 200
    assert browser.post(page, form).status_code == 302
    settings = ReviewSettings.objects.get()
    assert (settings.review_days, settings.tags, settings.invite_template) == (15, ["好看", "好用"], "tmpl-1")
    assert "已发送 0 条" in browser.get(page).content.decode()
    [entry] = AuditEntry.objects.all()
    assert entry.after["tags"] == ["好看", "好用"]


def test_a_new_review_is_unread_until_somebody_marks_it(browser):
    sku = make_sku()
    [one] = write(completed(None, (sku, 1)), draft(sku))
    assert Review.objects.unread().count() == 1
    assert browser.get(LIST).status_code == 200
    assert Review.objects.unread().count() == 1
    browser.post(DO, {"review": one.pk, "read": "1"})
    assert Review.objects.unread().count() == 0
