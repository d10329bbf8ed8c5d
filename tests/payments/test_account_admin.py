"""The merchant's account in the back office."""

from payments.models import Account
from payments.services.settling import settle
from shop.core.models import AuditEntry
from tests.factories import make_order
from tests.shop.admin_browser import browser_of, owner


def test_paying_in_a_browser_is_a_switch_of_the_account_that_is_off_at_first(shop, paysim):
    browser = browser_of(shop, owner())
    config = paysim.accounts.config(paysim.accounts.open("switch"))
    form = {"name": "微信支付", **{f"config_{key}": value for key, value in config.items()}}
    assert browser.post("/admin/payments/account/add/", form).status_code == 302
    account = Account.objects.get()
    assert account.config == {**{key: value.strip() for key, value in config.items()}, "h5": ""}
    change = f"/admin/payments/account/{account.pk}/change/"
    page = browser.get(change).content.decode()
    assert all(words in page for words in ("浏览器付款（H5 支付）", "须先在微信支付商户平台开通"))
    assert config["apiv3_key"] not in page
    kept = {key: value for key, value in form.items() if key not in ("config_apiv3_key", "config_merchant_private_key")}
    for typed, stored in (({"config_h5": "on"}, "1"), ({}, "")):
        assert browser.post(change, {**kept, **typed}).status_code == 302
        assert Account.objects.get().config == {**account.config, "h5": stored}
    assert [(entry.before, entry.after) for entry in AuditEntry.objects.filter(action="change").order_by("pk")] == [
        ({"h5": False}, {"h5": True}),
        ({"h5": True}, {"h5": False}),
    ]
    assert "浏览器付款（H5 支付）" in browser.get("/admin/core/auditentry/").content.decode()


def test_a_payment_says_in_which_client_it_was_made(shop, money):
    browser = browser_of(shop, owner())
    for start, words in ((money.start, "小程序"), (money.start_in_browser, "浏览器")):
        attempt = start(make_order())
        money.confirm(attempt)
        payment = settle(money.receipt(attempt))
        page = browser.get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()
        assert [label in page.partition("在哪里付的")[2][:400] for label in ("小程序", "浏览器")] == [
            words == "小程序",
            words == "浏览器",
        ]
