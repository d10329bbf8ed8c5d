"""What the product's page posts, as its scripts put it together."""

import json

from shop.catalog.product_document import document_of
from shop.catalog.variants import variants_of
from shop.inventory.models import StockItem


def row(values=(), **fields):
    names = ("key", "code", "barcode", "picture", "stock", "stock_was", "weight")
    prices = ("price", "list_price", "cost_price", "member_price")
    return dict.fromkeys((*names, *prices), "") | {"on": True, "values": list(values)} | fields


def grid(*rows, **options):
    types = [{"name": name, "values": values} for name, values in options.items()]
    return json.dumps({"options": types, "rows": list(rows)}, ensure_ascii=False)


def facts(**attributes):
    return json.dumps([{"name": name, "value": value} for name, value in attributes.items()], ensure_ascii=False)


def form(category, variants, **fields):
    return {
        "title": "羊毛被",
        "code": "W1",
        "category": str(category.pk),
        "unit": "床",
        "kind": "GOODS",
        "shelf": "ON",
        "variants": variants,
        "least_per_order": "1",
        "most_per_order": "0",
        "most_per_member": "0",
        **fields,
    }


def stored_form(product, **fields):
    """The page of a stored product as it would be posted back without a change."""
    product.refresh_from_db()
    units = dict(StockItem.objects.filter(sku__product=product).values_list("sku_id", "on_hand"))
    return form(
        product.category,
        json.dumps(variants_of(product, units), ensure_ascii=False),
        **{
            "title": product.title,
            "code": product.code,
            "unit": product.unit,
            "edited_version": str(product.version),
            "opened": json.dumps(document_of(product), ensure_ascii=False),
            **fields,
        },
    )


def changed_rows(posted, **by_code):
    """The posted grid with other cells in the rows of these SKU codes (`_` for `-`)."""
    document = json.loads(posted["variants"])
    for line in document["rows"]:
        line |= by_code.get(line["code"].replace("-", "_"), {})
    return posted | {"variants": json.dumps(document, ensure_ascii=False)}
