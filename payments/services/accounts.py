"""Merchant accounts at payment providers."""

from collections.abc import Mapping
from typing import Any

import requests
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from payments.base import PaymentProvider
from payments.models import Account
from shop.core.errors import ShopError
from shop.core.prepared import Parameter, PreparedObjects
from shop.members import services as members
from tenants.context import require_shop

_ENABLED = PreparedObjects[Account](
    lambda: Account.objects.filter(provider=Parameter("provider", CharField()), is_enabled=True)
)


_NAMES = {"wechat": _("微信支付"), "alipay": _("支付宝")}


def provider_name(code: str) -> Any:
    """Return how people call a provider."""
    return _NAMES.get(code, code)


def provider_class(code: str) -> type[PaymentProvider]:
    """Return the class registered for `code`; ShopError when there is none."""
    path = settings.PAYMENT_PROVIDERS.get(code)
    if path is None:
        raise ShopError("payment_unavailable", _("暂不支持这种支付方式"), status=409)
    return import_string(path)


def provider_of(account: Account) -> PaymentProvider:
    """Return the provider that works with this account's keys."""
    return provider_class(account.provider)(account.config, settings.PAYMENT_URLS[account.provider])


def enabled_account(code: str) -> Account:
    """Return the account that collects by provider `code`; ShopError when the shop has none."""
    found = _ENABLED.objects(provider=code)
    if not found:
        raise ShopError("payment_unavailable", _("店铺还没有开通这种支付方式"), status=409)
    return found[0]


def notify_url(account: Account) -> str:
    """Return where this account's provider sends its notices."""
    return f"{settings.SHARED_URL}/s/{require_shop().key}/pay/notify/{account.provider}/{account.key}"


@transaction.atomic
def save_account(provider: str, name: str, config: Mapping[str, Any]) -> Account:
    """Store the merchant's keys, checked; ShopError with the provider's messages when they cannot work."""
    if problems := provider_class(provider).check_config(config):
        raise ShopError("account_invalid", "；".join(str(problem) for problem in problems))
    account = Account.objects.select_for_update().filter(provider=provider, is_enabled=True).first()
    account = account or Account(provider=provider)
    account.name, account.config = name, dict(config)
    account.save()
    return account


def connect_paysim() -> Account:
    """Return an account at the payment simulator, made on first use. For shops that only try things out."""
    if account := Account.objects.filter(provider="wechat", is_enabled=True).first():
        return account
    answer = requests.post(
        f"{settings.PAYSIM_URL}/_control/accounts", json={"name": str(require_shop().uuid)}, timeout=(2, 10)
    )
    answer.raise_for_status()
    config = {**answer.json(), "h5": "1"}  # nobody has to approve anything there
    try:
        with transaction.atomic():
            members.connect_app(config["appid"], "simulated", require_shop().name)
            return save_account("wechat", str(_("微信支付（模拟）")), config)
    except IntegrityError:  # another worker was first
        return Account.objects.get(provider="wechat", is_enabled=True)
