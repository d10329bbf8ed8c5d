from payments.services import closing
from payments.services.settling import settle
from tests.conftest import body
from tests.factories import make_member, make_order

BY_TRADE = "/api/v1/orders/by-trade"


def test_any_payment_of_an_order_leads_to_it(api, money):
    member = make_member()
    order = make_order(member)
    attempt = money.pay(order)
    settle(money.receipt(attempt))
    found = body(api.get(f"{BY_TRADE}/{attempt.out_trade_no}", token=member.token))
    assert (found["number"], found["status"], found["lines"][0]["after_sale_units"]) == (order.number, "TO_SHIP", 1)
    assert found == body(api.get(f"/api/v1/orders/{order.number}", token=member.token))


def test_a_closed_payment_leads_to_its_order(api, money):
    member = make_member()
    order = make_order(member)
    attempt = money.start(order)
    closing.cancel_order(order, "MEMBER", actor="test")
    found = body(api.get(f"{BY_TRADE}/{attempt.out_trade_no}", token=member.token))
    assert (found["number"], found["status"]) == (order.number, "CANCELLED")


def test_nobody_elses_payment_and_no_order_number_is_found(api, money):
    member, stranger = make_member(), make_member()
    order = make_order(member)
    attempt = money.start(order)
    assert api.get(f"{BY_TRADE}/{attempt.out_trade_no}").status_code == 401
    answers = [api.get(f"{BY_TRADE}/{number}", token=stranger.token) for number in (attempt.out_trade_no, "X")]
    own = api.get(f"{BY_TRADE}/{order.number}", token=member.token)
    assert [(answer.status_code, body(answer)["code"]) for answer in answers] == [(404, "not_found")] * 2
    assert own.status_code == 404
