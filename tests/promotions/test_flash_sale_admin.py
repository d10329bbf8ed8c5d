"""The pages of flash sales: a session made, published and copied by staff."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.core.models import AuditEntry
from shop.inventory.models import StockItem
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/flash_sale/flashsale/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_per_order", "most_per_phone", "most_per_address", "most_members")
    values = {"title": "十点场", "starts_at": "2030-05-01T10:00", "ends_at": "2030-05-01T12:00", "pay_minutes": ""}
    return {**values, "items": json.dumps(rows), "stacks": ["5"], **dict.fromkeys(limits, "0"), **fields}


def test_a_session_is_made_published_with_its_stock_and_copied(browser):
    cup, tea = make_sku(price=1_990, stock=9), make_sku(price=999, stock=9)
    rows = [{"sku": cup.pk, "price": "9.9", "units": "3"}, {"sku": tea.pk, "price": "1", "units": "2"}]
    browser.post(f"{LIST}add/", typed(*rows, most_per_member="1", most_members="50"))
    session = Activity.objects.get()
    assert list(session.items.values_list("sku", "price", "units")) == [(cup.pk, 990, 3), (tea.pk, 100, 2)]
    assert (session.tool, session.summary) == ("flash_sale", "秒杀低至 1 元，每人限 1 件")
    assert (session.has_stock, session.excludes, session.pay_minutes) == (True, [1, 2, 3, 4], None)
    assert (session.most_per_member, session.most_members) == (1, 50)
    browser.post(f"{LIST}{session.pk}/publish/")
    carved = StockItem.objects.filter(bucket=session.key).order_by("pk").values_list("on_hand", flat=True)
    assert (Activity.objects.get().state, list(carved)) == ("ON", [3, 2])
    browser.post(f"{LIST}{session.pk}/copy/")
    copied = Activity.objects.order_by("pk").last()
    assert (copied.state, copied.has_stock, [item.units for item in copied.items.all()]) == ("DRAFT", True, [3, 2])


def test_more_units_than_the_shop_has_are_told_by_name_and_refused(browser):
    cup, tea = make_sku(price=1_990, stock=2, title="杯"), make_sku(price=999, stock=9, title="茶")
    rows = [{"sku": cup.pk, "price": "9.9", "units": "3"}, {"sku": tea.pk, "price": "5", "units": "9"}]
    browser.post(f"{LIST}add/", typed(*rows))
    page = f"{LIST}{Activity.objects.get().pk}/publish/"
    assert browser.get(page).context["cautions"] == ["杯 标准 现在可售 2 件，活动要用 3 件。"]
    refused = browser.post(page)
    assert refused.context["refused"] == "库存不够划给活动：杯 标准 要 3 件，可售 2 件"
    assert (Activity.objects.get().state, StockItem.objects.exclude(bucket="").exists()) == ("DRAFT", False)


def test_a_new_session_lasts_two_hours_from_the_next_full_one(browser):
    form = browser.get(f"{LIST}add/").context["adminform"].form
    begins = form.initial["starts_at"]
    assert timedelta() < begins - timezone.now() <= timedelta(hours=1)
    assert (begins.minute, form.initial["ends_at"] - begins, form.initial["stacks"]) == (0, timedelta(hours=2), [5])
    assert form.fields["pay_minutes"].help_text == "不填为 5 分钟"


@pytest.mark.parametrize(
    ("row", "cell", "told"),
    [
        ({"price": "", "units": "3"}, "price", "请填写秒杀价"),
        ({"price": "19.90", "units": "3"}, "price", "要低于原价 19.90 元，最低 0.01 元"),
        ({"price": "1", "units": ""}, "units", "请填写活动库存"),
    ],
)
def test_a_row_that_lacks_something_is_marked(browser, row, cell, told):
    sku = make_sku(price=1_990)
    page = browser.post(f"{LIST}add/", typed({"sku": sku.pk, **row})).content.decode()
    marked = json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", page)[1])
    assert marked == {f"items[0].{cell}": told}
    assert not Activity.objects.exists()
    assert "请选择商品，并填写秒杀价和活动库存" in browser.post(f"{LIST}add/", typed()).content.decode()


def asked(**fields):
    return {"day": "2040-05-01", "days": "2", "clocks": "20:00、10:00", "publishes": "", **fields}


def test_a_session_is_made_again_for_other_days_and_hours(browser):
    cup = make_sku(price=1_990, stock=9)
    browser.post(f"{LIST}add/", typed({"sku": cup.pk, "price": "9.9", "units": "2"}))
    session = Activity.objects.get()
    browser.post(f"{LIST}{session.pk}/publish/")
    page = f"{LIST}{session.pk}/repeat/"
    assert page in browser.get(f"{LIST}{session.pk}/change/").content.decode()
    form = browser.get(page).context["form"]
    assert (form["clocks"].value(), form["days"].value()) == ("10:00", 1)
    assert browser.post(page, asked())["Location"] == LIST
    made = Activity.objects.exclude(pk=session.pk).order_by("pk")
    starts = [timezone.localtime(each.starts_at).strftime("%m-%d %H:%M") for each in made]
    assert starts == ["05-01 10:00", "05-01 20:00", "05-02 10:00", "05-02 20:00"]
    assert {each.state for each in made} == {"DRAFT"} and made[0].ends_at - made[0].starts_at == timedelta(hours=2)
    told = AuditEntry.objects.filter(object_kind="flash_sale.flashsale", action="add")
    assert told.count() == 5


def test_sessions_are_published_at_once_all_or_none(browser):
    cup = make_sku(price=1_990, stock=9)
    browser.post(f"{LIST}add/", typed({"sku": cup.pk, "price": "9.9", "units": "3"}))
    page = f"{LIST}{Activity.objects.get().pk}/repeat/"
    answer = browser.post(page, asked(publishes="on"))  # four sessions want twelve units
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert (Activity.objects.count(), StockItem.objects.exclude(bucket="").count()) == (1, 0)
    browser.post(page, asked(publishes="on", days="1"))
    assert Activity.objects.filter(state="ON").count() == 2
    assert list(StockItem.objects.exclude(bucket="").values_list("on_hand", flat=True)) == [3, 3]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"clocks": "25:00"}, "clocks"),
        ({"clocks": "10:00、9"}, "clocks"),
        ({"clocks": "早上"}, "clocks"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"days": "32"}, "days"),
        ({"days": "31", "clocks": "1:00,2:00,3:00,4:00"}, "days"),
    ],
)
def test_hours_that_make_no_sessions_are_refused(browser, fields, wrong):
    browser.post(f"{LIST}add/", typed({"sku": make_sku(price=1_990).pk, "price": "9.9", "units": "3"}))
    answer = browser.post(f"{LIST}{Activity.objects.get().pk}/repeat/", asked(**fields))
    assert set(answer.context["form"].errors) == {wrong}
    assert Activity.objects.count() == 1


def test_nobody_has_no_time_to_pay(browser):
    answer = browser.post(f"{LIST}add/", typed({"sku": make_sku().pk, "price": "1", "units": "3"}, pay_minutes="0"))
    assert set(answer.context["adminform"].form.errors) == {"pay_minutes"}
    assert Activity.objects.count() == 0


def test_who_may_not_add_repeats_nothing(shop, browser):
    browser.post(f"{LIST}add/", typed({"sku": make_sku(price=1_990).pk, "price": "9.9", "units": "3"}))
    service = browser_of(shop, make_staff("s@example.com", "客服"))
    assert service.post(f"{LIST}{Activity.objects.get().pk}/repeat/", asked()).status_code == 403
    assert Activity.objects.count() == 1
