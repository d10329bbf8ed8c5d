"""The pages of group buys: sizes with their prices, the rule as typed and stored, and the groups."""

import json
import re

import pytest

from shop.core.models import AuditEntry
from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.services import end_template, publish_template, save_template
from shop.marketing.group_buy.models import Group
from shop.orders import services as orders
from shop.promotions.models import Activity
from tests.factories import make_address, make_member, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/group_buy/groupbuyactivity/"
GROUPS = "/admin/group_buy/group/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_per_order", "most_members", "most_per_phone", "most_per_address")
    values = {"title": "一起买", "starts_at": "2020-05-01T10:00", "ends_at": "2040-05-01T12:00"}
    rule = {"size": "2", "hours": "24", "when_full": "REFUND", "virtual_share": "50", "reward_kind": ""}
    return {**values, **rule, "items": json.dumps(rows), "stacks": ["5"], **dict.fromkeys(limits, "0"), **fields}


def errors_of(answer):
    return {name: list(reasons) for name, reasons in answer.context["adminform"].form.errors.items()}


def cells_of(answer):
    return json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", answer.content.decode())[1])


def published(browser, *rows, **fields):
    browser.post(f"{LIST}add/", typed(*rows, **fields))
    activity = Activity.objects.order_by("pk").last()
    browser.post(f"{LIST}{activity.pk}/publish/")
    return Activity.objects.get(pk=activity.pk)


def joined(activity, sku, option="", nickname=""):
    member = make_member()
    type(member).objects.filter(pk=member.pk).update(nickname=nickname)
    wanted = [orders.Wanted(sku.key, 1, (activity.tool, activity.key), option)]
    order = orders.place_order(member, orders.OrderRequest(items=wanted, address=make_address(member).key))
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    return order


def test_a_group_buy_is_made_and_bought(browser):
    sku = make_sku(price=1_000, stock=9)
    activity = published(browser, {"sku": sku.pk, "price": "8", "price_2": "5"}, shows_groups="on")
    rule = {"sizes": [2], "hours": 24, "when_full": "REFUND", "virtual_share": 50}
    assert activity.rule == {**rule, "shows_groups": True, "leader_reward": None}
    assert (activity.tool, activity.summary, activity.has_stock) == ("group_buy", "2 人团 8 元", False)
    assert [(item.price, item.details) for item in activity.items.all()] == [(800, {"prices": [800]})]
    leader = joined(activity, sku, nickname="团团")
    group = Group.objects.get()
    assert (leader.total - leader.freight, group.size, group.state) == (800, 2, "OPEN")
    told = browser.get(f"{LIST}{activity.pk}/change/")
    assert [figure for _name, figure in told.context["figures"]][4:] == [1, 1, 0, 0]
    assert "团团" in told.content.decode() and "1 / 2" in told.content.decode()
    joined(activity, sku, group.key)
    told = browser.get(f"{LIST}{activity.pk}/change/")
    assert [figure for _name, figure in told.context["figures"]][1:] == [2, 2, "¥16.00", 1, 0, 1, 0]


def test_each_size_has_a_price_and_a_reward_is_typed_again(browser):
    sku = make_sku(price=1_000)
    row = {"sku": sku.pk, "price": "8", "price_2": "7.5", "price_3": "6"}
    sizes = {"size": "2", "size_2": "3", "size_3": "5", "reward_kind": "points", "reward_points": "30"}
    activity = published(browser, row, **sizes)
    assert activity.rule["sizes"] == [2, 3, 5]
    assert activity.rule["leader_reward"] == {"kind": "points", "quantity": 30, "ref": ""}
    assert activity.rule["shows_groups"] is False
    assert activity.items.get().details == {"prices": [800, 750, 600]}
    assert activity.summary == "2 人团 8 元，3 人团 7.5 元，5 人团 6 元"
    assert joined(activity, sku, "size-5").subtotal - joined(activity, sku, "size-5").discount == 600
    told = browser.get(f"{LIST}{activity.pk}/change/").context
    assert [str(heading) for heading in told["columns"]] == ["原价", "2 人团", "3 人团", "5 人团"]
    assert [text for _heading, text in told["rows"][0]["cells"]] == ["¥10.00", "¥8.00", "¥7.50", "¥6.00"]
    assert AuditEntry.objects.get(action="add").after["terms"][0] == "几人成团：2 / 3 / 5"
    browser.post(f"{LIST}{activity.pk}/copy/")
    form = browser.get(f"{LIST}{Activity.objects.last().pk}/change/").context["adminform"].form
    names = ("size", "size_2", "size_3", "hours", "when_full", "reward_kind", "reward_points")
    assert [form[name].value() for name in names] == [2, 3, 5, 24, "REFUND", "points", 30]
    [shown] = [row for product in form.fields["items"].widget.context("")["data"] for row in product["skus"]]
    assert (shown["price"], shown["price_2"], shown["price_3"]) == ("8.00", "7.50", "6.00")


def test_the_leader_is_given_a_coupon_that_the_shop_gives(browser):
    sku = make_sku(price=1_000)
    coupon = save_template(CouponTemplate(title="团长券", value=500, given="ISSUE", days_valid=7))
    row, reward = {"sku": sku.pk, "price": "8"}, {"reward_kind": "coupon", "reward_coupon": coupon.key}
    assert set(errors_of(browser.post(f"{LIST}add/", typed(row, **reward)))) == {"reward_coupon"}
    publish_template(coupon)
    activity = published(browser, row, **reward)
    assert activity.rule["leader_reward"] == {"kind": "coupon", "quantity": 1, "ref": coupon.key}
    assert "团长券 · 立减 5" in browser.get(f"{LIST}{activity.pk}/change/").content.decode()
    end_template(coupon)
    assert "优惠券（已停止发放）" in browser.get(f"{LIST}{activity.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"size": "1"}, {"size"}),
        ({"size_2": "2"}, {"size_2"}),
        ({"size_2": "4", "size_3": "3"}, {"size_3"}),
        ({"hours": "0"}, {"hours"}),
        ({"virtual_share": "100"}, {"virtual_share"}),
        ({"when_full": "NEVER"}, {"when_full"}),
        ({"reward_kind": "points"}, {"reward_points"}),
        ({"reward_kind": "coupon"}, {"reward_coupon"}),
        ({"items": "[]"}, {"items"}),
    ],
)
def test_what_is_no_group_buy_is_refused_at_its_field(browser, fields, wrong):
    row = {"sku": make_sku(price=1_000).pk, "price": "8", "price_2": "7", "price_3": "6"}
    assert set(errors_of(browser.post(f"{LIST}add/", typed(row, **fields)))) == wrong
    assert not Activity.objects.exists()


def test_a_larger_group_is_not_dearer(browser):
    cup, tea = make_sku(price=1_000), make_sku(price=1_000)
    rows = [{"sku": cup.pk, "price": "8", "price_2": "8.01"}, {"sku": tea.pk, "price": "10", "price_2": ""}]
    answer = browser.post(f"{LIST}add/", typed(*rows, size_2="3"))
    assert cells_of(answer) == {
        "items[0].price_2": "不能高于人数少的一档，最低 0.01 元",
        "items[1].price": "要低于原价 10.00 元，最低 0.01 元",
        "items[1].price_2": "请填写拼团价",
    }
    assert not Activity.objects.exists()
    browser.post(f"{LIST}add/", typed(*rows[:1], size_2="", size_3="5"))  # a third size needs a second
    assert Activity.objects.get().rule["sizes"] == [2]


def test_groups_are_listed_with_their_seats_and_read_one_by_one(browser):
    sku = make_sku(price=1_000, stock=50)
    activity = published(browser, {"sku": sku.pk, "price": "8"})
    first = joined(activity, sku, nickname="甲")
    complete = Group.objects.get()
    second = joined(activity, sku, complete.key, nickname="乙")
    joined(activity, sku, nickname="丙")
    waiting = Group.objects.order_by("pk").last()
    assert [row.pk for row in browser.get(GROUPS).context["cl"].result_list] == [waiting.pk, complete.pk]
    page = browser.get(GROUPS, {"state__exact": "OPEN"}).content.decode()
    assert "1 / 2" in page and "23 小时" in page and "甲" not in page
    assert [row.pk for row in browser.get(GROUPS, {"q": second.number}).context["cl"].result_list] == [complete.pk]
    assert len(browser.get(GROUPS, {"activity": "nobody\0"}).context["cl"].result_list) == 0
    page = browser.get(f"{GROUPS}{complete.pk}/change/").content.decode()
    assert "已成团" in page and first.number in page and second.number in page
    assert page.index("甲") < page.index("乙")
    assert browser.get(f"{GROUPS}{complete.pk}0/change/").status_code == 404
    assert browser.get(f"{GROUPS}add/").status_code == 403
    for _group in range(8):
        joined(activity, sku)
    told = browser.get(f"{LIST}{activity.pk}/change/")
    assert len(told.context["groups"]) == 8 and "全部 10 条" in told.content.decode()


def test_service_sees_groups_and_makes_none(shop, browser):
    sku = make_sku(price=1_000)
    activity = published(browser, {"sku": sku.pk, "price": "8"})
    joined(activity, sku)
    service, nobody = (browser_of(shop, make_staff(f"{role}@example.com", role)) for role in ("客服", "仓库"))
    assert service.get(GROUPS).status_code == 200
    assert service.get(f"{GROUPS}{Group.objects.get().pk}/change/").status_code == 200
    assert service.get(LIST).status_code == service.get(f"{LIST}{activity.pk}/change/").status_code == 403
    assert nobody.get(GROUPS).status_code == 403
    assert nobody.get(f"{GROUPS}{Group.objects.get().pk}/change/").status_code == 403
    assert service.post(f"{LIST}add/", typed({"sku": sku.pk, "price": "8"})).status_code == 403
    assert Activity.objects.count() == 1
