"""Steps that several walks through the mini-program share."""

PASTED = "李小荔 13900001234 广东省深圳市南山区粤海街道科技园路 8 号 2 栋 301"


def choose_pasted_address(phone):
    phone.tap("选择收货地址")
    phone.at("packages/member/addresses/addresses")
    phone.tap("新增地址")
    phone.at("packages/member/address/address")
    phone.fill("粘贴整段地址", PASTED)
    phone.tap("识别")
    phone.see("广东省 深圳市 南山区")
    phone.picture("address")
    phone.tap("保存")
    phone.at("packages/member/addresses/addresses")
    phone.tap("使用地址：李小荔")
    phone.at("packages/order/checkout/checkout")
    phone.see("科技园路 8 号 2 栋 301")


def pay(phone, choice="支付"):
    phone.see("应付")
    phone.tap("提交订单")
    phone.answer(choice)
    phone.at("packages/order/result/result")
