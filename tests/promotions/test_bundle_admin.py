"""The pages of bundles: parts with quantities and the price of a set, as typed, as stored, as ordered."""

import json
import re

import pytest

from shop.catalog.models import SKU
from shop.core.models import AuditEntry
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.promotions.activities import paid
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/bundle/bundleactivity/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_per_order", "most_per_phone", "most_per_address", "most_members")
    values = {"title": "早餐三件", "starts_at": "2020-05-01T10:00", "ends_at": "2030-05-01T12:00", "price": "40"}
    return {**values, "items": json.dumps(rows), "stacks": ["5"], **dict.fromkeys(limits, "0"), **fields}


def cells_of(answer):
    return json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", answer.content.decode())[1])


def errors_of(answer):
    return {name: list(reasons) for name, reasons in answer.context["adminform"].form.errors.items()}


def test_a_bundle_is_made_shown_again_published_and_sold(browser, member):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    rows = [{"sku": cup.pk, "quantity": "2"}, {"sku": tea.pk, "quantity": "1"}]
    browser.post(f"{LIST}add/", typed(*rows, most_per_member="2"))
    bundle = Activity.objects.get()
    assert list(bundle.items.values_list("sku", "price", "units", "details")) == [
        (cup.pk, None, 0, {"quantity": 2}),
        (tea.pk, None, 0, {"quantity": 1}),
    ]
    assert (bundle.tool, bundle.rule) == ("bundle", {"price": 4_000, "units_per_use": 3})
    assert (bundle.summary, bundle.has_stock) == ("套餐价 40 元，每人限 2 套", False)
    assert bundle.excludes == [1, 2, 3, 4]
    form = browser.get(f"{LIST}{bundle.pk}/change/").context["adminform"].form
    assert form["price"].value() == "40.00"
    stored = form.fields["items"].widget.context("")["data"]
    assert [row["quantity"] for product in stored for row in product["skus"]] == ["2", "1"]
    browser.post(f"{LIST}{bundle.pk}/publish/")
    page = browser.get(f"{LIST}{bundle.pk}/change/").content.decode()
    assert "¥40.00" in page and "¥49.79" in page and "每套件数" in page
    order = paid(member, (cup, 4), (tea, 2), activity=bundle)
    assert order.total == 8_000
    row = browser.get(LIST).context["cl"].result_list[0]
    assert (row.numbers.orders, row.numbers.units, row.numbers.paid) == (1, 6, 8_000)
    browser.post(f"{LIST}{bundle.pk}/copy/")
    copied = Activity.objects.order_by("pk").last()
    assert (copied.state, copied.rule, copied.items.count()) == ("DRAFT", bundle.rule, 2)
    assert AuditEntry.objects.filter(action="add").first().after["terms"] == ["套餐价：¥40.00"]


@pytest.mark.parametrize(
    ("price", "told"),
    [
        ("", "该字段是必填项。"),
        ("49.79", "要低于单买的合计 49.79 元，每件最低 0.01 元"),
        ("0.02", "要低于单买的合计 49.79 元，每件最低 0.01 元"),
    ],
)
def test_a_set_is_cheaper_than_its_parts_and_not_free(browser, price, told):
    rows = [{"sku": make_sku(price=1_990).pk, "quantity": "2"}, {"sku": make_sku(price=999).pk, "quantity": "1"}]
    assert errors_of(browser.post(f"{LIST}add/", typed(*rows, price=price))) == {"price": [told]}
    assert not Activity.objects.exists()
    browser.post(f"{LIST}add/", typed(*rows, price="0.03"))
    assert Activity.objects.get().rule["price"] == 3


def test_a_set_has_two_units_at_least_and_sound_quantities(browser):
    sku, other = make_sku(price=1_000), make_sku(price=1_000)
    told = {"items": ["请选择套餐里的商品，填写每套几件，一套至少两件"]}
    assert errors_of(browser.post(f"{LIST}add/", typed({"sku": sku.pk, "quantity": "1"}, price="5"))) == told
    assert errors_of(browser.post(f"{LIST}add/", typed(price="5"))) == told
    rows = [{"sku": sku.pk, "quantity": "0"}, {"sku": other.pk, "quantity": "100"}]
    answer = browser.post(f"{LIST}add/", typed(*rows, price="5"))
    assert cells_of(answer) == {f"items[{place}].quantity": "请填写 1 到 99 件" for place in range(2)}
    answer = browser.post(f"{LIST}add/", typed({"sku": sku.pk, "quantity": "x"}, price="5"))
    assert cells_of(answer) == {"items[0].quantity": "输入整数。"}
    assert not Activity.objects.exists()


def test_the_preview_adds_the_parts_up(browser):
    rows = [{"sku": make_sku(price=1_990).pk, "quantity": "2"}, {"sku": make_sku(price=999).pk, "quantity": "1"}]
    shown = browser.post(f"{LIST}preview/", typed(*rows)).content.decode()
    assert "套餐价 40 元" in shown and "× 2" in shown and "¥49.79" in shown
    half = browser.post(f"{LIST}preview/", typed(*rows, price="x")).content.decode()
    assert "早餐三件" in half and "一套" not in half


def test_a_set_that_is_nearly_free_or_cannot_be_sent_is_told_before_it_is_published(browser):
    cup, tea = make_sku(price=10_000, title="杯", stock=3), make_sku(price=10_000, title="茶")
    rows = [{"sku": cup.pk, "quantity": "3"}, {"sku": tea.pk, "quantity": "1"}]
    browser.post(f"{LIST}add/", typed(*rows, price="120"))
    assert browser.get(f"{LIST}{Activity.objects.get().pk}/publish/").context["cautions"] == []
    rows[0]["quantity"] = "4"
    browser.post(f"{LIST}add/", typed(*rows, price="120"))
    asked = browser.get(f"{LIST}{Activity.objects.order_by('pk').last().pk}/publish/")
    assert asked.context["cautions"] == [
        "一套 ¥120.00，不到单买合计 ¥500.00 的三成。请确认没有填错。",
        "杯 标准 现在可售 3 件，活动要用 4 件。",
    ]


def test_two_skus_of_one_product_are_two_parts_of_what_shoppers_see(browser):
    small = make_sku(price=1_000, title="茶")
    large = SKU.objects.create(product=small.product, code="large", option_text="大罐", price=3_000, position=1)
    rows = [{"sku": small.pk, "quantity": "1"}, {"sku": large.pk, "quantity": "2"}]
    shown = browser.post(f"{LIST}preview/", typed(*rows, price="60")).content.decode()
    assert "茶 标准" in shown and "茶 大罐" in shown and "× 2" in shown and "¥70.00" in shown


def test_operations_may_and_service_may_not(shop):
    service, operator = browser_of(shop, make_staff("s@example.com", "客服")), make_staff("o@example.com", "运营")
    rows = [{"sku": make_sku(price=1_990).pk, "quantity": "2"}]
    assert service.get(LIST).status_code == 403
    assert service.post(f"{LIST}add/", typed(*rows, price="20")).status_code == 403
    assert not Activity.objects.exists()
    browser_of(shop, operator).post(f"{LIST}add/", typed(*rows, price="20"))
    assert Activity.objects.get().summary == "套餐价 20 元"
