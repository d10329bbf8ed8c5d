"""The shop of those who look around: the demonstration's goods, three more, and entries that lead everywhere."""

import json

from tests.e2e.catalogue import row, sku
from tests.pages.furnished import furnish

COASTER, COUPLET, TWIG = "竹编杯垫", "手写春联", "一枝腊梅"
MORE = [
    row("X-1", TWIG, "客厅/摆件", [sku("X-1-1", "单枝", "35.00", 1)]),
    row("X-2", COUPLET, "客厅/摆件", [sku("X-2-1", "一副", "66.00", 1)]),
    row("X-3", COASTER, "餐厨/餐具", [sku("X-3-1", "六片", "20.00", 40)]),
]
ENTRIES = """
from shop.decoration.models import HomeItem
from shop.decoration.services import HomeItemDraft, save_item
from tenants import registry
from tenants.context import using_shop
with using_shop(registry.by_slug("{slug}")):
    if not HomeItem.objects.filter(target="PAGE").exists():
        picture = HomeItem.objects.filter(place="ENTRY").first().picture
        for title, target, text in {entries}:
            save_item(HomeItemDraft(place="ENTRY", title=title, picture=picture, target=target, text=text))
"""
WAYS = (("找碗", "SEARCH", "碗"), ("购物袋", "PAGE", "pages/cart/cart"), ("去年的活动", "PAGE", "pages/gone/gone"))


def furnish_more(product, folder, slug):
    """Open the shop and return where it is."""
    made = furnish(product, slug)
    (folder / "products.jsonl").write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in MORE), "utf-8")
    product.manage("import_catalogue", slug, folder, "--json")
    product.manage("shell", "-v", "0", "-c", ENTRIES.format(slug=slug, entries=WAYS))
    return made


def settled(phone):
    """Wait until a list has got its answer."""
    phone.wait("(data) => ['ready', 'empty'].includes(data.status) && data.more !== 'loading'")


def found(shopper, **query):
    """Titles of the products of a list, as the shop's server orders them."""
    asked = "&".join(f"{name}={value}" for name, value in {"page_size": 100, **query}.items())
    return [each["title"] for each in shopper.must(200, "GET", f"products?{asked}")["results"]]


def goods(shopper, title):
    """The product of that title with its SKUs."""
    rows = shopper.must(200, "GET", f"products?keyword={title}")["results"]
    return shopper.must(200, "GET", f"products/{next(each['key'] for each in rows if each['title'] == title)}")


def shown(phone):
    """Titles of the products of the list on the screen."""
    return [each["title"] for each in phone.data["rows"]]


def in_cart(shopper):
    """Title → units, of what lies in the cart."""
    return {line["sku"]["title"]: line["quantity"] for line in shopper.must(200, "GET", "cart")["items"]}
