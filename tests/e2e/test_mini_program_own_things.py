"""A shopper's own things in the mini-program: reviews, after-sales, addresses, what was kept and seen, the profile."""

import pytest
from playwright.sync_api import expect

from tests.e2e.self_service import add_picture, paint_picture

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]


def stars(phone, label, count):
    phone.tap(phone.seen.get_by_role("radiogroup", name=label).first.get_by_role("radio", name=f"{count} 星"))


def test_a_review_is_written_with_pictures_and_added_to(enter, tmp_path):
    phone, shopper = enter("self-qing")
    phone.expect_trouble("status of 500 .*/uploads/pictures", "status of 422 .*/append")
    red, blue = (paint_picture(tmp_path, f"{colour}.png", colour) for colour in ("red", "blue"))
    phone.open("/packages/order/orders/orders?status=TO_REVIEW")
    phone.tap("评价")
    phone.at("packages/order/review/review")
    stars(phone, "商品评分", 4)
    phone.tap(phone.role("checkbox", "质量好"))
    phone.tap(phone.role("checkbox", "包装用心"))
    phone.tap(phone.role("checkbox", "质量好"))
    phone.fill("评价内容", "釉色温润，盖子合得严")
    phone.context.route("**/uploads/pictures", lambda route: route.fulfill(status=500, body=""), times=1)
    add_picture(phone, red)
    phone.see("点此重传")
    phone.picture("review-upload-failed")
    phone.tap("点此重传")
    phone.wait("(data) => data.lines[0].pictures.length === 1 && !data.lines[0].busy")
    add_picture(phone, blue)
    phone.wait("(data) => data.lines[0].pictures.length === 2")
    phone.tap("第 2 张图片，看大图")
    expect(phone.page.locator(".mp-preview img")).to_have_count(2)
    phone.tap(phone.page.get_by_role("button", name="关闭"))
    phone.tap("删除第 2 张图片")
    phone.wait("(data) => data.lines[0].pictures.length === 1")
    stars(phone, "服务态度", 5)
    stars(phone, "物流速度", 3)
    phone.tap(phone.role("checkbox", "匿名评价"))
    phone.picture("review-filled")
    phone.tap("提交评价")
    phone.see("这笔订单已经评价完了")
    written = {row["title"]: row for row in shopper.must(200, "GET", "reviews/mine")["results"]}
    bowl = written["白瓷盖碗"]
    assert (bowl["score"], bowl["tags"], len(bowl["pictures"])) == (4, ["包装用心"], 1)
    assert (bowl["content"], written["竹茶则"]["score"]) == ("釉色温润，盖子合得严", 5)

    phone.tap("我的评价")
    phone.at("packages/member/reviews/reviews")
    phone.see("釉色温润")
    phone.tap("看大图")
    expect(phone.page.locator(".mp-preview img")).to_have_count(1)
    phone.tap(phone.page.get_by_role("button", name="关闭"))
    phone.tap(phone.seen.locator(".card", has_text="白瓷盖碗").get_by_role("button", name="追加评价"))
    phone.at("packages/member/append/append")
    phone.see("白瓷盖碗")
    phone.tap("提交追评")
    phone.hear("请写下使用后的感受")
    phone.fill("追评内容", "用了一周，不烫手")
    add_picture(phone, blue)
    expect(phone.seen.get_by_text("上传中")).to_have_count(0)
    phone.picture("append")
    said = {"code": "append_period_over", "message": "现在不能追评", "detail": {}}
    phone.context.route("**/append", lambda route: route.fulfill(status=422, json=said), times=1)
    phone.tap("提交追评")
    phone.hear("现在不能追评")
    phone.tap("提交追评")
    phone.at("packages/member/reviews/reviews")
    phone.see("追评：用了一周，不烫手")
    phone.picture("my-reviews-added")
    [addition] = [row["addition"] for row in shopper.must(200, "GET", "reviews/mine")["results"] if row["addition"]]
    assert (addition["content"], len(addition["pictures"])) == ("用了一周，不烫手", 1)
    phone.tap(phone.seen.get_by_role("button", name="看大图").last)
    expect(phone.page.locator(".mp-preview img")).to_have_count(1)
    phone.tap(phone.page.get_by_role("button", name="关闭"))
    phone.pull()
    phone.tap(phone.seen.get_by_role("link").filter(has_text="竹茶则"))
    phone.at("pages/product/product")


def refresh_in_vain(phone):
    """The shop fails for a moment: what was shown stays, and the shopper hears of it."""
    before = phone.seen.inner_text()
    phone.context.route("**/after-sales**", lambda route: route.fulfill(status=500, body=""))
    phone.pull()
    phone.hear("出了点问题")
    phone.context.unroute("**/after-sales**")
    phone.pull()
    assert phone.seen.inner_text() == before


def test_money_is_asked_back_and_the_request_withdrawn(enter, own_shop, tmp_path):
    (phone, shopper), orders = enter("self-lan"), own_shop["orders"]
    phone.expect_trouble("status of (409|500) .*/api/v1/after-sales")
    phone.open(f"/packages/order/detail/detail?number={orders['lan-paid']}")
    phone.tap("申请售后")
    phone.at("packages/order/after-sale/apply/apply")
    phone.tap("提交申请")
    phone.hear("请勾选要退款的商品")
    phone.tap(phone.role("checkbox", "选择 白瓷盖碗"))
    phone.tap(phone.role("checkbox", "选择 竹茶则"))
    phone.tap("提交申请")
    phone.hear("请选择退款原因")
    assert phone.data["amount"] == 2 * 6600 + 2500
    phone.tap(phone.role("checkbox", "选择 竹茶则"))
    phone.tap("减少一件")
    assert phone.data["amount"] == 6600
    phone.tap(phone.seen.get_by_text("请选择"))
    phone.answer("拍错或多拍")
    phone.fill("补充说明", "多拍了一只")
    add_picture(phone, paint_picture(tmp_path, "proof.png", "green"))
    expect(phone.seen.get_by_text("上传中")).to_have_count(0)
    phone.picture("after-sale-filled")
    phone.tap("提交申请")
    phone.at("packages/order/after-sale/detail/detail")
    phone.see("等待商家处理")
    phone.tap("第 1 张凭证，看大图")
    expect(phone.page.locator(".mp-preview img")).to_have_count(1)
    phone.tap(phone.page.get_by_role("button", name="关闭"))
    one = shopper.must(200, "GET", f"after-sales/{phone.data['one']['number']}")
    assert (one["state"], one["amount"], one["reason"], one["description"]) == ("APPLIED", 6600, "WRONG", "多拍了一只")
    phone.tap("撤销申请")
    phone.answer("再想想")
    phone.tap("撤销申请")
    phone.answer("撤销")
    phone.see("已撤销")
    assert shopper.must(200, "GET", f"after-sales/{one['number']}")["state"] == "CANCELLED"

    phone.open("/packages/order/after-sale/list/list")
    phone.see("没有更多了")
    assert [(row["state"], row["amount"]) for row in phone.data["rows"]] == [("CANCELLED", 6600), ("REJECTED", 2500)]
    phone.picture("after-sales-mine")
    refresh_in_vain(phone)
    phone.context.route("**/after-sales/*", lambda route: route.fulfill(status=500, body=""))
    phone.tap(phone.role("link", "商家没有同意"))
    phone.at("packages/order/after-sale/detail/detail")
    expect(phone.role("button", "重试")).to_be_visible()
    phone.context.unroute("**/after-sales/*")
    phone.tap("重试")
    phone.see("商家答复：已经在打包了")
    phone.picture("after-sale-rejected")
    refresh_in_vain(phone)
    phone.tap("重新申请")
    phone.at("packages/order/after-sale/apply/apply")
    phone.see("可退 2 件")
    phone.tap(phone.seen.get_by_text("请选择"))
    phone.answer("不想要了")
    rest = {"order": orders["lan-refused"], "lines": [{"line": 1, "quantity": 1}], "reason": "OTHER"}
    shopper.must(201, "POST", "after-sales", {**rest, "description": "", "pictures": []}, key="self-lan-other")
    phone.tap("提交申请")
    phone.see("可退 1 件")
    phone.tap("提交申请")
    phone.at("packages/order/after-sale/detail/detail")
    phone.see("等待商家处理")
    states = [row["state"] for row in shopper.must(200, "GET", "after-sales")["results"]]
    assert sorted(states) == ["APPLIED", "APPLIED", "CANCELLED", "REJECTED"]
