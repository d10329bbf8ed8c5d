"""The merchant's account in the back office."""

from payments.models import Account
from shop.core.models import AuditEntry
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
