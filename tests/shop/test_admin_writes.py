"""What the back office writes goes through the services and leaves an audit entry."""

import pytest

from payments.base import PaymentError
from payments.models import Account
from shop.catalog.models import Category
from shop.catalog.services import ensure_categories
from shop.core.admin_fields import last_four
from shop.core.models import AuditEntry, ShopSettings, User
from shop.core.staff import issue_ticket
from shop.fulfilment.models import Package
from shop.inventory.models import StockMove
from shop.members.models import WechatApp
from shop.members.services import connect_app
from shop.orders.models import Order
from shop.pricing.models import FreightRule
from tests.factories import make_order, make_sku
from tests.shop.admin_browser import PASSWORD, browser_of, make_staff, owner


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def entries(**fields):
    return list(AuditEntry.objects.filter(**fields).order_by("pk"))


def bedding():
    return ensure_categories([("居家", "被枕")])[0][("居家", "被枕")]


def test_shelf_and_archive_actions_are_audited(browser):
    product = make_sku().product
    for action in ("take_off_shelf", "put_on_shelf", "archive"):
        data = {"action": action, "_selected_action": [str(product.pk)]}
        assert browser.post("/admin/catalog/product/", data).status_code == 302
    product.refresh_from_db()
    assert product.archived_at is not None
    assert [entry.action for entry in entries()] == ["change", "change", "archive"]
    assert [entry.after for entry in entries()][:2] == [{"is_on_shelf": False}, {"is_on_shelf": True}]


def test_a_category_below_itself_is_refused_in_the_form(browser):
    child = bedding()
    form = {"name": "居家", "parent": str(child.pk), "tagline": "", "position": "0", "is_shown": "on"}
    answer = browser.post(f"/admin/catalog/category/{child.parent_id}/change/", form)
    assert answer.status_code == 200
    assert "不能把分类移到它自己或它的下级里" in answer.content.decode()
    assert Category.objects.get(pk=child.parent_id).parent_id is None
    assert entries() == []


def test_a_category_is_renamed_and_an_empty_one_deleted(browser):
    child = bedding()
    form = {"name": "被子", "parent": str(child.parent_id), "tagline": "暖", "position": "3", "is_shown": "on"}
    assert browser.post(f"/admin/catalog/category/{child.pk}/change/", form).status_code == 302
    assert browser.post(f"/admin/catalog/category/{child.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Category.objects.filter(pk=child.pk).exists()
    changed, deleted = entries()
    assert (changed.before["name"], changed.after["name"], deleted.action) == ("被枕", "被子", "delete")


def paid(*lines):
    order = make_order(None, *lines)
    Order.objects.filter(pk=order.pk).update(state=Order.State.TO_SHIP, paid=order.total)
    return order


def test_an_order_is_shipped_in_parts(browser):
    order = paid((make_sku(), 3))
    [line] = order.lines.all()
    parcel = {"carrier": "sf", "tracking_number": "SF1234567890", f"line_{line.pk}": "1"}
    page = f"/admin/orders/order/{order.pk}/ship/"
    assert browser.post(page, parcel).status_code == 302
    order.refresh_from_db()
    assert order.state == Order.State.TO_SHIP
    assert browser.post(page, parcel | {"tracking_number": "SF2", f"line_{line.pk}": "2"}).status_code == 200
    assert browser.post(page, parcel | {"tracking_number": "SF1234567891", f"line_{line.pk}": "2"}).status_code == 302
    order.refresh_from_db()
    assert (order.state, Package.objects.filter(order=order).count()) == (Order.State.SHIPPED, 2)
    assert [entry.action for entry in entries()] == ["order.ship", "order.ship"]
    assert entries()[1].after == {"state": "SHIPPED", "packages": ["SF1234567891"]}


def test_an_unpaid_order_is_repriced_in_yuan(browser):
    order = make_order(None, (make_sku(price=1000), 2))
    page = f"/admin/orders/order/{order.pk}/reprice/"
    assert browser.post(page, {"goods": "21", "freight": "0"}).status_code == 200
    assert browser.post(page, {"goods": "15.50", "freight": "6"}).status_code == 302
    order.refresh_from_db()
    assert (order.total, order.discount, order.freight) == (2150, 450, 600)
    [entry] = entries()
    assert (entry.action, entry.before["total"], entry.after["total"]) == ("order.reprice", 2000, 2150)


def test_an_unpaid_order_is_cancelled_once(browser):
    order = make_order()
    page = f"/admin/orders/order/{order.pk}/cancel/"
    form = {"reason": "no_stock", "note": "面料断货"}
    assert browser.post(page, form).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (Order.State.CANCELLED, Order.CancelReason.MERCHANT)
    assert "不能取消订单" in browser.post(page, form, follow=True).content.decode()
    [entry] = entries()
    assert (entry.action, entry.after) == ("order.cancel", {"state": "CANCELLED", "reason": "缺货：面料断货"})
    assert order.events.get(action="cancelled").note == "缺货：面料断货"


def test_a_provider_that_is_away_gives_a_message_and_changes_nothing(browser, monkeypatch):
    order = make_order()

    def away(order):
        raise PaymentError("no answer", retry=True)

    monkeypatch.setattr("payments.services.closing.close_all", away)
    page = browser.post(f"/admin/orders/order/{order.pk}/cancel/", {"reason": "other"}, follow=True)
    assert page.status_code == 200
    assert "正在处理中" in page.content.decode()
    order.refresh_from_db()
    assert (order.state, entries()) == (Order.State.UNPAID, [])


def test_a_staff_remark_is_saved_and_audited(browser):
    order = make_order()
    assert (
        browser.post(f"/admin/orders/order/{order.pk}/remark/", {"staff_remark": "加急", "flag": "RED"}).status_code
        == 302
    )
    order.refresh_from_db()
    assert (order.staff_remark, order.flag) == ("加急", "RED")
    [entry] = entries()
    assert entry.before == {"staff_remark": "", "flag": ""}
    assert entry.after == {"staff_remark": "加急", "flag": "RED"}


def test_an_order_page_takes_no_post(browser):
    order = make_order()
    assert browser.post(f"/admin/orders/order/{order.pk}/change/", {"state": "COMPLETED"}).status_code == 403
    order.refresh_from_db()
    assert order.state == Order.State.UNPAID


@pytest.mark.parametrize("by", ["number", "phone", "last4"])
def test_orders_are_found(browser, by):
    order = make_order()
    term = {"number": order.number, "phone": "13800138000", "last4": "8000"}[by]
    assert order.number in browser.get(f"/admin/orders/order/?q={term}").content.decode()
    assert order.number not in browser.get("/admin/orders/order/?q=13900139000").content.decode()


def test_stock_is_adjusted_once_per_form(browser):
    item = make_sku(stock=10).stock_items.get()
    page = f"/admin/inventory/stockitem/{item.pk}/change/"
    form = {"delta": "-4", "cause": "DAMAGED", "note": "破损", "ref": "adjust-once"}
    assert browser.post(page, form).status_code == 302
    assert browser.post(page, form).status_code == 302
    item.refresh_from_db()
    assert item.on_hand == 6
    assert StockMove.objects.filter(stock_item=item, kind="ADJUST").count() == 1
    [entry] = entries()
    assert (entry.before, entry.after) == (
        {"on_hand": 10},
        {"on_hand": 6, "cause": "DAMAGED", "note": "破损"},
    )
    answer = browser.post(page, {"delta": "-7", "cause": "DEFICIT", "ref": "adjust-two"})
    assert "现有库存不能少于已占用数量" in answer.content.decode()


def test_freight_and_settings_are_saved_in_yuan_and_audited(browser):
    form = {"mode": "PIECE", "first": "1", "first_fee": "8", "extra": "1", "extra_fee": "2.5", "free_over": ""}
    assert browser.post("/admin/pricing/freightrule/1/change/", form).status_code == 302
    rule = FreightRule.objects.get()
    assert (rule.first_fee, rule.extra_fee, rule.free_over) == (800, 250, None)
    settings = {
        "pay_minutes": "45",
        "most_unpaid": "5",
        "auto_receive_days": "10",
        "after_sale_days": "7",
        "service_phone": "",
        "notice": "",
    }
    settings |= {"low_stock_units": "5", "shop_name": "alpha 店", "theme_colour": "#15803d"}
    settings |= {"points_earned_per_yuan": "1", "points_per_yuan": "100", "points_most_bp": "50"}
    assert browser.post("/admin/core/shopsettings/1/change/", settings).status_code == 302
    assert ShopSettings.objects.get().pay_minutes == 45
    assert [(entry.object_kind, entry.action) for entry in entries()] == [
        ("pricing.freightrule", "change"),
        ("core.shopsettings", "change"),
    ]


def test_an_empty_secret_keeps_the_stored_one_and_is_never_shown(browser):
    connect_app("wx0123456789abcdef", "0123456789abcdefSECRET12", "禾禾")
    page = browser.get("/admin/members/wechatapp/1/change/").content.decode()
    assert "SECRET12" not in page
    assert "ET12" in page
    form = {"appid": "wx0123456789abcdef", "name": "禾禾家", "secret": ""}
    assert browser.post("/admin/members/wechatapp/1/change/", form).status_code == 302
    app = WechatApp.objects.get()
    assert (app.name, app.secret) == ("禾禾家", "0123456789abcdefSECRET12")
    assert browser.post("/admin/members/wechatapp/1/change/", form | {"secret": "n" * 32}).status_code == 302
    assert WechatApp.objects.get().secret == "n" * 32
    assert all("n" * 32 not in str(entry.after) for entry in entries())


def test_a_merchant_account_shows_what_is_wrong_and_stores_nothing(browser):
    answer = browser.post("/admin/payments/account/add/", {"name": "微信支付", "config_mchid": "12"})
    assert answer.status_code == 200
    assert (Account.objects.count(), entries()) == (0, [])


def test_the_end_of_a_pem_text_says_nothing():
    assert last_four("-----BEGIN X-----\nAAAABBBBCCCCDDDD\n-----END X-----\n") == "DDDD"
    assert last_four("short") == "****"


def test_a_colleague_is_made_and_can_log_in(shop, browser):
    form = {"username": "li@example.com", "display_name": "小李", "password": PASSWORD, "is_active": "on"}
    assert browser.post("/admin/core/user/add/", form | {"roles": ["客服", "仓库"]}).status_code == 302
    colleague = User.objects.get(username="li@example.com")
    assert (colleague.is_owner, sorted(g.name for g in colleague.groups.all())) == (False, ["仓库", "客服"])
    assert PASSWORD not in str(entries(object_kind="core.user")[0].after)
    theirs = browser_of(shop, None)
    answer = theirs.post("/admin/login/", {"username": "LI@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    theirs.post("/admin/logout/")
    assert [entry.action for entry in entries(actor="li@example.com")] == ["login", "logout"]


def test_settings_out_of_range_are_refused_in_chinese(browser):
    settings = {
        "pay_minutes": "0",
        "most_unpaid": "5",
        "auto_receive_days": "10",
        "after_sale_days": "7",
        "service_phone": "",
        "notice": "",
    }
    settings |= {"low_stock_units": "5", "shop_name": "alpha 店", "theme_colour": "#15803d"}
    settings |= {"points_earned_per_yuan": "1", "points_per_yuan": "100", "points_most_bp": "50"}
    answer = browser.post("/admin/core/shopsettings/1/change/", settings)
    assert answer.status_code == 200
    assert "settings_pay_minutes" not in answer.content.decode()
    assert ShopSettings.objects.get().pay_minutes == 30


def test_a_taken_account_is_refused_in_the_form(browser):
    form = {"username": owner().username.upper(), "password": PASSWORD, "is_active": "on"}
    answer = browser.post("/admin/core/user/add/", form)
    assert answer.status_code == 200
    assert "这个账号已经有人用了" in answer.content.decode()


def test_a_weak_password_is_refused_in_the_form(browser):
    answer = browser.post("/admin/core/user/add/", {"username": "li@example.com", "password": "12345678"})
    assert answer.status_code == 200
    assert not User.objects.filter(username="li@example.com").exists()


def test_ones_own_password_is_changed_and_audited(shop):
    colleague = make_staff("li@example.com", "客服")
    form = {"old_password": PASSWORD, "new_password1": "another-horse-7", "new_password2": "another-horse-7"}
    assert browser_of(shop, colleague).post("/admin/password_change/", form).status_code == 302
    colleague.refresh_from_db()
    assert colleague.check_password("another-horse-7")
    assert [entry.action for entry in entries()] == ["password"]


def test_a_ticket_lets_the_owner_in_once_with_a_new_session(shop, other_shop):
    visitor, ticket = browser_of(shop, None), issue_ticket(owner())
    visitor.cookies["sessionid"] = "planted-by-somebody"
    answer = visitor.get(f"/welcome?ticket={ticket}")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert visitor.cookies["sessionid"].value != "planted-by-somebody"
    assert visitor.get("/admin/").status_code == 200
    again = browser_of(shop, None).get(f"/welcome?ticket={ticket}")
    assert again.status_code == 403
    assert "去登录" in again.content.decode()
    assert [entry.action for entry in entries()] == ["welcome"]


def test_a_ticket_of_another_shop_is_refused_and_stays_valid_there(shop, other_shop):
    ticket = issue_ticket(owner())
    assert browser_of(other_shop, None).get(f"/welcome?ticket={ticket}").status_code == 403
    assert browser_of(shop, None).get(f"/welcome?ticket={ticket}").status_code == 302


def test_the_home_page_counts_and_ticks_off(browser):
    before = browser.get("/admin/").content.decode()
    assert "上架第一个商品" in before
    make_order(None, (make_sku(stock=1), 1))
    after = browser.get("/admin/").content.decode()
    assert before.count("已完成") + 2 == after.count("已完成")
