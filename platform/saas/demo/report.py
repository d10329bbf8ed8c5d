"""What `manage.py demo` prints."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from saas.h5_build import current_build

Addresses = Mapping[str, str]


def summary(shops: Iterable[tuple[str, Addresses, str, str]], operator: tuple[str, str]) -> str:
    """Return addresses and log-ins of the platform and of each shop (name, addresses, account, password)."""
    platform = f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}:{settings.PUBLIC_PORT}"
    console = f"{settings.PUBLIC_SCHEME}://{settings.CONSOLE_HOST}:{settings.PUBLIC_PORT}/admin/"
    shops = list(shops)
    lines = ["", "The demonstration is ready.", ""]
    lines += _block("Weipu", {"landing page": f"{platform}/", "payments": f"{settings.PAYSIM_URL}/_control/book"})
    lines += _block("Operators", {"console": console, "log-in": "  ".join(operator)})
    for name, addresses, account, password in shops:
        wanted = {"back office": addresses["admin"], "log-in": f"{account}  {password}"}
        lines += _block(name, {**wanted, "shop page": _shop_page(addresses), "API": addresses["api"]})
    return "\n".join([*lines, *_next_steps(platform, shops[0][1])])


def _shop_page(addresses: Addresses) -> str:
    """Return where shoppers see the shop in a browser, and what is missing for it."""
    return f"{addresses['web']}/h5/{'' if current_build() else '  (after `make h5`)'}"


def _block(title: str, rows: Addresses) -> list[str]:
    return [title, *(f"  {label:<13}{value}" for label, value in rows.items()), ""]


def _next_steps(platform: str, shop: Addresses) -> list[str]:
    return [
        "Try next",
        f"  1. Log in to a back office and ship an order that waits: {shop['admin']}orders/order/",
        f"  2. See what a shopper's client sees: curl '{shop['api']}/home' (all calls: {shop['web']}/api/docs)",
        f"  3. Open a shop of your own: {platform}/signup (codes are shown at {platform}/signup/sent)",
    ]
