"""The pages of reductions and ladders: tiers and what they hold for, as typed and as stored."""

import json
import re

import pytest

from shop.catalog.models import Product
from shop.core.models import AuditEntry
from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.services import end_template, publish_template, save_template
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.promotions.activities import quoted
from tests.shop.admin_browser import browser_of, owner
from tests.shop.catalogue import category

LIST = "/admin/full_reduction/fullreductionactivity/"
LADDERS = "/admin/ladder_price/ladderpriceactivity/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*tiers, unit="fen", times="1", **fields):
    values = {
        "title": "满减",
        "starts_at": "2020-05-01T10:00",
        "ends_at": "2030-05-03T10:00",
        "tiers": json.dumps({"unit": unit, "times": times, "tiers": tiers}),
        "holds_for": "ALL",
        "products": "[]",
        "without": "[]",
        "stacks": ["2", "4", "5"],
    }
    return {**values, **fields}


def errors_of(answer):
    return {name: list(reasons) for name, reasons in answer.context["adminform"].form.errors.items()}


def cells_of(answer):
    return json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", answer.content.decode())[1])


def test_tiers_are_stored_shown_again_and_hold_for_orders(browser, member):
    sku, gift = make_sku(price=6_000), make_sku(price=500)
    tiers = (
        {"threshold": "100", "minus": "10"},
        {"threshold": "200", "minus": "25", "free_freight": True, "gifts": [{"sku": gift.pk, "quantity": 2}]},
        {"threshold": "300", "minus": "40", "points": "50", "cap": ""},
    )
    browser.post(f"{LIST}add/", typed(*tiers))
    activity = Activity.objects.get()
    assert activity.rule == {
        "unit": "fen",
        "times": 1,
        "gifts": [gift.pk],
        "tiers": [
            {"threshold": 10_000, "minus": 1_000},
            {
                "threshold": 20_000,
                "minus": 2_500,
                "perks": [{"kind": "free_freight"}],
                "gifts": [{"sku": gift.pk, "quantity": 2}],
            },
            {"threshold": 30_000, "minus": 4_000, "perks": [{"kind": "points", "quantity": 50}]},
        ],
    }
    assert activity.summary == "满 100 元减 10 元，满 200 元减 25 元、包邮、送赠品，满 300 元减 40 元、送 50 积分"
    assert (activity.scope, activity.excludes) == ({"all": True, "categories": [], "products": [], "without": []}, [])
    page = browser.get(f"{LIST}{activity.pk}/change/")
    again = json.loads(page.context["adminform"].form["tiers"].value())
    assert [row["threshold"] for row in again["tiers"]] == ["100.00", "200.00", "300.00"]
    assert (again["tiers"][1]["free_freight"], again["tiers"][2]["points"]) == (True, "50")
    browser.post(f"{LIST}{activity.pk}/change/", {**typed(), "tiers": json.dumps(again)})
    assert Activity.objects.get().rule == activity.rule
    browser.post(f"{LIST}{activity.pk}/publish/")
    assert [(each.tool, each.saved) for each in quoted(member, (sku, 2)).discounts] == [("full_reduction", 1_000)]
    shown = browser.get(f"{LIST}{activity.pk}/change/").content.decode()
    assert "全部商品" in shown and f"{gift.product.title}" in shown
    assert AuditEntry.objects.get(action="add").after["rule"] == activity.summary


def test_what_repeats_and_what_counts_units(browser):
    browser.post(f"{LIST}add/", typed({"threshold": "3", "share": "8.5", "cap": "50"}, unit="units", times="4"))
    rule = {"unit": "units", "times": 4, "tiers": [{"threshold": 3, "share": 1_500, "cap": 5_000}]}
    assert Activity.objects.get().rule == rule


def test_a_ladder_asks_for_units_and_shares_alone(browser):
    tiers = ({"threshold": "2", "share": "9", "minus": "10"}, {"threshold": "3", "share": "8"})
    browser.post(f"{LADDERS}add/", typed(*tiers, unit="fen", times="5"))
    assert Activity.objects.get().rule == {
        "unit": "units",
        "times": 1,
        "tiers": [{"threshold": 2, "share": 1_000}, {"threshold": 3, "share": 2_000}],
    }
    assert (Activity.objects.get().tool, Activity.objects.get().summary) == (
        "ladder_price",
        "满 2 件打 9 折，满 3 件打 8 折",
    )


def test_mistakes_stand_in_their_cells(browser):
    off = make_sku()
    Product.objects.filter(pk=off.product_id).update(is_on_shelf=False)
    row = {"threshold": "x", "minus": "1.234", "share": "11", "gifts": [{"sku": off.pk, "quantity": 1}]}
    answer = browser.post(f"{LIST}add/", typed(row, {}))
    assert set(cells_of(answer)) == {
        *("tiers[0].threshold", "tiers[0].minus", "tiers[0].share", "tiers[0].gifts", "tiers[1].threshold"),
    }
    assert errors_of(answer) == {"tiers": ["表格里有填错的地方，已标红"]}
    for tiers, reason in (
        ((), "请填写 1 到 10 档"),
        (({"threshold": "100"},), "每一档都要有优惠"),
        (({"threshold": "10", "minus": "10"},), "减的金额要小于门槛"),
        (({"threshold": "10", "minus": "1", "share": "9"},), "减的金额和打折只能填一个"),
        (({"threshold": "10", "minus": "1", "cap": "2"},), "“最多减”只和打折一起用"),
        (({"threshold": "20", "minus": "2"}, {"threshold": "10", "minus": "1"}), "门槛要从小到大，不能重复"),
    ):
        assert errors_of(browser.post(f"{LIST}add/", typed(*tiers))) == {"tiers": [reason]}
    assert Activity.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["[", "null", "[]", '{"tiers": 1}', '{"unit": "fen", "times": 1, "tiers": [1]}', "[" * 100_000]
)
def test_a_rule_from_elsewhere_is_refused_and_does_no_harm(browser, text):
    assert list(errors_of(browser.post(f"{LIST}add/", typed(tiers=text)))) == ["tiers"]
    for gifts in ([{"sku": "a", "quantity": 1}], [{"sku": {}, "quantity": 1}], [{"sku": [1], "quantity": 1}], [1], 1):
        assert list(errors_of(browser.post(f"{LIST}add/", typed({"threshold": "9", "gifts": gifts})))) == ["tiers"]
    assert Activity.objects.count() == 0


def test_it_holds_for_categories_or_products_less_those_left_out(browser):
    tea, out = make_sku(), make_sku()
    below = category("茶/绿茶").pk
    tier = {"threshold": "100", "minus": "10"}
    chosen = {"holds_for": "CATEGORIES", "categories": [str(below), "99999", "x"]}
    left_out = json.dumps([out.product.code])
    browser.post(f"{LIST}add/", typed(tier, **chosen, without=left_out))
    assert Activity.objects.get().scope == {
        "all": False,
        "categories": [below],
        "products": [],
        "without": [out.product_id],
    }
    page = browser.get(f"{LIST}{Activity.objects.get().pk}/change/")
    assert f'value="{below}" checked' in page.content.decode()
    assert page.context["adminform"].form["holds_for"].value() == "CATEGORIES"
    products = {"holds_for": "PRODUCTS", "products": json.dumps([tea.product.code, "none"])}
    browser.post(f"{LIST}{Activity.objects.get().pk}/change/", typed(tier, **products))
    assert Activity.objects.get().scope == {
        "all": False,
        "categories": [],
        "products": [tea.product_id],
        "without": [],
    }
    for holds_for, name in (("CATEGORIES", "categories"), ("PRODUCTS", "products")):
        assert list(errors_of(browser.post(f"{LIST}add/", typed(tier, holds_for=holds_for)))) == [name]
    assert list(errors_of(browser.post(f"{LIST}add/", typed(tier, without='{"a"')))) == ["without"]
    assert Activity.objects.count() == 1


def test_the_preview_tells_the_rule_while_it_is_typed(browser):
    shown = browser.post(f"{LIST}preview/", typed({"threshold": "99", "minus": "9.9"})).content.decode()
    assert "满 99 元减 9.9 元" in shown
    half = browser.post(f"{LIST}preview/", typed({"threshold": ""})).content.decode()
    assert "满减" in half and "weipu-shown-tag" not in half


def test_a_tier_gives_a_coupon_that_the_shop_gives(browser, member):
    sku = make_sku(price=10_000)
    coupon = save_template(CouponTemplate(title="回头券", value=500, given="ISSUE", days_valid=7))
    tier = {"threshold": "100", "coupon": coupon.key}
    answer = browser.post(f"{LIST}add/", typed(tier))
    assert cells_of(answer) == {"tiers[0].coupon": "优惠券已停止发放，请重新选择"}
    assert not Activity.objects.exists()
    publish_template(coupon)
    browser.post(f"{LIST}add/", typed(tier))
    activity = Activity.objects.get()
    perk = {"kind": "coupon", "quantity": 1, "ref": coupon.key}
    assert activity.rule["tiers"] == [{"threshold": 10_000, "perks": [perk]}]
    assert activity.summary == "满 100 元送优惠券"
    page = browser.get(f"{LIST}{activity.pk}/change/")
    assert json.loads(page.context["adminform"].form["tiers"].value())["tiers"][0]["coupon"] == coupon.key
    offered = re.search(r"<script data-coupons [^>]*>(.*?)</script>", page.content.decode())[1]
    assert json.loads(offered) == [[coupon.key, "回头券 · 立减 5"]]
    browser.post(f"{LIST}{activity.pk}/publish/")
    assert "回头券 · 立减 5" in browser.get(f"{LIST}{activity.pk}/change/").content.decode()
    perks = quoted(member, (sku, 1)).perks
    assert [(perk.kind, perk.quantity, perk.ref) for _tool, _ref, perk in perks] == [("coupon", 1, coupon.key)]
    end_template(coupon)
    assert "优惠券（已停止发放）" in browser.get(f"{LIST}{activity.pk}/change/").content.decode()
