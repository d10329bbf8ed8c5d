"""The pages of limited-time discounts: made, published, ended and copied by staff; counted; refused with reasons."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.catalog.models import SKU
from shop.core.models import AuditEntry
from shop.orders.models import Order
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.promotions.activities import end_now, make_activity, paid, refund
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/limited_discount/limiteddiscount/"
STACKS = ["3", "4", "5"]


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    values = {
        "title": "周末特惠",
        "starts_at": "2030-05-01T10:00",
        "ends_at": "2030-05-03T10:00",
        "items": json.dumps(rows),
        "stacks": STACKS,
        **dict.fromkeys(("most_per_member", "most_per_order", "most_per_phone"), "0"),
        **dict.fromkeys(("most_per_address", "most_members", "priority"), "0"),
    }
    return {**values, **fields}


def second_sku(sku):
    """Another SKU of the same product."""
    return SKU.objects.create(product=sku.product, code=f"{sku.code}-2", option_text="大", price=sku.price, position=1)


def text(answer):
    return answer.content.decode()


def errors_of(answer):
    return answer.context["adminform"].form.errors


def cells_of(answer):
    """What is wrong in the cells of the table, as the page gets it."""
    return json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", text(answer))[1])


def products_of(answer):
    return json.loads(re.search(r"<script data-data [^>]*>(.*?)</script>", text(answer))[1])


def test_a_draft_is_made_published_ended_and_copied(browser):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    other_tea = second_sku(tea)
    rows = [{"sku": cup.pk, "price": "15", "share": ""}, {"sku": tea.pk, "share": "8.5"}, {"sku": other_tea.pk}]
    answer = browser.post(f"{LIST}add/", typed(*rows, most_per_member="2", stacks=["5"]))
    activity = Activity.objects.get()
    assert answer["Location"] == f"{LIST}{activity.pk}/change/"
    assert list(activity.items.values_list("sku", "price", "details")) == [
        (cup.pk, 1_500, {}),
        (tea.pk, None, {"discount_bp": 1_500}),
    ]
    assert (activity.tool, activity.summary) == ("limited_discount", "限时低至 15 元，每人限 2 件")
    assert (activity.excludes, activity.most_per_member, activity.has_stock) == ([3, 4], 2, False)
    assert timezone.localtime(activity.starts_at).strftime("%Y-%m-%d %H:%M") == "2030-05-01 10:00"
    answer = browser.post(f"{LIST}{activity.pk}/change/", typed(*rows[:1], _publish="1"))
    assert answer["Location"] == f"{LIST}{activity.pk}/publish/"
    assert "确认发布" in text(browser.get(f"{LIST}{activity.pk}/publish/"))
    assert Activity.objects.get().state == "DRAFT"
    browser.post(f"{LIST}{activity.pk}/publish/")
    assert Activity.objects.get().state == "ON"
    page = text(browser.get(f"{LIST}{activity.pk}/change/"))
    assert "未开始" in page and "¥15.00" in page and "id_title" not in page
    assert browser.post(f"{LIST}{activity.pk}/change/", typed(*rows)).status_code == 403
    browser.post(f"{LIST}{activity.pk}/end/")
    assert Activity.objects.get().state == "ENDED"
    browser.post(f"{LIST}{activity.pk}/copy/")
    copied = Activity.objects.order_by("pk").last()
    assert (Activity.objects.count(), copied.state, copied.items.get().price) == (2, "DRAFT", 1_500)
    told = AuditEntry.objects.filter(object_kind="limited_discount.limiteddiscount").order_by("pk")
    actions = ["add", "change", "activity.publish", "activity.end", "add"]
    assert [entry.action for entry in told] == actions
    assert told[0].after["goods"] == [f"{cup.code} ¥15.00", f"{tea.code} ¥8.50"]
    assert told[1].before["goods"] == told[0].after["goods"] and told[1].after["goods"] == [f"{cup.code} ¥15.00"]
    assert browser.get("/admin/core/auditentry/").status_code == 200


def test_a_new_form_needs_goods_and_a_price_alone(browser):
    form = browser.get(f"{LIST}add/").context["adminform"].form
    begins, ends = form.initial["starts_at"], form.initial["ends_at"]
    assert (form.initial["title"], ends - begins) == ("限时折扣", timedelta(days=7))
    assert timezone.now() - begins < timedelta(minutes=2)
    assert form.initial["stacks"] == [3, 4, 5]


def test_a_product_that_was_chosen_and_left_empty_is_not_dropped_silently(browser):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    other_tea = second_sku(tea)
    rows = [{"sku": cup.pk, "price": "15"}, {"sku": tea.pk}, {"sku": other_tea.pk}]
    answer = browser.post(f"{LIST}add/", typed(*rows))
    assert list(errors_of(answer)) == ["items"]
    assert cells_of(answer) == {"items[1].price": "这件商品还没有填，请填写或移除"}
    assert Activity.objects.count() == 0
    rows[2]["share"] = "9"
    browser.post(f"{LIST}add/", typed(*rows))
    assert list(Activity.objects.get().items.values_list("sku", flat=True)) == [cup.pk, other_tea.pk]


def test_refusals_stand_in_the_form_with_what_was_typed(browser):
    sku, other = make_sku(price=1_000), make_sku(price=1_000)
    rows = [{"sku": other.pk, "price": ""}, {"sku": sku.pk, "price": "10.00"}]
    answer = browser.post(f"{LIST}add/", typed(*rows))
    assert list(errors_of(answer)) == ["items"]
    assert cells_of(answer) == {
        "items[0].price": "这件商品还没有填，请填写或移除",
        "items[1].price": "要低于原价 10.00 元，最低 0.01 元",
    }
    shown = [row for product in products_of(answer) for row in product["skus"]]
    assert [(row["sku"], row["price"], row["place"]) for row in shown] == [(other.pk, "", 0), (sku.pk, "10.00", 1)]
    for rows, told in (
        ([{"sku": sku.pk, "price": "abc"}], {"items[0].price": "请输入金额，最多两位小数，例如 12.50"}),
        ([{"sku": sku.pk, "price": "0"}], {"items[0].price": "要低于原价 10.00 元，最低 0.01 元"}),
        ([{"sku": sku.pk, "share": "10"}], {"items[0].share": "请输入 0.01 到 9.99 之间的折扣，例如 8 或 8.5"}),
    ):
        answer = browser.post(f"{LIST}add/", typed(*rows))
        assert (list(errors_of(answer)), cells_of(answer)) == (["items"], told)
    assert errors_of(browser.post(f"{LIST}add/", typed()))["items"] == ["请选择商品，并填写活动价或折扣"]
    good = {"sku": sku.pk, "price": "5"}
    answer = browser.post(f"{LIST}add/", typed(good, ends_at="2030-05-01T10:00"))
    assert dict(errors_of(answer)) == {"ends_at": ["结束时间要晚于开始时间"]}
    assert list(errors_of(browser.post(f"{LIST}add/", typed(good, starts_at="")))) == ["starts_at"]
    assert list(errors_of(browser.post(f"{LIST}add/", typed(good, title=" ")))) == ["title"]
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    "items", ["[", "{}", "[1]", '[{"sku": "x"}]', "[" * 100_000, '[{"sku": 1e400}]', '[{"sku": 99999999999999999999}]']
)
def test_a_table_from_elsewhere_is_refused_and_does_no_harm(browser, items):
    assert list(errors_of(browser.post(f"{LIST}add/", typed(items=items)))) == ["items"]
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "1969-12-31T23:59", "2100-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_that_was_mistyped_is_refused(browser, field, moment):
    row = {"sku": make_sku(price=1_990).pk, "price": "15"}
    assert field in errors_of(browser.post(f"{LIST}add/", typed(row, **{field: moment})))
    assert browser.get(LIST).status_code == 200
    assert Activity.objects.count() == 0


def test_who_publishes_reads_every_price_and_what_looks_like_a_slip(browser):
    cup, tea, pot = (make_sku(price=10_000, title=title) for title in ("杯", "茶", "壶"))
    browser.post(f"{LIST}add/", typed({"sku": cup.pk, "price": "30"}, {"sku": tea.pk, "share": "8"}))
    sound = browser.get(f"{LIST}{Activity.objects.get().pk}/publish/")
    assert "¥30.00" in text(sound) and "¥80.00" in text(sound) and "可与满减同享" in text(sound)
    assert sound.context["cautions"] == []
    rows = [{"sku": cup.pk, "share": "0.8"}, {"sku": tea.pk, "price": "29.99"}, {"sku": pot.pk, "price": "30"}]
    browser.post(f"{LIST}add/", typed(*rows))
    slip = browser.get(f"{LIST}{Activity.objects.order_by('pk').last().pk}/publish/")
    told = "有 2 个规格不到原价的三成，最低的是 杯 标准：只卖 ¥8.00，原价 ¥100.00。请确认没有填错。"
    assert slip.context["cautions"] == [told] and told in text(slip)
    assert browser.get(f"{LIST}{Activity.objects.first().pk}/end/").status_code == 302


def test_who_works_in_english_reads_english_and_shoppers_keep_the_shops_language(browser):
    sku = make_sku(price=10_000)
    browser.post(f"{LIST}add/", typed({"sku": sku.pk, "price": "80"}, most_per_member="2"))
    activity = Activity.objects.get()
    browser.post(f"{LIST}{activity.pk}/publish/")
    browser.cookies["django_language"] = "en"
    rows = browser.get(LIST)
    assert "For a limited time ¥80" in text(rows) and "限时价" not in text(rows)
    page = browser.get(f"{LIST}{activity.pk}/change/")
    assert page.context["summary"].startswith("For a limited time ¥80")
    assert page.context["shown"]["summary"] == activity.summary == "限时价 80 元，每人限 2 件"
    assert "With reductions, With coupons" in text(page)
    form = browser.get(f"{LIST}add/").context["adminform"].form
    assert [str(form.fields[name].label) for name in ("starts_at", "ends_at")] == ["Starts at", "Ends at"]


def test_what_was_stopped_is_shown_as_over(browser):
    activity = make_activity(items=[(make_sku(price=1_000), {"price": 600})])
    page = f"{LIST}{activity.pk}/change/"
    assert browser.get(page).context["shown"]["ends_at"] == activity.ends_at
    browser.post(f"{LIST}{activity.pk}/end/")
    assert browser.get(page).context["shown"]["ends_at"] <= timezone.now() < activity.ends_at


def test_publishing_late_is_refused_on_its_page(browser):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 600})], begins=-100, lasts=50, published=False)
    answer = browser.post(f"{LIST}{activity.pk}/publish/")
    assert (answer.status_code, Activity.objects.get().state) == (200, "DRAFT")
    assert "结束时间已过，请修改后再发布" in text(answer)
    assert browser.post(f"{LIST}{activity.pk}/end/")["Location"] == f"{LIST}{activity.pk}/change/"
    assert (Activity.objects.get().state, AuditEntry.objects.filter(action__startswith="activity").count()) == (
        "DRAFT",
        0,
    )


def test_the_list_counts_what_came_of_each_in_one_query(browser, member, django_assert_max_num_queries):
    sku, other = make_sku(price=1_000), make_sku(price=500)
    activity = make_activity(items=[(sku, {"price": 600})], title="甲")
    make_activity(items=[(other, {"price": 400})], title="乙", begins=3_600)
    make_activity(title="丙", published=False)
    order = paid(member, (sku, 3), (other, 1))
    paid(member, (sku, 1))
    unpaid = paid(member, (sku, 5))
    Order.objects.filter(pk=unpaid.pk).update(paid_at=None)
    refund(order, {1: 1}, "a1")
    Activity.objects.filter(pk=activity.pk).update(views=7)
    rows = browser.get(LIST).context["cl"].result_list
    assert [(row.title, row.phase, row.views) for row in rows] == [
        ("丙", "DRAFT", 0),
        ("乙", "COMING", 0),
        ("甲", "LIVE", 7),
    ]
    assert [(row.numbers.orders, row.numbers.units, row.numbers.paid, row.numbers.kept) for row in rows] == [
        (0, 0, 0, 0),
        (0, 0, 0, 0),
        (2, 4, 4 * 600, 3 * 600),
    ]
    for number in range(10):
        make_activity(items=[(sku, {"price": 600})], title=f"更多{number}")
    with django_assert_max_num_queries(14):
        browser.get(LIST)


def test_what_is_refunded_is_told_beside_what_was_paid(browser, member):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 601})])
    paid(member, (sku, 3))
    page = f"{LIST}{activity.pk}/change/"
    assert [str(name) for name, _figure in browser.get(page).context["figures"]] == [
        "浏览",
        "付款订单",
        "件数",
        "成交额",
    ]
    order = paid(member, (sku, 2))
    refund(order, {1: 1}, "a1")
    assert "¥30.05（退 ¥6.01）" in text(browser.get(LIST))
    assert browser.get(page).context["figures"][3:] == [("成交额", "¥30.05"), ("扣除退款后", "¥24.04")]
    refund(order, {1: 1}, "a2")
    assert browser.get(page).context["figures"][4:] == [("扣除退款后", "¥18.03")]


def test_what_was_ended_early_is_called_so_while_its_time_lasts(browser):
    activity = make_activity(title="早停")
    browser.post(f"{LIST}{activity.pk}/end/")
    assert "已停止" in text(browser.get(f"{LIST}{activity.pk}/change/"))
    assert "已停止" in text(browser.get(LIST, {"phase": "OVER"}))
    end_now(activity)
    assert "已停止" not in text(browser.get(LIST)) and "已结束" in text(browser.get(f"{LIST}{activity.pk}/change/"))


def test_the_list_is_filtered_by_phase(browser):
    make_activity(title="在")
    make_activity(title="将", begins=3_600)
    make_activity(title="稿", published=False)
    make_activity(title="过", published=False)
    Activity.objects.filter(title="过").update(state="ENDED")
    for phase, title in (("LIVE", "在"), ("COMING", "将"), ("DRAFT", "稿"), ("OVER", "过")):
        shown = browser.get(LIST, {"phase": phase}).context["cl"].result_list
        assert [row.title for row in shown] == [title]
    assert len(browser.get(LIST, {"phase": "nonsense"}).context["cl"].result_list) == 4
    make_activity(tool="full_reduction", title="别的", rule={"tiers": []}, published=False)
    assert len(browser.get(LIST).context["cl"].result_list) == 4


def test_the_page_shows_while_typing_what_shoppers_will_see(browser):
    cup = make_sku(price=2_000)
    rows = [{"sku": cup.pk, "share": "8"}]
    shown = text(browser.post(f"{LIST}preview/", typed(*rows)))
    assert "周末特惠" in shown and "限时 8 折" in shown and "¥16.00" in shown and "¥20.00" in shown
    assert "data-clock" in shown and cup.product.title in shown
    half = text(browser.post(f"{LIST}preview/", typed({"sku": cup.pk, "price": "x"}, starts_at="")))
    assert "周末特惠" in half and "data-clock" not in half and "¥20.00" not in half
    assert browser.get(f"{LIST}preview/").status_code == 403
    assert Activity.objects.count() == 0


def test_products_are_answered_with_their_skus(browser):
    sku = make_sku(price=1_990, stock=7)
    [found] = browser.get(f"{LIST}skus/", {"code": [sku.product.code, "no\0ne"]}).json()["results"]
    assert (found["code"], found["title"]) == (sku.product.code, sku.product.title)
    [row] = found["skus"]
    assert (row["sku"], row["normal"], row["left"], row["price"]) == (sku.pk, 1_990, 7, "")


def test_a_draft_is_deleted_and_what_ran_is_not(browser):
    draft, running = make_activity(published=False), make_activity()
    assert browser.post(f"{LIST}{running.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"})
    assert list(Activity.objects.values_list("pk", flat=True)) == [running.pk]


def test_who_may_not_write_reads_nothing_else(shop):
    activity = make_activity(published=False)
    service, operator = browser_of(shop, make_staff("s@example.com", "客服")), make_staff("o@example.com", "运营")
    for page in ("", "add/", "skus/", f"{activity.pk}/change/", f"{activity.pk}/publish/"):
        assert service.get(LIST + page).status_code == 403
    for page in ("publish", "copy"):
        assert service.post(f"{LIST}{activity.pk}/{page}/").status_code == 403
    assert (Activity.objects.count(), Activity.objects.get().state) == (1, "DRAFT")
    assert browser_of(shop, operator).get(f"{LIST}{activity.pk}/change/").status_code == 200
    assert browser_of(shop, operator).get(f"{LIST}{10**9}/publish/").status_code == 404
