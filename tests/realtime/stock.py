"""A shop's stock as the hub sees it, without a database."""

import asyncio
from uuid import uuid4

from saas.realtime.hub import Hub
from saas.realtime.limits import Limits
from saas.realtime.watching import Watcher
from tenants.context import ShopRef


def shop(name="alpha"):
    return ShopRef(uuid=uuid4(), key=name, slug=name, name=name, schema=f"s_{name}")


class Stock:
    """Units by shop and SKU pk; the key of SKU 7 is "k7", the product "all" is every SKU of its shop."""

    def __init__(self):
        self.units = {}
        self.reads = 0
        self.away = False
        self.after_read = lambda: None

    async def names(self, wanted):
        await asyncio.sleep(0)
        return {} if self.away else {shop: self._names(shop, keys) for shop, keys in wanted.items()}

    def _names(self, shop, keys):
        own = {f"k{sku}": [(sku, f"k{sku}")] for sku in self.units[shop]}
        own["all"] = [pair for pairs in own.values() for pair in pairs]
        return {key: own[key] for key in keys if key in own}

    async def levels(self, wanted):
        await asyncio.sleep(0)
        if self.away:
            return {}
        self.reads += 1
        found = {shop: {sku: self.units[shop][sku] for sku in skus} for shop, skus in wanted.items()}
        self.after_read()
        return found

    def sell(self, hub, shop, sku):
        """One unit less, and the message that follows the commit."""
        self.units[shop][sku] -= 1
        hub.heard(f"{shop.uuid.hex}:{sku}".encode())


def hub_over(stock):
    hub = Hub(round_seconds=0)
    hub.names, hub.levels = stock.names, stock.levels
    return hub


class Client(Watcher):
    """Remembers what it was told."""

    def __init__(self, shop, **limits):
        super().__init__(shop, Limits(**limits))
        self.told, self.code, self.looks = [], None, 0

    def tell(self, units):
        self.told.append(dict(units))

    def cut(self, code):
        self.code = code

    def look(self, now):
        self.looks += 1
