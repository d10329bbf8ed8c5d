"""A shopper who looks around: every way from the home page, searching, categories, a product's own page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import TWIG, found, goods, in_cart, settled, shown
from tests.e2e.driver import Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(150)]

HOME, LIST, PRODUCT = "pages/home/home", "pages/products/products", "pages/product/product"
QUILT, LAMP, PILLOW, BLANKET, PLATE = "澳洲羊毛冬被", "陶座布罩台灯", "天然乳胶枕", "粗针编织盖毯", "橄榄枝餐盘"


@pytest.fixture(scope="module")
def phone_shop(browsed_shop):
    return browsed_shop


def come_back(phone, route=HOME):
    phone.back()
    phone.at(route)


def test_every_way_from_the_home_page(phone, shopper):
    phone.open().see("立冬了：羊毛被与编织毯到货，满 199 元包邮。")
    phone.tap(phone.role("link", "立冬：羊毛被到货"))
    phone.at(PRODUCT)
    phone.see(QUILT)
    come_back(phone)
    phone.tap(phone.role("link", "一盏灯的晚上"))
    phone.see(LAMP)
    come_back(phone)
    bedding = next(each for each in shopper.must(200, "GET", "categories") if each["name"] == "床品")["key"]
    lists = {
        "床品": {"category": bedding},
        "找碗": {"keyword": "碗"},
        "全部热销商品": {"sort": "-sales"},
        "全部新品": {"sort": "-created"},
    }
    for name, query in lists.items():
        phone.tap(phone.role("link", name, exact=True))
        phone.at(LIST)
        settled(phone)
        assert shown(phone) == found(shopper, **query)[:20]
        come_back(phone)
    phone.tap(phone.role("link", "领券中心"))
    phone.at("packages/marketing/coupons/coupons")
    phone.see("立冬换新")
    come_back(phone)
    phone.tap(phone.role("link", "去年的活动"))
    phone.hear("这个页面暂时打不开")
    phone.at(HOME)
    phone.pull()
    phone.tap(phone.role("link", "购物袋"))
    phone.at("pages/cart/cart")
    phone.tap("去逛逛")
    phone.at(HOME)
    choose_in_the_sheet(phone, shopper)


def choose_in_the_sheet(phone, shopper):
    """A product of a shelf, put into the cart without leaving the home page; then one bought at once."""
    phone.tap(f"加入购物车：{BLANKET}")
    sheet = phone.seen.get_by_role("dialog")
    phone.tap(sheet.get_by_role("button", name="加入购物车"))
    phone.hear("请选择 颜色")
    phone.tap(phone.role("radio", "墨绿"))
    phone.see("已选 墨绿")
    phone.see("库存 38 条")
    phone.tap(sheet.get_by_role("button", name="增加一件"))
    phone.picture("quick-add")
    phone.tap(sheet.get_by_role("button", name="加入购物车"))
    phone.hear("已加入购物车")
    assert in_cart(shopper) == {BLANKET: 2}
    phone.tap(f"加入购物车：{BLANKET}")
    phone.see("已选 墨绿")
    phone.tap(sheet.get_by_role("button", name="关闭"))
    expect(sheet).to_have_count(0)
    phone.tap(f"加入购物车：{BLANKET}")
    phone.tap(sheet.get_by_role("button", name="立即购买"))
    phone.at("packages/order/checkout/checkout")
    phone.see("请添加收货地址")
    assert in_cart(shopper) == {BLANKET: 2}


def test_words_that_are_searched_for(phone, shopper):
    phone.open()
    phone.tap(phone.role("link", "搜索商品"))
    phone.at("pages/search/search")
    phone.see("大家在搜")
    phone.tap("搜索")  # nothing is typed: nothing happens
    phone.fill("搜索商品", "碗")
    phone.tap("碗盘")  # which the shop suggests
    phone.at(LIST)
    settled(phone)
    assert shown(phone) == found(shopper, keyword="碗盘")
    phone.tap(phone.role("link", "换个词搜索"))
    phone.at("pages/search/search")
    phone.tap("清空输入")
    phone.tap("台灯")  # which others search for
    phone.at(LIST)
    settled(phone)
    assert shown(phone) == found(shopper, keyword="台灯")
    come_back(phone, "pages/search/search")
    assert phone.data["history"] == ["台灯", "碗盘"]
    phone.fill("搜索商品", "独角兽")
    phone.role("textbox", "搜索商品").press("Enter")
    phone.see("没有找到“独角兽”")
    phone.tap("重新搜索")
    phone.at("pages/search/search")
    phone.tap("清空输入")
    phone.picture("search-history")
    phone.tap("清空搜索记录")
    phone.answer("取消")
    phone.see("最近搜索")
    phone.tap("清空搜索记录")
    phone.answer("清空")
    expect(phone.seen.get_by_text("最近搜索")).to_have_count(0)
    phone.open(f"/{LIST}?keyword=碗")
    phone.tap(phone.role("link", "换个词搜索"))
    phone.at("pages/search/search")
    expect(phone.role("textbox", "搜索商品")).to_have_value("碗")
    assert phone.data["history"] == []


def open_product(phone, shopper, title):
    phone.open(f"/{PRODUCT}?key={goods(shopper, title)['key']}")
    phone.see("立即购买")


def test_a_product_is_looked_at_from_all_sides(phone, shopper):
    open_product(phone, shopper, PILLOW)
    phone.tap(phone.role("button", "图 1，看大图"))
    phone.picture("gallery")
    phone.page.get_by_role("button", name="关闭", exact=True).tap()
    phone.tap("服务保障")
    phone.see("签收后七天内，未使用可以退货。")
    phone.tap("关闭")
    phone.tap(phone.role("button", "品牌"))
    phone.see("从一间临街的小铺开始")
    phone.tap(phone.role("button", "资质图片 1，看大图"))
    phone.page.get_by_role("button", name="关闭", exact=True).last.tap()
    phone.tap("关闭")
    read_reviews(phone)
    phone.tap("收藏")
    phone.hear("已收藏")
    assert [each["title"] for each in shopper.must(200, "GET", "favourites")["results"]] == [PILLOW]
    phone.tap("取消收藏")
    phone.hear("已取消收藏")
    assert shopper.must(200, "GET", "favourites")["results"] == []
    phone.tap("分享给朋友")
    phone.hear(f"链接已复制：{PILLOW}")
    choose(phone, shopper)
    save_poster(phone)


def read_reviews(phone):
    phone.tap("查看全部 3 条评价")
    phone.see("枕头偏高一点，拿掉一层内胆就合适了。")
    phone.tap(phone.role("radio", "4 星，1 条"))
    expect(phone.seen.get_by_text("匿名")).to_have_count(0)
    phone.tap(phone.role("radio", "全部，3 条"))
    expect(phone.seen.get_by_text("匿名")).to_have_count(2)


def choose(phone, shopper):
    """In the sheet: the picture, a choice taken back, more than there is, then three."""
    phone.tap(phone.role("button", "选择规格和数量"))
    sheet = phone.seen.get_by_role("dialog")
    phone.tap(sheet.get_by_role("button", name="看大图"))
    phone.page.get_by_role("button", name="关闭", exact=True).last.tap()
    phone.tap(phone.role("radio", "低枕 8 厘米"))
    phone.see("已选 低枕 8 厘米")
    phone.tap(phone.role("radio", "低枕 8 厘米"))
    phone.see("请选择 高度")
    phone.tap(phone.role("radio", "高枕 12 厘米"))
    sheet.get_by_label("数量", exact=True).fill("900")
    sheet.get_by_label("数量", exact=True).press("Enter")
    phone.hear("最多 66 件")
    sheet.get_by_label("数量", exact=True).fill("3")
    sheet.get_by_label("数量", exact=True).press("Enter")
    phone.tap(sheet.get_by_role("button", name="加入购物车"))
    phone.hear("已加入购物车")
    assert in_cart(shopper) == {PILLOW: 3}


def save_poster(phone):
    phone.tap("生成海报")
    expect(phone.role("img", f"{PILLOW} 的海报")).to_be_visible()
    phone.picture("poster")
    with phone.page.expect_download() as kept:
        phone.tap("保存到相册")
    assert kept.value.suggested_filename == "图片.jpeg"
    phone.hear("已保存")


def test_stock_is_asked_for_where_no_socket_can_be_had(phone, shopper, phone_shop):
    twig = goods(shopper, TWIG)
    phone.page.clock.install()
    phone.page.route_web_socket("**/ws/stock", lambda socket: socket.close())
    with phone.page.expect_response(f"**/products/{twig['key']}/stock") as asked:
        open_product(phone, shopper, TWIG)
        for _again in range(3):
            phone.page.clock.run_for(7000)
    assert asked.value.json() == [{"sku": twig["skus"][0]["key"], "available": 1}]
    expect(phone.role("button", "立即购买")).to_be_enabled()
    other = Shopper(phone_shop["api"], "browse-quick").log_in().with_address()
    assert other.order([(twig["skus"][0]["key"], 1)]).status_code == 201
    phone.page.clock.run_for(15_000)
    expect(phone.role("button", "已售罄")).to_be_disabled()


def test_categories_and_the_member_s_own_tab(phones, shopper):
    phone = phones(shopper.name).open("/pages/category/category")
    phone.tap(phone.role("tab", "餐厨"))
    tree = {each["name"]: each for each in shopper.must(200, "GET", "categories")}
    below = {each["name"]: each["key"] for each in tree["餐厨"]["children"]}
    for name, key in (("碗盘", below["碗盘"]), ("餐具", below["餐具"]), ("全部", tree["餐厨"]["key"])):
        phone.tap(phone.role("radio", name))
        phone.wait(f"(data) => data.category === '{key}' && data.status === 'ready'")
        assert shown(phone) == found(shopper, category=key)
    phone.tap(f"加入购物车：{PLATE}")
    phone.tap(phone.role("radio", "10 英寸"))
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="加入购物车"))
    phone.hear("已加入购物车")
    assert in_cart(shopper) == {PLATE: 1}
    phone.tab("我的")
    phone.at("pages/me/me")
    phone.pull()
    for name, status in (("全部订单", ""), ("待发货", "TO_SHIP")):
        phone.tap(phone.role("link", name))
        phone.at("packages/order/orders/orders")
        phone.wait(f"(data) => data.status === '{status}'")
        phone.back()
        phone.at("pages/me/me")
    phone.tap(phone.role("link", "退款/售后"))
    phone.see("没有售后记录")
