"""A shopper who buys: lists narrowed and read to their end, and a cart that is put in order."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import COASTER, COUPLET, found, goods, in_cart, settled, shown
from tests.e2e.driver import Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(150)]

CART, LIST = "pages/cart/cart", "pages/products/products"
LINEN, PLATE, QUILT = "水洗棉四件套", "橄榄枝餐盘", "澳洲羊毛冬被"


@pytest.fixture(scope="module")
def phone_shop(browsed_shop):
    return browsed_shop


def test_a_list_is_sorted_narrowed_and_read_to_its_end(phone, shopper):
    phone.expect_trouble("status of 500 .*page=2")
    phone.open(f"/{LIST}")
    settled(phone)
    assert shown(phone) == found(shopper)[:20]
    phone.context.route("**/products?*page=2*", lambda route: route.fulfill(status=500, body=""))
    phone.reach_end()
    phone.see("没有加载出来，点这里重试")
    phone.context.unroute("**/products?*page=2*")
    phone.tap("没有加载出来，点这里重试")
    phone.see("没有更多了")
    assert shown(phone) == found(shopper)
    for sort in ("price", "-price"):
        phone.tap(phone.role("button", "按价格排序"))
        phone.wait(f"(data) => data.sort === '{sort}' && data.status === 'ready'")
        assert shown(phone) == found(shopper, sort=sort)[:20]
    narrow(phone, shopper)
    phone.pull()
    assert phone.data["active"] == 0
    phone.reach_end()
    phone.see("没有更多了")
    phone.tap(f"加入购物车：{COASTER}")
    phone.hear("已加入购物车")
    assert in_cart(shopper) == {COASTER: 1}


def choose_filter(phone, words, role="radio", on="true"):
    """Touch a filter and wait until the panel is painted anew."""
    with phone.page.expect_response("**/products/facets?*"):
        phone.tap(phone.role(role, words))
    expect(phone.role(role, words)).to_have_attribute("aria-checked", on)


def narrow(phone, shopper):
    """By brand, prices typed the wrong way round, stock, category and a fact; then by what nothing has."""
    phone.tap("筛选")
    choose_filter(phone, "土与火，")
    phone.fill("最低价", "90")
    phone.fill("最高价", "20")
    phone.tap(phone.role("switch", "只看有货"))
    choose_filter(phone, "碗盘，")
    choose_filter(phone, "碗盘，", on="false")
    choose_filter(phone, "碗盘，")
    phone.picture("filter")
    phone.tap("确定")
    phone.see("筛选 4")
    settled(phone)
    facets = shopper.must(200, "GET", "products/facets")
    keys = {each["name"]: each["key"] for each in facets["brands"] + facets["categories"]}
    wanted = {"brand": keys["土与火"], "category": keys["碗盘"], "min_price": 2000, "max_price": 9000}
    assert shown(phone) == found(shopper, **wanted, in_stock="true", sort="-price")
    assert set(shown(phone)) == {"青瓷饭碗", "海波纹面碗", "橄榄枝餐盘"}
    phone.tap("筛选")
    phone.tap(phone.role("radio", "釉下彩瓷，"))
    phone.fill("最低价", "60")
    phone.fill("最高价", "90")
    phone.tap("确定")
    phone.see("没有符合条件的商品")
    phone.picture("filter-nothing")
    phone.tap("清空筛选")
    settled(phone)
    assert shown(phone) == found(shopper, sort="-price")[:20]
    phone.tap("筛选")
    choose_filter(phone, "织野，")
    phone.tap("清空")
    expect(phone.role("radio", "织野，")).to_have_attribute("aria-checked", "false")
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="关闭"))


def item(phone, title):
    """The line of the cart with that title."""
    return phone.seen.locator(".item", has_text=title)


def fill_cart(shopper, phone_shop):
    """Four lines, of which the last is bought by somebody else."""
    for title in (LINEN, PLATE, QUILT, COUPLET):
        shopper.must(201, "POST", "cart/items", {"sku": goods(shopper, title)["skus"][0]["key"], "quantity": 1})
    other = Shopper(phone_shop["api"], "cart-quick").log_in().with_address()
    assert other.order([(goods(shopper, COUPLET)["skus"][0]["key"], 1)]).status_code == 201


def test_a_cart_is_put_in_order(phones, shopper, phone_shop):
    fill_cart(shopper, phone_shop)
    phone = phones(shopper.name).open(f"/{CART}")
    phone.tap("登录后查看以前加入的商品")
    phone.see("共 3 种商品")
    phone.see("已失效 1 种")
    phone.picture("cart-four")
    change_the_spec(phone, shopper)
    type_a_number(phone, shopper)
    clear_out(phone, shopper)


def change_the_spec(phone, shopper):
    phone.tap(item(phone, LINEN).get_by_role("button", name="更换规格"))
    sheet = phone.seen.get_by_role("dialog")
    phone.tap(phone.role("radio", "陶土"))
    phone.tap(phone.role("radio", "1.8 米床"))
    phone.see("¥429")
    phone.picture("cart-spec")
    phone.tap(sheet.get_by_role("button", name="确定"))
    phone.wait("(data) => data.lines.some((line) => line.sku.price === 42900 && line.quantity === 1)")
    phone.tap(item(phone, LINEN).get_by_role("button", name="更换规格"))
    phone.tap(sheet.get_by_role("button", name="增加一件"))
    phone.tap(sheet.get_by_role("button", name="确定"))
    phone.wait("(data) => data.lines.some((line) => line.sku.price === 42900 && line.quantity === 2)")
    assert in_cart(shopper) == {LINEN: 2, PLATE: 1, QUILT: 1, COUPLET: 1}
    phone.tap(item(phone, LINEN).get_by_role("button", name="更换规格"))
    phone.tap(sheet.get_by_role("button", name="关闭"))


def type_a_number(phone, shopper):
    """What is refused goes back; what is more than the shop allows is told; what is left in a hurry is kept."""
    phone.expect_trouble("status of 500 .*/api/v1/cart/items/")
    plates = item(phone, PLATE).get_by_label("数量", exact=True)
    phone.context.route("**/api/v1/cart/items/*", lambda route: route.fulfill(status=500, body=""))
    plates.fill("7")
    plates.press("Enter")
    phone.hear("出了点问题")
    expect(plates).to_have_value("1")
    phone.context.unroute("**/api/v1/cart/items/*")
    quilts = item(phone, QUILT).get_by_label("数量", exact=True)
    quilts.fill("4")
    quilts.press("Enter")
    expect(item(phone, QUILT).get_by_role("alert")).to_be_visible()
    phone.picture("cart-too-many")
    phone.tap("结算 (7)")
    phone.hear(QUILT)
    phone.at(CART)
    quilts.fill("0")
    quilts.press("Enter")
    expect(quilts).to_have_value("1")
    expect(item(phone, QUILT).get_by_role("alert")).to_have_count(0)
    with phone.page.expect_response("**/api/v1/cart/items/*"):
        phone.tap(item(phone, PLATE).get_by_role("button", name="增加一件"))
        phone.tap(item(phone, PLATE).get_by_role("button", name="增加一件"))
        phone.tab("我的")
    assert in_cart(shopper) == {LINEN: 2, PLATE: 3, QUILT: 1, COUPLET: 1}
    phone.tab("购物车")
    phone.pull()
    phone.tap(item(phone, PLATE).get_by_text(PLATE))
    phone.at("pages/product/product")
    phone.back()
    phone.at(CART)


def clear_out(phone, shopper):
    phone.tap("清空")
    phone.answer("取消")
    phone.tap("清空")
    phone.answer("清空")
    expect(phone.seen.get_by_text("已失效")).to_have_count(0)
    phone.tap("管理")
    phone.tap(f"删除 {QUILT}")
    phone.answer("删除")
    phone.see("共 2 种商品")
    phone.tap(phone.role("checkbox", "全选"))
    phone.tap("删除")
    phone.hear("请先勾选商品")
    assert in_cart(shopper) == {LINEN: 2, PLATE: 3}
    phone.tap(phone.role("checkbox", f"选择 {LINEN}"))
    phone.tap("删除")
    phone.answer("删除")
    phone.see("共 1 种商品")
    phone.tap("完成")
    phone.tap("结算")
    phone.hear("请先勾选商品")
    assert in_cart(shopper) == {PLATE: 3}
