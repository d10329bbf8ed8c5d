"""The pages of bargains: the rule as typed and stored, and what shoppers launched."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.inventory.models import StockItem
from shop.marketing.bargain.models import Bargain
from shop.marketing.bargain.services import help_bargain, launch
from shop.promotions.models import Activity
from tests.factories import make_member, make_sku
from tests.promotions.activities import buy
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/bargain/bargainactivity/"
RECORDS = "/admin/bargain/bargain/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_members", "most_per_phone", "most_per_address")
    values = {"title": "砍价免费拿", "starts_at": "2020-05-01T10:00", "ends_at": "2040-05-01T12:00"}
    rule = {"helpers": "3", "hours": "24", "pay_hours": "2", "most_helps": "4", "any_price": "on"}
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


def test_a_bargain_is_made_shown_again_and_launched(browser, member):
    sku = make_sku(price=1_000, stock=9)
    activity = published(browser, {"sku": sku.pk, "price": "1", "units": "5"})
    rule = {"helpers": 3, "hours": 24, "pay_hours": 2, "most_helps": 4, "any_price": True}
    assert (activity.tool, activity.rule, activity.summary) == ("bargain", rule, "3 刀砍到 1 元")
    assert (activity.excludes, activity.has_stock) == ([1, 2, 3, 4], True)
    assert StockItem.objects.get(bucket=activity.key).on_hand == 5
    bargain = launch(member, activity.key, sku.key)
    assert len(bargain.cuts) == 3 and sum(bargain.cuts) == 900
    told = browser.get(f"{LIST}{activity.pk}/change/")
    assert [str(text) for _name, text in told.context["terms"]] == ["3", "24", "2", "4", "是"]
    assert [figure for _name, figure in told.context["figures"]][4:] == [1, 0, 1]
    assert f"{RECORDS}{bargain.pk}/change/" in told.content.decode()
    browser.post(f"{LIST}{activity.pk}/copy/")
    copied = Activity.objects.order_by("pk").last()
    form = browser.get(f"{LIST}{copied.pk}/change/").context["adminform"].form
    assert {name: form[name].value() for name in rule} == rule
    browser.post(f"{LIST}{copied.pk}/change/", typed({"sku": sku.pk, "price": "1"}, any_price=""))
    copied.refresh_from_db()
    assert (copied.rule["any_price"], copied.has_stock) == (False, False)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"helpers": "1"}, {"helpers"}),
        ({"hours": ""}, {"hours"}),
        ({"hours": "721"}, {"hours"}),
        ({"pay_hours": "0"}, {"pay_hours"}),
        ({"most_helps": "-1"}, {"most_helps"}),
        ({"items": "[]"}, {"items"}),
    ],
)
def test_what_is_no_bargain_is_refused_at_its_field(browser, fields, wrong):
    row = {"sku": make_sku(price=1_000).pk, "price": "1"}
    assert set(errors_of(browser.post(f"{LIST}add/", typed(row, **fields)))) == wrong
    assert not Activity.objects.exists()


def test_every_cut_has_a_fen(browser):
    near, bare = make_sku(price=1_000), make_sku(price=1_000)
    rows = [{"sku": near.pk, "price": "9.98", "units": "1"}, {"sku": bare.pk, "units": "1"}]
    assert cells_of(browser.post(f"{LIST}add/", typed(*rows))) == {
        "items[0].price": "3 刀每刀至少 0.01 元，最低价不能高于 9.97 元",
        "items[1].price": "请填写最低价",
    }
    assert not Activity.objects.exists()
    browser.post(f"{LIST}add/", typed({"sku": near.pk, "price": "9.97"}))
    assert Activity.objects.get().summary == "3 刀砍到 9.97 元"


def test_the_list_of_bargains_tells_how_each_stands(browser, member):
    cup, tea = make_sku(price=1_000, title="杯子"), make_sku(price=2_000, title="茶叶")
    activity = published(browser, {"sku": cup.pk, "price": "1"}, {"sku": tea.pk, "price": "1"})
    ordered, down, begun, over = (
        launch(who, activity.key, sku.key)
        for who, sku in ((member, cup), (make_member(), cup), (member, tea), (make_member(), tea))
    )
    for bargain in (ordered, down):
        for _helper in range(2):
            help_bargain(make_member(), bargain.key)
    order = buy(member, (cup, 1), activity=activity)
    Bargain.objects.filter(pk=over.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    for state, bargain in (("ORDERED", ordered), ("DOWN", down), ("OPEN", begun), ("OVER", over)):
        rows = browser.get(RECORDS, {"state": state}).context["cl"].result_list
        assert [row.pk for row in rows] == [bargain.pk], state
    assert len(browser.get(RECORDS, {"state": "nonsense"}).context["cl"].result_list) == 4
    assert len(browser.get(RECORDS, {"activity": "nobody"}).context["cl"].result_list) == 0
    page = browser.get(RECORDS, {"activity": activity.key}).content.decode()
    assert "杯子" in page and "3 / 3" in page and "1 / 3" in page and "¥1.00" in page
    assert [row.pk for row in browser.get(RECORDS, {"q": "茶叶"}).context["cl"].result_list] == [over.pk, begun.pk]
    page = browser.get(f"{RECORDS}{ordered.pk}/change/").content.decode()
    assert order.number in page and "已下单" in page and page.count("砍掉") == 3
    assert browser.post(f"{RECORDS}{ordered.pk}/change/", {"cut": "1"}).status_code == 403
    ordered.refresh_from_db()
    assert (ordered.cut, ordered.state) == (900, "ORDERED")


def test_the_list_of_bargains_asks_no_query_for_each(browser, django_assert_max_num_queries):
    sku = make_sku(price=1_000)
    activity = published(browser, {"sku": sku.pk, "price": "1"})
    for _member in range(10):
        launch(make_member(), activity.key, sku.key)
    with django_assert_max_num_queries(14):
        browser.get(RECORDS)


def test_service_sees_bargains_and_makes_none(shop, browser, member):
    sku = make_sku(price=1_000)
    bargain = launch(member, published(browser, {"sku": sku.pk, "price": "1"}).key, sku.key)
    service, nobody = (browser_of(shop, make_staff(f"{role}@example.com", role)) for role in ("客服", "仓库"))
    assert service.get(RECORDS).status_code == service.get(f"{RECORDS}{bargain.pk}/change/").status_code == 200
    assert service.get(LIST).status_code == 403
    assert service.post(f"{LIST}add/", typed({"sku": sku.pk, "price": "1"})).status_code == 403
    assert nobody.get(RECORDS).status_code == 403
    assert nobody.get(f"{RECORDS}{bargain.pk}/change/").status_code == 403
    assert browser.get(f"{RECORDS}add/").status_code == 403
    assert browser.get(f"{RECORDS}999999/change/").status_code == 404
    assert Activity.objects.count() == 1
