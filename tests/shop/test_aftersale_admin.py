"""After-sales in the back office: who sees, who decides, what the log and the home page say."""
# ruff: noqa: F811

import pytest

from payments.models import Refund
from payments.services.settling import refund_failed
from shop.aftersale import services
from shop.core.models import AuditEntry
from tenants import registry
from tenants.models import Tenant
from tests.factories import broken, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.after_sales import ask, bought, held, pay_back, state

LIST = "/admin/aftersale/aftersale/"


@pytest.fixture
def boss(shop):
    return browser_of(shop, owner())


@pytest.fixture
def after_sale(money):
    return ask(bought(money, (make_sku(title="青瓷杯"), 3)), {1: 2}, description="到手就<b>碎</b>了")


def page_of(after_sale):
    return f"{LIST}{after_sale.pk}/change/"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_what_is_asked_back_and_why(boss, after_sale):
    page = text(boss.get(page_of(after_sale)))
    for word in (
        "青瓷杯",
        "¥20.00",
        "破损或有瑕疵",
        "到手就&lt;b&gt;碎&lt;/b&gt;了",
        "同意退款",
        after_sale.order.number,
    ):
        assert word in page
    assert "<b>碎</b>" not in page and "重新退款" not in page


def test_agreeing_is_one_click_and_is_logged(boss, after_sale):
    answer = boss.post(page_of(after_sale), {"agree": "1", "answer": "抱歉，马上退"}, follow=True)
    page = text(answer)
    assert "已同意，退款正在办理" in page and "抱歉，马上退" in page and "同意退款" not in page
    assert (state(after_sale), Refund.objects.get().amount) == ("REFUNDING", 2000)
    entry = AuditEntry.objects.get(action="after_sale.agree")
    assert (entry.object_ref, entry.before["state"], entry.after["state"]) == (
        after_sale.number,
        "APPLIED",
        "REFUNDING",
    )
    assert broken() == {}


def test_a_rejection_without_a_reason_stays_on_the_page(boss, after_sale):
    page = text(boss.post(page_of(after_sale), {"reject": "1", "answer": ""}))
    assert "请写明拒绝的原因" in page
    assert (state(after_sale), AuditEntry.objects.filter(action="after_sale.reject").exists()) == ("APPLIED", False)


def test_a_rejection_is_told_and_logged(boss, after_sale):
    text(boss.post(page_of(after_sale), {"reject": "1", "answer": "已经使用过"}, follow=True))
    assert (state(after_sale), held(after_sale.order)) == ("REJECTED", (0, 0, 0))
    assert AuditEntry.objects.get(action="after_sale.reject").after["answer"] == "已经使用过"


def test_a_decision_that_comes_second_says_so(boss, after_sale):
    services.cancel(after_sale, actor="x")
    page = text(boss.post(page_of(after_sale), {"agree": "1", "answer": ""}))
    assert "已经处理过了" in page
    assert (state(after_sale), Refund.objects.count()) == ("CANCELLED", 0)


def test_a_failed_refund_is_shown_and_tried_again(boss, after_sale):
    services.agree(after_sale, actor="x")
    refund_failed(Refund.objects.get(), "NOTENOUGH 余额不足")
    page = text(boss.get(page_of(after_sale)))
    assert "退款失败" in page and "NOTENOUGH 余额不足" in page and "重新退款" in page
    assert "已重新发起退款" in text(boss.post(page_of(after_sale), {"retry": "1"}, follow=True))
    assert "只有失败的退款可以重新发起" in text(boss.post(page_of(after_sale), {"retry": "1"}))
    pay_back(after_sale)
    assert state(after_sale) == "DONE"
    assert "重新退款" not in text(boss.get(page_of(after_sale)))
    assert AuditEntry.objects.filter(action="after_sale.retry").count() == 1


@pytest.mark.parametrize(("role", "may"), [("客服", True), ("财务", True), ("运营", False), ("仓库", False)])
def test_only_some_roles_decide(shop, after_sale, role, may):
    browser = browser_of(shop, make_staff("x@example.com", role))
    assert ("同意退款" in text(browser.get(page_of(after_sale)))) == may
    for verb in ("agree", "reject", "retry"):
        answer = browser.post(page_of(after_sale), {verb: "1", "answer": "不行"})
        assert (answer.status_code != 403) == may
    assert (state(after_sale) == "REFUNDING") == may


def test_money_goes_back_in_a_shop_that_takes_no_changes(shop, boss, after_sale):
    Tenant.objects.filter(slug=shop.slug).update(state="SUSPENDED")
    registry.forget()
    assert boss.post(page_of(after_sale), {"agree": "1", "answer": ""}).status_code == 302
    assert state(after_sale) == "REFUNDING"


def test_a_post_without_a_button_does_nothing(boss, after_sale):
    assert boss.post(page_of(after_sale), {"answer": "x"}).status_code == 403
    assert boss.get(f"{LIST}999999999/change/").status_code == 404
    assert state(after_sale) == "APPLIED"


def test_the_list_is_filtered_by_state_and_found_by_order(boss, after_sale, money):
    other = ask(bought(money, (make_sku(title="木盘"), 1)), {1: 1})
    services.reject(other, answer="不行", actor="x")
    page = text(boss.get(f"{LIST}?state__exact=APPLIED"))
    assert after_sale.number in page and other.number not in page and "青瓷杯 × 2" in page
    page = text(boss.get(f"{LIST}?q={other.order.number}"))
    assert other.number in page and after_sale.number not in page


def test_the_home_page_counts_what_waits(shop, boss, after_sale):
    link = f"{LIST}?state__exact=APPLIED"
    assert "售后待处理" in text(boss.get("/admin/")) and link in text(boss.get("/admin/"))
    assert services.cancel(after_sale, actor="x") is None
    from shop.aftersale.home import tasks

    assert [(str(task.title), task.count) for task in tasks(owner())] == [("售后待处理", 0)]
    assert tasks(make_staff("y@example.com")) == []


def test_an_order_shows_its_after_sales(boss, after_sale):
    page = text(boss.get(f"/admin/orders/order/{after_sale.order_id}/change/"))
    assert page_of(after_sale) in page and "青瓷杯" in page
    assert "整单退款" not in page  # what is asked back is decided in its after-sale
    services.reject(after_sale, answer="不行", actor="x")
    assert "整单退款" in text(boss.get(f"/admin/orders/order/{after_sale.order_id}/change/"))


def test_the_time_for_after_sales_is_set_in_the_settings(boss):
    from shop.core.models import ShopSettings

    page = text(boss.get("/admin/core/shopsettings/1/change/"))
    assert "完成后可申请售后（天）" in page
    values = {"pay_minutes": "30", "most_unpaid": "5", "auto_receive_days": "10", "low_stock_units": "5"}
    values |= {"points_earned_per_yuan": "1", "points_per_yuan": "100", "points_most_bp": "50"}
    values |= {"shop_name": "alpha 店", "service_phone": "", "notice": "", "theme_colour": "#15803d"}
    boss.post("/admin/core/shopsettings/1/change/", {**values, "after_sale_days": "366"})
    assert ShopSettings.objects.get().after_sale_days == 7
    assert boss.post("/admin/core/shopsettings/1/change/", {**values, "after_sale_days": "15"}).status_code == 302
    assert ShopSettings.objects.get().after_sale_days == 15
