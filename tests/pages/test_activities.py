"""Activities of every tool, made by a merchant on a desk and on a phone; every page of them holds still."""

import json

import pytest

from tests.pages.checker import PageChecker

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

OWNER, PASSWORD = "activities@example.com", "Lychee-2026-ok"
LIST = "/admin/limited_discount/limiteddiscount/"


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("activities")
    row = {"code": "Q1", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "459.00"}
    sizes = {"1.5m": "459.00", "1.8m": "559.00"}
    row["skus"] = [
        {"code": f"Q1-{size}", "options": {"规格": size}, "price": price, "stock": 20} for size, price in sizes.items()
    ]
    folder = tmp_path_factory.mktemp("activities")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "activities", folder, "--json")
    return made


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)

    def log_in(page):
        page.goto(f"{shop['web']}/admin/login/")
        page.fill("[name=username]", OWNER)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    checker.do(log_in)
    yield checker
    checker.close()


def choose(page, word):
    page.fill("[data-items] > input[type=search]", word)
    page.click(".weipu-found button")
    page.wait_for_selector(".weipu-good")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_discount_is_made_and_published(merchant, shop, width):
    page = merchant.pages[width]
    page.found.clear()
    page.goto(f"{shop['web']}{LIST}add/")
    choose(page, "羊毛")
    page.fill("[name=title]", f"限时折扣 {width}")
    page.fill(".weipu-filling input >> nth=1", "8")
    page.press(".weipu-filling input >> nth=1", "Enter")
    assert [cell.get_attribute("placeholder") for cell in page.locator("[data-cell=price]").all()] == [
        "367.20",
        "447.20",
    ]
    page.wait_for_selector(".weipu-shown-price:has-text('¥367.20')")
    assert page.inner_text(".weipu-shown-tag") == "限时 8 折"
    merchant.picture("activity-add", width)
    assert merchant.look(width) == []
    page.fill("[data-cell=price] >> nth=0", "600")
    assert page.input_value("[data-cell=share] >> nth=0") == ""
    page.click("[name=_publish]")
    page.wait_for_selector("td .weipu-wrong:has-text('要低于原价 459.00 元')")
    assert page.input_value("[data-cell=share] >> nth=1") == "8"
    merchant.picture("activity-wrong", width)
    assert merchant.look(width) == []
    page.fill("[data-cell=price] >> nth=0", "399")
    page.click("[name=_publish]")
    page.wait_for_url("**/publish/")
    merchant.picture("activity-publish", width)
    assert merchant.look(width) == []
    page.click("button:has-text('确认发布')")
    page.wait_for_selector("text=进行中")
    assert "距结束" in page.inner_text("[data-clock]")
    merchant.picture("activity", width)
    assert merchant.look(width) == []
    assert page.found == []


def test_lists_and_drafts_hold_still(merchant, shop):
    page = merchant.pages[1280]
    assert merchant.check(f"{shop['web']}{LIST}", "activities") == []
    page.click("#result_list a[href*='/change/']")
    page.click("button:has-text('复制')")
    page.wait_for_selector("[data-cell=price]")
    assert merchant.check(page.url, "activity-draft") == []


def test_what_is_left_out_by_hand_stays_out(merchant, shop):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}{LIST}add/")
    choose(page, "Q1")
    page.fill("[data-cell=price] >> nth=1", "500")
    page.click("[name=_save]")
    page.wait_for_url("**/change/")
    values = [cell.input_value() for cell in page.locator("[data-cell=price]").all()]
    assert values == ["", "500.00"]
    page.click(".weipu-good-head .weipu-icon")
    page.click("[name=_save]")
    page.wait_for_selector("text=请选择商品，并填写活动价或折扣")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_flash_sale_is_made_with_its_units(merchant, shop, width):
    page = merchant.pages[width]
    page.found.clear()
    page.goto(f"{shop['web']}/admin/flash_sale/flashsale/add/")
    choose(page, "羊毛")
    for place in range(2):
        page.fill(f"[data-cell=price] >> nth={place}", "99")
        page.fill(f"[data-cell=units] >> nth={place}", "3")
    page.fill("[name=most_per_member]", "1")
    page.click("summary:has-text('更多限制')")
    page.wait_for_selector(".weipu-shown-price:has-text('¥99.00')")
    assert page.inner_text(".weipu-shown-tag") == "秒杀价 99 元，每人限 1 件"
    assert "不填为 5 分钟" in page.inner_text("details.weipu-more")
    merchant.picture("flash-add", width)
    assert merchant.look(width) == []
    page.click("[name=_publish]")
    page.wait_for_url("**/publish/")
    page.click("button:has-text('确认发布')")
    page.wait_for_selector("text=未开始")
    merchant.picture("flash", width)
    assert merchant.look(width) == []
    assert page.found == []


# What is typed to make an activity of each of the other tools; the product has two SKUs, at 459 and 559 yuan.
TOOLS = {
    "bundle/bundleactivity": ({"#id_price": "900"}, {"quantity": ["1", "1"]}, "套餐价 900 元"),
    "add_on/addonactivity": ({"#id_threshold": "99"}, {"price": ["9.9", ""]}, "满 99 元加 9.9 元换购"),
    "bargain/bargainactivity": ({"#id_helpers": "5"}, {"price": ["99", "199"]}, "5 刀低至 99 元"),
    "group_buy/groupbuyactivity": (
        {"#id_size": "2", "#id_size_2": "5"},
        {"price": ["399", "499"], "price_2": ["359", "459"]},
        "2 人团 399 元起，5 人团 359 元起",
    ),
}


@pytest.mark.parametrize("path", TOOLS)
def test_an_activity_of_each_tool_is_made_and_read(merchant, shop, path):
    typed, cells, told = TOOLS[path]
    for width, page in merchant.pages.items():
        page.found.clear()
        page.goto(f"{shop['web']}/admin/{path}/add/")
        choose(page, "羊毛")
        for field, text in typed.items():
            page.fill(field, text)
        for name, texts in cells.items():
            for place, text in enumerate(texts):
                page.fill(f"[data-cell={name}] >> nth={place}", text)
        page.wait_for_selector(f".weipu-shown-tag:has-text('{told}')")
        name = path.partition("/")[0]
        merchant.picture(f"{name}-add", width)
        assert merchant.look(width) == []
        page.click("[name=_publish]")
        page.wait_for_url("**/publish/")
        page.click("button:has-text('确认发布')")
        page.wait_for_selector("text=进行中")
        assert told in page.inner_text(".weipu-facts")
        merchant.picture(name, width)
        assert merchant.look(width) == []
        assert page.found == []


def test_only_prices_of_sizes_that_are_typed_are_asked(merchant, shop):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/group_buy/groupbuyactivity/add/")
    choose(page, "羊毛")

    def shown():
        return [page.is_visible(f"[data-cell=price{end}] >> nth=0") for end in ("", "_2", "_3")]

    assert shown() == [True, False, False]
    page.fill("#id_size_2", "5")
    assert shown() == [True, True, False]
    page.fill("#id_size_3", "10")
    assert shown() == [True, True, True]
    assert not page.is_visible("#id_reward_points")
    page.select_option("#id_reward_kind", "points")
    assert page.is_visible("#id_reward_points") and not page.is_visible("#id_reward_coupon")


def test_lists_and_records_of_the_other_tools_hold_still(merchant, shop):
    for path in (*TOOLS, "group_buy/group", "bargain/bargain"):
        assert merchant.check(f"{shop['web']}/admin/{path}/", f"list-{path.replace('/', '-')}") == []


def test_a_session_is_repeated_for_other_hours(merchant, shop):
    page = merchant.pages[390]
    page.goto(f"{shop['web']}/admin/flash_sale/flashsale/")
    page.click("#result_list a[href*='/change/']")
    page.click("a:has-text('再排场次')")
    assert merchant.check(page.url, "flash-repeat") == []
    page.fill("#id_clocks", "10:00、20:00")
    page.click("button:has-text('排好场次')")
    page.wait_for_selector("text=已排好 2 场")
