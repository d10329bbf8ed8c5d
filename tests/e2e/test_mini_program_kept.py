"""What the mini-program keeps for a member: addresses, favourites, footprints, the profile; and pages that fail."""

import pytest
from playwright.sync_api import expect

from tests.e2e.self_service import SNACKS, TRAY, add_picture, paint_picture, take_off_shelf

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

ADDRESSES = "packages/member/addresses/addresses"
FAVOURITES = "packages/member/favourites/favourites"
FOOTPRINTS = "packages/member/footprints/footprints"
PROFILE = "packages/member/profile/profile"
# Each page that asks the shop for something: path → what it shows when the shop answers
LOADED = {
    ADDRESSES: "文三路 1 号",
    "packages/member/address/address?key={address}": "保存",
    FAVOURITES: "还没有收藏商品",
    FOOTPRINTS: "还没有看过商品",
    PROFILE: "还没有绑定手机号",
    "packages/member/agreement/agreement?kind=privacy": "隐私",
    "packages/member/reviews/reviews": "还没有写过评价",
    "packages/order/orders/orders?status=UNPAID": "白瓷盖碗",
    "packages/order/detail/detail?number={number}": "待付款",
    "packages/order/after-sale/list/list": "没有售后记录",
    "packages/order/after-sale/apply/apply?number={number}": "没有可以退款的商品",
    "packages/order/review/review?number={number}": "这笔订单已经评价完了",
}


def test_an_address_is_typed_mended_and_made_the_default(enter):
    phone, shopper = enter("self-lin")
    phone.expect_trouble("status of 422 .*/api/v1/addresses")
    shopper.with_address()
    phone.open(f"/{ADDRESSES}")
    phone.tap("新增地址")
    phone.at("packages/member/address/address")
    phone.tap("用微信地址")
    phone.hear("现在用不了微信地址，请手动填写")
    phone.fill("粘贴整段地址", "你好")
    phone.tap("识别")
    phone.hear("没有认出地址，请手动填写")
    phone.fill("电话", "123")
    phone.tap("保存")
    expect(phone.seen.get_by_role("alert")).to_have_text(["该字段不能为空。"] * 3)
    phone.picture("address-wrong")
    assert shopper.must(200, "GET", "addresses")["count"] == 1
    phone.fill("收货人", "林小满")
    phone.fill("电话", "13700005678")
    phone.tap(phone.role("button", "所在地区"))
    phone.dialog.get_by_label("省", exact=True).select_option("四川省")
    phone.dialog.get_by_label("市", exact=True).select_option("成都市")
    phone.dialog.get_by_label("区、县").fill("锦江区")
    phone.answer("确定")
    phone.fill("详细地址", "水井街 66 号")
    expect(phone.seen.get_by_role("alert")).to_have_count(0)
    phone.tap("保存")
    phone.at(ADDRESSES)
    phone.see("四川省 成都市 锦江区 水井街 66 号")
    phone.tap("设为默认")
    phone.wait("(data) => data.rows.find((row) => row.is_default).name === '林小满'")
    phone.tap("修改地址：林小满")
    phone.at("packages/member/address/address")
    phone.wait("(data) => data.isDefault")
    phone.fill("详细地址", "水井街 68 号")
    phone.tap("保存")
    phone.at(ADDRESSES)
    phone.see("水井街 68 号")
    phone.picture("addresses-two")
    phone.pull()
    kept = {row["name"]: row for row in shopper.must(200, "GET", "addresses")["results"]}
    assert {name: row["is_default"] for name, row in kept.items()} == {"王小明": False, "林小满": True}
    mended = kept["林小满"]
    assert (mended["phone"], mended["city"], mended["detail"]) == ("13700005678", "成都市", "水井街 68 号")


def test_favourites_and_footprints_over_several_pages(product, enter, own_shop, tmp_path):
    phone, shopper = enter("self-zhi")
    phone.expect_trouble("status of 500 .*page=2")
    keys = own_shop["products"]
    for code in ["G", *(f"M{n:02}" for n in range(SNACKS))]:
        shopper.must(204, "POST", f"favourites/{keys[code]}")
        shopper.must(204, "POST", "footprints", {"product": keys[code]})
    take_off_shelf(product, tmp_path, TRAY)
    phone.open(f"/{FAVOURITES}")
    phone.see("小茶点 23")
    phone.tap("加入购物车：小茶点 23")
    phone.hear("已加入购物车")
    [line] = shopper.must(200, "GET", "cart")["items"]
    assert (line["sku"]["key"], line["quantity"]) == (own_shop["skus"]["M23-1"], 1)
    phone.context.route("**/favourites?page=2", lambda route: route.fulfill(status=500, body=""))
    phone.reach_end()
    phone.see("没有加载出来，点这里重试")
    phone.context.unroute("**/favourites?page=2")
    phone.tap("没有加载出来，点这里重试")
    phone.see("已下架")
    phone.picture("favourites-gone")
    phone.tap("取消收藏：绝版茶盘")
    phone.wait("(data) => data.rows.every((row) => !row.is_gone)")
    assert len(shopper.must(200, "GET", "favourites?page_size=100")["results"]) == SNACKS
    phone.pull()

    phone.open(f"/{FOOTPRINTS}")
    phone.see("小茶点 23")
    phone.reach_end()
    phone.see("没有更多了")
    phone.tap(phone.role("link", "绝版茶盘"))
    phone.hear("这件商品已下架")
    phone.tap("管理")
    phone.tap("删除 小茶点 10")
    expect(phone.role("link", "小茶点 10")).to_have_count(0)
    phone.tap(phone.role("link", "小茶点 11"))
    phone.tap("完成")
    phone.at(FOOTPRINTS)
    assert shopper.must(200, "GET", "me/counts")["footprints"] == SNACKS
    phone.tap(phone.role("link", "小茶点 11"))
    phone.at("pages/product/product")
    phone.back()
    phone.at(FOOTPRINTS)
    phone.pull()
    phone.tap("管理")
    phone.tap("清空全部")
    phone.answer("取消")
    phone.tap("清空全部")
    phone.answer("清空")
    phone.see("还没有看过商品")
    assert shopper.must(200, "GET", "me/counts")["footprints"] == 0
    phone.tap("去逛逛")
    phone.at("pages/home/home")


def test_a_profile_gets_a_picture_and_a_number_and_is_left(enter, tmp_path):
    phone, shopper = enter("self-yun")
    phone.expect_trouble("status of 4[12][35] .*/uploads/pictures", "status of 422 .*/uploads/pictures")
    phone.open(f"/{PROFILE}")
    phone.see("还没有绑定手机号")
    (tmp_path / "note.png").write_text("no picture", "utf-8")
    add_picture(phone, tmp_path / "note.png", "换头像")
    phone.page.locator(".mp-toast").wait_for()
    assert shopper.must(200, "GET", "me")["avatar"] == ""
    add_picture(phone, paint_picture(tmp_path, "face.png", "#386"), "换头像")
    phone.wait("(data) => data.member.avatar !== ''")
    phone.tap("绑定手机号")
    phone.see("手机号尾号 1234")
    phone.fill("昵称", "云边")
    phone.tap("保存")
    phone.hear("已保存")
    phone.picture("profile-filled")
    said = shopper.must(200, "GET", "me")
    assert (said["nickname"], said["phone_last4"], said["avatar"] != "") == ("云边", "1234", True)
    phone.tap("退出登录")
    phone.answer("取消")
    phone.tap("退出登录")
    phone.answer("确定")
    phone.at("pages/me/me")
    phone.see("欢迎光临")
    assert phone.page.evaluate("Object.keys(localStorage).filter((key) => key.endsWith(':session'))") == []
    assert shopper.must(200, "GET", "me")["nickname"] == "云边"


def test_pages_of_a_member_say_so_when_they_do_not_load(enter, own_shop):
    phone, shopper = enter("self-fan")
    phone.expect_trouble("status of 500 .*/api/v1/")
    shopper.with_address()
    number = shopper.order([(own_shop["skus"]["C-1"], 1)]).json()["number"]
    [address] = shopper.must(200, "GET", "addresses")["results"]
    for path, words in LOADED.items():
        phone.context.route("**/api/v1/**", lambda route: route.fulfill(status=500, body=""))
        wanted = "/" + path.format(number=number, address=address["key"])
        phone.page.evaluate("(url) => wx.navigateTo({ url })", wanted)
        phone.at(path.split("?")[0])
        expect(phone.role("button", "重试")).to_be_visible()
        phone.context.unroute("**/api/v1/**")
        phone.tap("重试")
        phone.see(words)
        phone.back()
        phone.at("packages/order/orders/orders")
