"""Reviews: who may write one, once per line; the check before it is shown; what a product's reviews come to."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from shop.core.errors import ShopError
from shop.inventory.services import commit
from shop.library.models import Asset
from shop.library.services import store_picture
from shop.members.wechat import WechatError
from shop.orders.models import Order
from shop.reviews import services
from shop.reviews.invariants import INVARIANTS
from shop.reviews.models import Addition, Invitation, Review, ReviewPicture, ReviewSettings, ReviewSummary
from shop.reviews.services import deciding, inviting, writing
from shop.reviews.tasks import note_nothing_written, purchase_of, send_invitation
from tenants import due
from tenants.context import using_shop
from tenants.models import Due, OutboxEvent
from tests.factories import make_member, make_order, make_sku
from tests.race import Meeting, refused, together
from tests.shop.members import APPID, body
from tests.tenants.conftest import open_shops


def wrong_rows():
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.sql)
            if rows := cursor.fetchall():
                return [invariant.title, *rows]
    return []


def completed(member=None, *items):
    """An order whose goods have arrived."""
    order = make_order(member or make_member(), *items or [(make_sku(), 1)])
    commit(order.number, actor="test")
    Order.objects.filter(pk=order.pk).update(state="COMPLETED", paid=order.total, completed_at=timezone.now())
    return Order.objects.select_related("member").get(pk=order.pk)


def draft(sku, score=5, content="很好", **values):
    pictures = values.pop("pictures", ())
    return services.Draft(sku.key, score, services.Words(content, pictures), **values)


def write(order, *drafts, **scores):
    return services.write_reviews(order.member, purchase_of(order), drafts, **scores)


def checked(order, *drafts):
    """Reviews that shoppers see."""
    reviews = write(order, *drafts)
    for review in reviews:
        services.check_review(review.key)
        review.refresh_from_db()
    return reviews


def picture(owner="", colour="#c96"):
    data = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(data, "PNG")
    return store_picture(ContentFile(data.getvalue(), name="a.png"), actor="test", owner=owner)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


# Writing.


def submit(api, order, token, **data):
    return api.post(f"/api/v1/orders/{order.number}/reviews", json=data, token=token)


def test_a_shopper_reviews_the_lines_of_an_order_by_the_api(api, shop):
    member, first, second = make_member(), make_sku(title="被"), make_sku(title="枕")
    order = completed(member, (first, 1), (second, 2))
    shown = picture(member.key)
    before = body(api.get(f"/api/v1/orders/{order.number}/reviews", token=member.token))
    assert {line["sku"] for line in before["open"]} == {first.key, second.key}
    line = {"sku": first.key, "score": 4, "content": " 很暖和 ", "pictures": [shown.key], "tags": ["质量好"]}
    answer = submit(api, order, member.token, lines=[line], service_score=5, logistics_score=3)
    assert answer.status_code == 201
    after = body(answer)
    assert [line["sku"] for line in after["open"]] == [second.key]
    assert (after["reviews"][0]["state"], after["reviews"][0]["content"]) == ("PENDING", "很暖和")
    review = Review.objects.get()
    assert (review.score, review.service_score, review.logistics_score, review.author) == (4, 5, 3, "小***明")
    product = f"/api/v1/products/{first.product.key}"
    assert body(api.get(f"{product}/reviews"))["count"] == 0
    services.check_review(review.key)
    page = body(api.get(f"{product}/reviews"))
    assert page["summary"] == {
        "count": 1,
        "average": 4.0,
        "stars": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0},
        "pictured": 1,
        "tags": [{"name": "质量好", "count": 1}],
    }
    assert (page["results"][0]["content"], len(page["results"][0]["pictures"])) == ("很暖和", 1)
    assert body(api.get(product))["reviews"] == {"count": 1, "average": 4.0}
    rows = {row["key"]: row["reviews"] for row in body(api.get("/api/v1/products"))["results"]}
    assert rows[first.product.key] == {"count": 1, "average": 4.0}
    assert rows[second.product.key] == {"count": 0, "average": None}
    assert body(api.get("/api/v1/reviews/mine", token=member.token))["results"][0]["state"] == "SHOWN"
    assert wrong_rows() == []


def test_an_anonymous_review_does_not_name_its_author(shop):
    sku = make_sku()
    [review] = write(completed(None, (sku, 1)), draft(sku, is_anonymous=True))
    assert review.author == "匿名"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"score": 0}, "lines"),
        ({"score": 6}, "lines"),
        ({"score": "5"}, "lines"),
        ({"content": "长" * 2001}, "lines"),
        ({"pictures": ["x"] * 10}, "lines"),
    ],
)
def test_what_is_malformed_is_refused(api, shop, line, field):
    member, sku = make_member(), make_sku()
    order = completed(member, (sku, 1))
    answer = submit(api, order, member.token, lines=[{"sku": sku.key, "score": 5, **line}])
    assert (answer.status_code, field in body(answer)["detail"]) == (422, True)
    assert Review.objects.count() == 0


def test_refusals_name_their_code_and_store_nothing(shop):
    member, sku = make_member(), make_sku(stock=50)
    order = completed(member, (sku, 1))
    others = picture(make_member().key)
    late = completed(member, (sku, 1))
    Order.objects.filter(pk=late.pk).update(completed_at=timezone.now() - timedelta(days=30))
    unpaid = make_order(member, (sku, 1))
    cases = [
        ("line_unknown", order, draft(make_sku())),
        ("tag_unknown", order, draft(sku, tags=["天下第一"])),
        ("picture_unknown", order, draft(sku, pictures=[others.key])),
        ("picture_unknown", order, draft(sku, pictures=["nothing"])),
        ("review_period_over", Order.objects.get(pk=late.pk), draft(sku)),
        ("not_completed", unpaid, draft(sku)),
    ]
    for code, placed, what in cases:
        with pytest.raises(ShopError) as refusal:
            write(placed, what)
        assert refusal.value.code == code
    assert (Review.objects.count(), ReviewPicture.objects.count()) == (0, 0)
    assert not OutboxEvent.objects.filter(topic="review.created", shop=shop.uuid).exists()


def test_a_line_is_reviewed_once_and_a_refunded_one_not_at_all(shop):
    sku, back = make_sku(), make_sku()
    order = completed(None, (sku, 1), (back, 1))
    order.lines.filter(sku=back).update(refunded_quantity=1, held_quantity=1)
    write(order, draft(sku))
    with pytest.raises(ShopError) as refusal:
        write(order, draft(sku, 1))
    assert refusal.value.code == "already_reviewed"
    with pytest.raises(ShopError) as refusal:
        write(order, draft(back))
    assert refusal.value.code == "line_unknown"
    assert [review.score for review in Review.objects.all()] == [5]


def test_only_ones_own_orders_in_ones_own_shop(api, shop, other_shop):
    member, sku = make_member(), make_sku()
    order = completed(member, (sku, 1))
    line = {"sku": sku.key, "score": 5}
    assert submit(api, order, make_member().token, lines=[line]).status_code == 404
    assert submit(api, order, None, lines=[line]).status_code == 401
    from tests.client import Api

    assert submit(Api(other_shop.host), order, member.token, lines=[line]).status_code == 401
    [review] = checked(order, draft(sku))
    with using_shop(other_shop):
        assert Review.objects.count() == 0
        stranger = make_member()
        foreign = Api(other_shop.host)
        path = f"/api/v1/reviews/{review.key}/append"
        assert foreign.post(path, json={"content": "x"}, token=stranger.token).status_code == 404
        assert foreign.get(f"/api/v1/products/{sku.product.key}/reviews").status_code == 404


def mine(api, member):
    [row] = body(api.get("/api/v1/reviews/mine", token=member.token))["results"]
    return row


def test_nothing_is_added_after_half_a_year(api, shop):
    member, sku = make_member(), make_sku()
    [review] = checked(completed(member, (sku, 1)), draft(sku))
    Review.objects.update(created_at=timezone.now() - timedelta(days=180))
    answer = api.post(f"/api/v1/reviews/{review.key}/append", json={"content": "晚了"}, token=member.token)
    assert (answer.status_code, body(answer)["code"], Addition.objects.count()) == (409, "review_period_over", 0)
    assert not mine(api, member)["can_append"]


def test_something_is_added_once_and_seen_after_its_check(api, shop):
    member, sku = make_member(), make_sku()
    [review] = checked(completed(member, (sku, 1)), draft(sku))
    path = f"/api/v1/reviews/{review.key}/append"
    added = picture(member.key)
    assert mine(api, member)["can_append"]
    assert (
        api.post(path, json={"content": "用了一个月", "pictures": [added.key]}, token=member.token).status_code == 201
    )
    again = api.post(path, json={"content": "再说一句"}, token=member.token)
    assert (again.status_code, body(again)["code"]) == (409, "already_added")
    assert not mine(api, member)["can_append"]
    assert api.post(path, json={"content": "别人"}, token=make_member().token).status_code == 404
    reviews = f"/api/v1/products/{sku.product.key}/reviews"
    assert body(api.get(reviews))["results"][0]["addition"] is None
    services.check_addition(review.key)
    [row] = body(api.get(reviews))["results"]
    assert (row["addition"]["content"], len(row["addition"]["pictures"]), row["pictures"]) == ("用了一个月", 1, [])
    assert Addition.objects.count() == 1


def test_reviews_are_filtered_by_stars_pictures_and_tag(api, shop):
    sku = make_sku(stock=50)
    for score, tags, pictured in ((5, ["质量好"], True), (5, [], False), (2, ["物流快"], False)):
        member = make_member()
        pictures = [picture(member.key).key] if pictured else []
        checked(completed(member, (sku, 1)), draft(sku, score, tags=tags, pictures=pictures))
    path = f"/api/v1/products/{sku.product.key}/reviews"
    counts = {query: body(api.get(path + query))["count"] for query in ("", "?score=5", "?pictures=1", "?tag=物流快")}
    assert counts == {"": 3, "?score=5": 2, "?pictures=1": 1, "?tag=物流快": 1}
    assert body(api.get(f"{path}?score=5"))["summary"]["average"] == 4.0
    assert api.get(f"{path}?score=9").status_code == 422


def test_a_page_of_reviews_needs_the_same_few_queries_however_many_there_are(api, shop):
    sku = make_sku(stock=99)

    def asked():
        with CaptureQueriesContext(connection) as found:
            api.get(f"/api/v1/products/{sku.product.key}/reviews")
        return len([query for query in found if "tenants_" not in query["sql"]])

    member = make_member()
    checked(completed(member, (sku, 1)), draft(sku, pictures=[picture(member.key).key]))
    few = asked()
    for index in range(8):
        member = make_member()
        checked(completed(member, (sku, 1)), draft(sku, pictures=[picture(member.key, f"#c{index}6").key]))
    assert asked() == few == 7


# The check.


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("被子很暖和，13 斤重", "SHOWN"),
        ("加我微信 abc12345 有优惠", "PENDING"),
        ("打 13800138000 找我", "PENDING"),
        ("看 https://example.com", "PENDING"),
        ("这是竞品广告", "HIDDEN"),
    ],
)
def test_words_decide(shop, content, state):
    ReviewSettings.objects.update(blocked_words="竞品广告\n")
    sku = make_sku()
    [review] = checked(completed(None, (sku, 1)), draft(sku, content=content))
    assert review.state == state
    assert bool(review.state_reason) == (state != "SHOWN")
    assert ReviewSummary.objects.filter(product=sku.product, shown=1).exists() == (state == "SHOWN")
    assert wrong_rows() == []


def test_reviews_with_pictures_wait_when_the_shop_wants_it(shop):
    ReviewSettings.objects.update(pictures_wait=True)
    sku, member = make_sku(stock=9), make_member()
    order = completed(member, (sku, 1))
    [review] = checked(order, draft(sku, pictures=[picture(member.key).key]))
    assert (review.state, review.state_reason) == ("PENDING", "有图片，请看过再显示")


def test_a_decision_of_the_shop_is_not_overturned_by_a_late_check(shop):
    sku = make_sku()
    [review] = write(completed(None, (sku, 1)), draft(sku))
    services.hide(review, reason="广告")
    services.check_review(review.key)
    review.refresh_from_db()
    assert (review.state, review.state_reason) == ("HIDDEN", "广告")


@pytest.fixture
def asked_of_wechat(shop, monkeypatch):
    """What WeChat is asked, with the answer to be given."""
    from shop.members.models import Identity
    from shop.members.services import connect_app

    connect_app(APPID, "0123456789abcdef0123456789abcdef", "小店")

    class Asked(list):
        answer = None

        def post(self, path, payload):
            assert not connection.in_atomic_block or connection.savepoint_ids == []
            self.append((path, dict(payload)))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        def shopper(self):
            member = make_member()
            Identity.objects.filter(member=member).update(app=APPID)
            return member

    asked = Asked()
    monkeypatch.setattr("shop.reviews.wechat_check.api_post", asked.post)
    monkeypatch.setattr("shop.members.messages.api_post", asked.post)
    return asked


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"result": {"suggest": "pass", "label": 100}}, "SHOWN"),
        ({"result": {"suggest": "review", "label": 10001}}, "PENDING"),
        ({"result": {"suggest": "risky", "label": 20001}}, "HIDDEN"),
        ({}, "PENDING"),
        (WechatError(61010, "code not used", retry=False), "PENDING"),
    ],
)
def test_wechat_decides(asked_of_wechat, answer, state):
    asked_of_wechat.answer = answer
    sku, member = make_sku(), asked_of_wechat.shopper()
    [review] = checked(completed(member, (sku, 1)), draft(sku, content="很好"))
    [(path, sent)] = asked_of_wechat
    assert (path, sent["scene"], sent["version"], sent["content"]) == ("/wxa/msg_sec_check", 2, 2, "很好")
    assert sent["openid"] == member.identities.get().subject
    assert review.state == state


def test_while_wechat_is_away_the_review_waits_and_is_checked_later(asked_of_wechat):
    sku, member = make_sku(), asked_of_wechat.shopper()
    order = completed(member, (sku, 1))
    [review] = write(order, draft(sku))
    asked_of_wechat.answer = WechatError(-1, "busy", retry=True)
    with pytest.raises(WechatError):
        services.check_review(review.key)
    review.refresh_from_db()
    assert (review.state, review.state_reason) == ("PENDING", "")
    asked_of_wechat.answer = {"result": {"suggest": "pass"}}
    services.check_review(review.key)
    review.refresh_from_db()
    assert review.state == "SHOWN"


def test_the_simulated_wechat_judges_what_is_sent(shop, tmp_path, settings):
    from saas.embedded.wechatsim.app import WeChatSim
    from shop.members.services import connect_app
    from shop.reviews.checks import Verdict, Writing
    from shop.reviews.wechat_check import WechatCheck

    simulator = WeChatSim(tmp_path / "sim")
    simulator.start()
    settings.WECHAT_API_URL = simulator.url
    connect_app(APPID, "the-secret", "小店")

    found = [WechatCheck().check(Writing(text, "o-somebody")).verdict for text in ("好", "待定的", "违规的")]
    simulator.close()
    assert found == [Verdict.SHOW, Verdict.WAIT, Verdict.HIDE]


# After the receipt.


def test_an_invitation_goes_only_to_who_agreed_and_only_with_a_template(api, asked_of_wechat):
    member, sku = asked_of_wechat.shopper(), make_sku(stock=9, title="秋冬保暖澳洲羊毛被加厚双人款家用")
    order = completed(member, (sku, 1))
    path = f"/api/v1/orders/{order.number}/review-invitation"
    assert body(api.get(path, token=member.token)) == {"template": ""}
    assert api.post(path, json={"template": "tmpl-1"}, token=member.token).status_code == 422
    inviting.plan_after_receipt(order.number)
    assert not Due.objects.filter(kind="reviews.invite").exists()
    ReviewSettings.objects.update(invite_template="tmpl-1")
    inviting.plan_after_receipt(order.number)
    assert not Due.objects.filter(kind="reviews.invite").exists()  # nobody agreed
    assert api.post(path, json={"template": "tmpl-1"}, token=member.token).status_code == 204
    inviting.plan_after_receipt(order.number)
    assert Due.objects.filter(kind="reviews.invite", ref=order.number).exists()
    asked_of_wechat.answer = {"errcode": 0}
    for _twice in range(2):
        send_invitation(order.number)
    [(_path, sent)] = asked_of_wechat
    assert sent["template_id"] == "tmpl-1"
    assert sent["data"]["thing1"]["value"] == "秋冬保暖澳洲羊毛被加厚双人款家用"[:20]
    assert Invitation.objects.get().state == "SENT"


@pytest.mark.parametrize(
    ("error", "state"),
    [(WechatError(43101, "user refuse", retry=False), "REFUSED"), (WechatError(-1, "busy", retry=True), "ACCEPTED")],
)
def test_a_refused_invitation_ends_and_a_failed_one_is_tried_again(asked_of_wechat, error, state):
    ReviewSettings.objects.update(invite_template="tmpl-1")
    member, sku = asked_of_wechat.shopper(), make_sku()
    order = completed(member, (sku, 1))
    services.accept_invitation(member, order.number, "tmpl-1")
    asked_of_wechat.answer = error
    if error.retry:
        with pytest.raises(WechatError):
            send_invitation(order.number)
    else:
        send_invitation(order.number)
    assert Invitation.objects.get().state == state


def test_who_has_reviewed_is_not_asked(asked_of_wechat):
    ReviewSettings.objects.update(invite_template="tmpl-1")
    member, sku = asked_of_wechat.shopper(), make_sku()
    order = completed(member, (sku, 1))
    services.accept_invitation(member, order.number, "tmpl-1")
    write(order, draft(sku))
    send_invitation(order.number)
    assert (list(asked_of_wechat), Invitation.objects.get().state) == ([], "NOT_NEEDED")


def test_nothing_is_noted_unless_the_shop_wants_it(shop):
    order = completed()
    inviting.plan_after_receipt(order.number)
    assert not Due.objects.filter(kind="reviews.auto").exists()
    ReviewSettings.objects.update(auto_review_days=7)
    inviting.plan_after_receipt(order.number)
    assert Due.objects.filter(kind="reviews.auto", ref=order.number).exists()


def test_the_note_that_nothing_was_written_has_no_score_and_gives_way(shop):
    sku, other = make_sku(), make_sku()
    order = completed(None, (sku, 1), (other, 1))
    write(order, draft(other, 1))
    for _twice in range(2):
        note_nothing_written(order.number)
    notes = Review.objects.filter(source="AUTO")
    assert [(note.product_id, note.score) for note in notes] == [(sku.product_id, None)]
    assert ReviewSummary.objects.get(product=sku.product).stars == [0, 0, 0, 0, 0]
    checked(order, draft(sku, 3))
    assert Review.objects.get(product=sku.product).score == 3
    assert wrong_rows() == []


def test_an_erased_members_name_leaves_the_reviews(shop):
    member, sku = make_member(), make_sku()
    [review] = checked(completed(member, (sku, 1)), draft(sku, content="很好"))
    writing.erase_author(member.pk)
    review.refresh_from_db()
    assert (review.author, review.member, review.content) == ("匿名", None, "很好")


def test_the_auditor_sees_a_wrong_summary_and_a_review_of_something_else(shop):
    sku = make_sku()
    [review] = checked(completed(None, (sku, 1)), draft(sku))
    assert wrong_rows() == []
    ReviewSummary.objects.update(shown=2)
    assert wrong_rows()[0] == "a product's review summary is what its shown reviews come to"
    ReviewSummary.objects.update(shown=0, stars=[0] * 5)
    Review.objects.filter(pk=review.pk).update(state="HIDDEN", order_number="another")
    assert wrong_rows()[0] == "a review of an order line is of the product that was bought, by who bought it"


def test_an_average_is_rounded_to_one_decimal():
    from shop.storefront.reviews import average

    assert [average(stars) for stars in ([0] * 5, [0, 0, 0, 1, 2], [1, 0, 0, 0, 1], [0, 0, 0, 1, 1], ())] == [
        None,
        4.7,
        3.0,
        4.5,
        None,
    ]


# Two at once.


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,):
        yield opened


@pytest.fixture
def live(arena, django_db_blocker):
    with django_db_blocker.unblock(), using_shop(arena):
        yield arena


@pytest.mark.race
def test_a_line_reviewed_many_times_at_once_is_reviewed_once(live):
    first, second = make_sku(), make_sku()
    order = completed(None, (first, 1), (second, 1))
    orders = ([draft(first), draft(second)], [draft(second), draft(first)])
    results = together(live, *[lambda n=n: write(order, *orders[n % 2]) for n in range(8)])
    assert refused(results) == 7
    assert {result.code for result in results if isinstance(result, Exception)} == {"already_reviewed"}
    assert Review.objects.filter(order_number=order.number).count() == 2


@pytest.mark.race
def test_control_reviewing_after_a_look_writes_more_than_one(live):
    def naive(order, sku, looked):
        if not Review.objects.filter(order_number=order.number).exists():
            looked.wait()
            Review.objects.create(order_number=order.number, product=sku.product, content="x", state="HIDDEN")

    for _run in range(3):
        sku, looked = make_sku(), Meeting()
        order = completed(None, (sku, 1))
        together(live, *[lambda order=order, sku=sku, looked=looked: naive(order, sku, looked)] * 8)
        assert Review.objects.filter(order_number=order.number).count() > 1


@pytest.mark.race
def test_reviews_shown_at_once_are_all_in_the_summary(live):
    sku = make_sku(stock=20)
    written = [write(completed(None, (sku, 1)), draft(sku, score))[0] for score in (5, 4, 3, 2, 1, 5, 4, 3)]
    results = together(live, *[lambda key=review.key: deciding.check_review(key) for review in written])
    assert refused(results) == 0
    summary = ReviewSummary.objects.get(product=sku.product)
    assert (summary.shown, summary.stars) == (8, [1, 1, 2, 2, 2])
    assert wrong_rows() == []


@pytest.mark.race
def test_control_counting_without_the_lock_loses_reviews(live):
    def naive(product, looked):
        row = ReviewSummary.objects.get(product=product)
        looked.wait()
        ReviewSummary.objects.filter(pk=row.pk).update(shown=row.shown + 1)

    for _run in range(3):
        product, looked = make_sku().product, Meeting()
        ReviewSummary.objects.create(product=product, stars=[0] * 5)
        together(live, *[lambda product=product, looked=looked: naive(product, looked)] * 8)
        assert ReviewSummary.objects.get(product=product).shown < 8
        ReviewSummary.objects.filter(product=product).update(shown=0)


def test_the_due_kinds_are_handled(shop):
    for kind in ("reviews.check", "reviews.check_addition", "reviews.invite", "reviews.auto"):
        assert due.handler_of(kind)("nothing") is None
    assert Asset.objects.count() == 0
