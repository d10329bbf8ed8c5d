"""The pages of add-on purchases: the threshold, what counts towards it, what may be added."""

import json
import re

import pytest

from shop.core.errors import ShopError
from shop.inventory.models import StockItem
from shop.orders import services as orders
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

LIST = "/admin/add_on/addonactivity/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_per_order", "most_per_phone", "most_per_address", "most_members")
    values = {"title": "加一元换杯", "starts_at": "2020-05-01T10:00", "ends_at": "2030-05-01T12:00"}
    chosen = {"threshold": "50", "holds_for": "ALL", "products": "[]", "without": "[]"}
    return {**values, **chosen, "items": json.dumps(rows), "stacks": ["5"], **dict.fromkeys(limits, "0"), **fields}


def errors_of(answer):
    return {name: list(reasons) for name, reasons in answer.context["adminform"].form.errors.items()}


def cells_of(answer):
    return json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", answer.content.decode())[1])


def preview(member, activity, added, goods, units):
    name = (activity.tool, activity.key)
    wanted = [orders.Wanted(goods.key, units), orders.Wanted(added.key, 1, name)]
    return orders.preview(member, orders.OrderRequest(items=wanted, address=member.address.key)).quote


def test_an_add_on_is_made_and_added_beside_goods_of_its_scope(browser, member):
    cup, quilt, other = make_sku(price=1_990), make_sku(price=3_000), make_sku(price=9_000)
    scope = {"holds_for": "PRODUCTS", "products": json.dumps([quilt.product.code])}
    browser.post(f"{LIST}add/", typed({"sku": cup.pk, "price": "1"}, most_per_order="1", **scope))
    activity = Activity.objects.get()
    assert (activity.tool, activity.rule, activity.has_stock) == ("add_on", {"threshold": 5_000}, False)
    assert activity.scope == {"all": False, "categories": [], "products": [quilt.product_id], "without": []}
    assert (activity.summary, activity.excludes) == ("满 50 元加 1 元换购", [1, 2, 3, 4])
    form = browser.get(f"{LIST}{activity.pk}/change/").context["adminform"].form
    assert (form["threshold"].value(), form["holds_for"].value()) == ("50.00", "PRODUCTS")
    browser.post(f"{LIST}{activity.pk}/publish/")
    assert sum(line.total for line in preview(member, activity, cup, quilt, 2).lines) == 6_100
    with pytest.raises(ShopError) as error:
        preview(member, activity, cup, other, 1)
    assert (error.value.code, error.value.detail["missing"]) == ("threshold_not_reached", 5_000)
    page = browser.get(f"{LIST}{activity.pk}/change/").content.decode()
    assert "¥50.00" in page and quilt.product.title in page and "¥1.00" in page


def test_a_new_one_adds_one_unit_to_an_order_unless_more_are_typed(browser):
    assert browser.get(f"{LIST}add/").context["adminform"].form.initial["most_per_order"] == 1


def test_units_of_its_own_are_carved_when_they_are_typed(browser):
    cup, tea = make_sku(price=1_990, stock=9), make_sku(price=999, stock=9)
    rows = [{"sku": cup.pk, "price": "1", "units": "3"}, {"sku": tea.pk, "price": "2", "units": "4"}]
    browser.post(f"{LIST}add/", typed(*rows))
    activity = Activity.objects.get()
    assert (activity.has_stock, activity.summary) == (True, "满 50 元加 1 元起换购")
    browser.post(f"{LIST}{activity.pk}/publish/")
    carved = StockItem.objects.filter(bucket=activity.key).order_by("pk")
    assert list(carved.values_list("on_hand", flat=True)) == [3, 4]
    carved.filter(sku=cup).update(reserved=1)
    told = browser.get(f"{LIST}{activity.pk}/change/").context["rows"]
    assert [[str(text) for _heading, text in row["cells"]][2:] for row in told] == [["3", "2"], ["4", "4"]]
    answer = browser.post(f"{LIST}add/", typed(rows[0], {"sku": tea.pk, "price": "2"}))
    assert cells_of(answer) == {"items[1].units": "请填写活动库存"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"threshold": ""}, {"threshold": ["该字段是必填项。"]}),
        ({"threshold": "0"}, {"threshold": ["请填写门槛，最少 0.01 元"]}),
        ({"items": "[]"}, {"items": ["请选择可以换购的商品，并填写换购价"]}),
        ({"holds_for": "PRODUCTS"}, {"products": ["请至少选一件商品"]}),
    ],
)
def test_what_is_no_add_on_is_refused_at_its_field(browser, fields, wrong):
    sku = make_sku(price=1_000)
    assert errors_of(browser.post(f"{LIST}add/", typed({"sku": sku.pk, "price": "1"}, **fields))) == wrong
    assert not Activity.objects.exists()


def test_an_added_sku_has_a_price_below_its_own(browser):
    cup, tea = make_sku(price=1_000), make_sku(price=1_000)
    rows = [{"sku": cup.pk, "units": "3"}, {"sku": tea.pk, "price": "10", "units": "3"}]
    answer = browser.post(f"{LIST}add/", typed(*rows))
    assert cells_of(answer) == {
        "items[0].price": "请填写换购价",
        "items[1].price": "要低于原价 10.00 元，最低 0.01 元",
    }
    assert not Activity.objects.exists()


def test_operations_may_and_service_may_not(shop):
    service, operator = browser_of(shop, make_staff("s@example.com", "客服")), make_staff("o@example.com", "运营")
    row = {"sku": make_sku(price=1_990).pk, "price": "1"}
    assert service.get(LIST).status_code == 403
    assert service.post(f"{LIST}add/", typed(row)).status_code == 403
    assert not Activity.objects.exists()
    browser_of(shop, operator).post(f"{LIST}add/", typed(row))
    assert Activity.objects.get().tool == "add_on"
