"""Steps that several walks through the mini-program share."""

from playwright.sync_api import expect

PASTED = "李小荔 13900001234 广东省深圳市南山区粤海街道科技园路 8 号 2 栋 301"


def choose_pasted_address(phone):
    phone.tap("选择收货地址")
    phone.at("packages/member/address/address")
    phone.fill("粘贴整段地址", PASTED)
    phone.tap("识别")
    phone.see("广东省 深圳市 南山区")
    phone.picture("address")
    phone.tap("保存")
    phone.at("packages/order/checkout/checkout")
    phone.see("科技园路 8 号 2 栋 301")


def pay(phone, choice="支付"):
    phone.see("应付")
    phone.tap("提交订单")
    phone.answer(choice)
    phone.at("packages/order/result/result")


def ship(desk, shop, number, tracking):
    """As the merchant does it, from the list of orders."""
    desk.goto(f"{shop['web']}/admin/orders/order/")
    desk.locator("#result_list tr", has_text=number).locator("a[href*='/change/']").first.click()
    desk.locator("a.weipu-button", has_text="发货").first.click()
    desk.select_option("[name=carrier]", "yto")
    desk.fill("[name=tracking_number]", tracking)
    with desk.expect_navigation():
        desk.get_by_role("button", name="确认发货").click()
    expect(desk.locator(".weipu-state")).to_have_text("待收货")


def told(product, script):
    """What a script prints that runs inside the product."""
    done = product.manage("shell", "-v", "0", "-c", script, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
