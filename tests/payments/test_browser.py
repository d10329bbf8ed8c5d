"""Paying in a browser: by which client an order can be paid, and that only one can ever be."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from payments.models import Account, Attempt, Payment, Refund
from payments.paysim import trades
from payments.services import attempts, closing, reconciling
from payments.services.methods import Method, methods_for
from payments.services.settling import settle, settle_refund
from shop.fulfilment.models import Package
from shop.fulfilment.services import ship
from shop.fulfilment.wechat_shipping import on_package_shipped
from shop.members.models import Identity
from shop.members.services import issue_token
from shop.orders.models import Order
from tenants.errors import ShopError
from tenants.models import OutboxEvent
from tests.factories import broken, make_member, make_order, make_sku

METHODS = "/api/v1/payments/methods"


def state(order):
    return Order.objects.get(pk=order.pk).state


def closed_at_the_provider(money, attempt):
    answer = requests.post(f"{money.url}/_control/pay", json={"out_trade_no": attempt.out_trade_no}, timeout=5)
    return (answer.status_code, answer.json()["code"]) == (409, "ORDER_CLOSED")


def without_browser(money):
    account = Account.objects.get()
    account.config = {**account.config, "h5": ""}
    account.save()


def test_an_order_is_paid_in_a_browser_and_settled_like_any_other(money):
    sku = make_sku(stock=3)
    order = make_order(None, (sku, 2))
    attempt = money.start_in_browser(order)
    assert (attempt.trade, attempt.payer, attempt.amount, list(attempt.client)) == (
        "h5",
        "203.0.113.7",
        order.total,
        ["h5_url"],
    )
    money.confirm(attempt)
    receipt = money.receipt(attempt)
    assert (receipt.raw["trade_type"], receipt.payer) == ("MWEB", None)
    assert settle(receipt) == settle(receipt)
    assert (state(order), Payment.objects.get().purpose) == ("TO_SHIP", "ORDER")
    assert money.book(attempt) == (order.total, 0)
    assert broken() == {}


def test_without_a_notice_the_query_finds_a_browsers_payment(money):
    order = make_order()
    attempt = money.start_in_browser(order)
    money.confirm(attempt)
    assert reconciling.query_attempt(attempt.out_trade_no) is None
    assert state(order) == "TO_SHIP"


def test_a_browsers_payment_is_refunded_in_full(money):
    from payments.services import refunding

    order = make_order()
    attempt = money.start_in_browser(order)
    money.confirm(attempt)
    settle(money.receipt(attempt))
    refund = refunding.refund_order(order, reason="x", actor="x")
    reconciling.send_refund(str(refund.pk))
    settle_refund(money.provider.query(attempt.out_trade_no, refund.out_refund_no))
    assert money.book(attempt) == (order.total, order.total)
    assert broken() == {}


def test_the_page_is_renewed_under_the_same_number(money, monkeypatch):
    order = make_order()
    first = money.start_in_browser(order)
    now = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(trades.time, "time", now.timestamp)
    again = money.start_in_browser(order)
    assert (again.out_trade_no, again.client["h5_url"] != first.client["h5_url"]) == (first.out_trade_no, True)
    assert Attempt.objects.get().client == again.client
    answer = requests.get(again.client["h5_url"], headers={"Referer": "http://alpha.localhost/"}, timeout=5)
    assert (answer.status_code, "确认支付" in answer.text) == (200, True)


@pytest.mark.parametrize("first", ["jsapi", "h5"])
def test_another_client_ends_what_the_first_has_begun(money, first):
    order = make_order()
    starts = [money.start, money.start_in_browser]
    begin, go_on = starts if first == "jsapi" else reversed(starts)
    old = begin(order)
    new = go_on(order)
    assert (money.state(old), money.state(new), old.out_trade_no != new.out_trade_no) == ("CLOSED", "OPEN", True)
    assert closed_at_the_provider(money, old)
    money.confirm(new)
    settle(money.receipt(new))
    assert (state(order), Payment.objects.get().attempt_id) == ("TO_SHIP", new.pk)
    assert broken() == {}


def test_another_browser_ends_what_the_first_has_begun(money):
    order = make_order()
    old = money.start_in_browser(order)
    new = money.start_in_browser(order, "203.0.113.8")
    assert (money.state(old), money.state(new), new.payer) == ("CLOSED", "OPEN", "203.0.113.8")
    assert closed_at_the_provider(money, old)


def test_what_was_just_paid_in_the_mini_program_is_not_paid_again_in_a_browser(money):
    order = make_order()
    attempt = money.pay(order)
    with pytest.raises(ShopError, match="not_unpaid"):
        money.start_in_browser(order)
    assert (state(order), Attempt.objects.get().pk) == ("TO_SHIP", attempt.pk)
    assert broken() == {}


def test_renewing_the_page_of_what_was_just_paid_settles_it(money):
    order = make_order()
    attempt = money.start_in_browser(order)
    money.confirm(attempt)
    with pytest.raises(ShopError) as caught:
        money.start_in_browser(order)
    assert (caught.value.status, caught.value.code) == (503, "payment_pending")
    assert (state(order), money.state(attempt)) == ("TO_SHIP", "PAID")
    with pytest.raises(ShopError, match="not_unpaid"):
        money.start_in_browser(order)
    assert broken() == {}


def test_late_money_of_a_closed_browser_attempt_goes_back_or_takes_the_order_up_again(money):
    from shop.orders.services import mark_cancelled

    sku = make_sku(stock=2)
    orders = [make_order(None, (sku, 1)), make_order(None, (sku, 1))]
    receipts = []
    for order in orders:
        attempt = money.start_in_browser(order)
        money.confirm(attempt)
        receipts.append(money.receipt(attempt))
        Attempt.objects.filter(pk=attempt.pk).update(state="CLOSED")  # the close was lost on its way
        mark_cancelled(order, "EXPIRED", actor="system")
    make_order(make_member(), (sku, 1))
    assert [settle(receipt).purpose for receipt in receipts] == ["ORDER", "RETURN"]
    assert [state(order) for order in orders] == ["TO_SHIP", "CANCELLED"]
    assert Refund.objects.get().amount == orders[1].total
    assert broken() == {}


def test_late_money_of_the_trade_that_was_given_up_goes_back(money):
    order = make_order()
    old = money.start_in_browser(order)
    money.confirm(old)
    receipt = money.receipt(old)
    Attempt.objects.filter(pk=old.pk).update(state="CLOSED")  # as if the close had been answered wrongly
    settle(money.receipt(money.pay(order)))
    payment = settle(receipt)
    assert (payment.purpose, Refund.objects.get(payment=payment).amount) == ("RETURN", order.total)
    assert broken() == {}


def test_expiry_closes_a_browsers_attempt_too(money):
    order = make_order()
    attempt = money.start_in_browser(order)
    closing.expire_order(order.number)
    assert (state(order), money.state(attempt)) == ("CANCELLED", "CLOSED")
    assert closed_at_the_provider(money, attempt)


def test_a_lost_answer_is_asked_for_again(money):
    order = make_order()
    money.faults("reset_after_commit")
    with pytest.raises(ShopError, match="payment_pending"):
        money.start_in_browser(order)
    known = Attempt.objects.get()
    assert known.state == "NEW"
    assert money.start_in_browser(order).pk == known.pk


def test_where_the_merchant_did_not_switch_it_on_no_browser_pays(money):
    without_browser(money)
    order = make_order()
    with pytest.raises(ShopError) as caught:
        money.start_in_browser(order)
    assert (caught.value.status, caught.value.code) == (409, "payment_unavailable")
    assert not Attempt.objects.exists()
    assert methods_for("h5") == []
    assert [method.trade for method in methods_for("miniprogram")] == ["jsapi"]


def test_methods_are_what_the_shop_offers_in_that_client(money, api):
    assert methods_for("h5") == [Method("wechat", "h5", methods_for("h5")[0].name)]
    for client, trade in (("h5", "h5"), ("miniprogram", "jsapi")):
        answer = api.get(f"{METHODS}?client={client}")
        assert (answer.status_code, answer.json()) == (
            200,
            [{"provider": "wechat", "trade": trade, "name": "微信支付"}],
        )
    assert api.get(METHODS).json()[0]["trade"] == "jsapi"
    assert api.get(f"{METHODS}?client=fax").status_code == 422
    Account.objects.update(is_enabled=False)
    assert api.get(f"{METHODS}?client=h5").json() == []


def browser_token(member):
    identity = Identity.objects.create(member=member, kind="PHONE", app="", subject="digest")
    return issue_token(member, identity)[0]


def pay(api, order, token, key="k", **body):
    return api.post(f"/api/v1/orders/{order.number}/pay", body, token=token, key=key)


def test_a_browser_pays_by_its_own_trade_and_the_mini_program_by_its(money, api):
    member = make_member()
    order, token = make_order(member), browser_token(member)
    answer = pay(api, order, token, trade="h5", provider="wechat")
    assert (answer.status_code, list(answer.json()["client"])) == (200, ["h5_url"])
    attempt = Attempt.objects.get()
    assert (attempt.trade, attempt.payer, attempt.out_trade_no) == ("h5", "127.0.0.1", answer.json()["out_trade_no"])
    for holder, trade, code in ((token, "jsapi", "payer_unknown"), (member.token, "h5", "payment_client")):
        answer = pay(api, order, holder, trade, trade=trade)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert pay(api, order, holder, f"{trade}-other", trade="native").status_code == 422
    assert (Attempt.objects.get().pk, money.state(attempt)) == (attempt.pk, "OPEN")
    answer = pay(api, order, member.token, "mini")
    assert (answer.status_code, "paySign" in answer.json()["client"]) == (200, True)
    assert money.state(attempt) == "CLOSED"


def test_a_page_opened_inside_wechat_is_told_to_open_a_browser(money, api):
    member = make_member()
    order, token = make_order(member), browser_token(member)
    path, agent = f"/api/v1/orders/{order.number}/pay", "Mozilla/5.0 (iPhone) Mobile/15E148 MicroMessenger/8.0.50"
    answer = api.post(path, {"trade": "h5"}, token=token, key="k", HTTP_USER_AGENT=agent)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_in_wechat")
    assert not Attempt.objects.exists()
    assert pay(api, order, token, "again", trade="h5").status_code == 200


def test_an_attempt_the_provider_refuses_is_over(money, monkeypatch):
    from payments.base import PaymentError

    def refuse(_self, _order):
        raise PaymentError("此商家的收款功能已被限制", retry=False, code="NO_AUTH")

    order = make_order()
    monkeypatch.setattr(type(money.provider), "prepay", refuse)
    with pytest.raises(ShopError) as caught:
        money.start_in_browser(order)
    assert (caught.value.code, caught.value.detail) == ("payment_refused", {"provider_code": "NO_AUTH"})
    assert (Attempt.objects.get().state, state(order)) == ("CLOSED", "UNPAID")
    monkeypatch.undo()
    assert attempts.start_payment(order, "wechat", "203.0.113.7", "h5").state == "OPEN"


def test_wechat_is_not_told_of_parcels_that_no_mini_program_paid(money):
    order = make_order()
    attempt = money.start_in_browser(order)
    money.confirm(attempt)
    settle(money.receipt(attempt))
    ship(Order.objects.get(pk=order.pk), None, carrier="zto", tracking_number="ZT00000001", actor="x")
    package = Package.objects.get()
    assert on_package_shipped(OutboxEvent.objects.get(topic="package.shipped", ref=package.key)) is None
    assert Package.objects.get().upload == "NOT_NEEDED"
