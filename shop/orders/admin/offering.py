"""What staff may order for a customer: SKUs by code, by name, or by the words that shoppers search with."""

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product, SKUQuerySet
from shop.core.errors import ShopError

MOST_FOUND = 20


def offers(term: str) -> list[SKU]:
    """Return the SKUs that may be sold and fit `term`: first those that hold it, then those that the search finds."""
    if not term:
        return []
    literal = Q(code__icontains=term) | Q(product__title__icontains=term) | Q(option_text__icontains=term)
    found = {sku.pk: sku for sku in _sellable().filter(literal).order_by("-product_id", "position")[:MOST_FOUND]}
    if len(found) < MOST_FOUND:
        found |= {sku.pk: sku for sku in _searched(term) if sku.pk not in found}
    return list(found.values())[:MOST_FOUND]


def _sellable() -> SKUQuerySet:
    return SKU.objects.sellable().select_related("product")


def _searched(term: str) -> list[SKU]:
    products = import_string(settings.SEARCH_BACKEND)().search(Product.objects.filter(is_on_shelf=True), term)
    best = products.order_by("-relevance", "-pk").values_list("pk", flat=True)[:MOST_FOUND]
    places = {pk: place for place, pk in enumerate(best)}
    skus = _sellable().filter(product__in=list(places)).order_by("position")
    return sorted(skus, key=lambda sku: places[sku.product_id])


def sku_named(text: str) -> SKU | None:
    """Return the SKU with that code, or of the single-SKU product with that title; None for neither."""
    return _sellable().filter(code=text).first() or (named[0] if len(named := _titled(text)) == 1 else None)


def _titled(title: str) -> list[SKU]:
    return list(_sellable().filter(product__title__iexact=title)[:2])


def keys_of(texts: list[str]) -> dict[str, str]:
    """Return text → SKU key, for codes and for titles of products with a single SKU.

    ShopError `sku_unavailable` names what is neither; `sku_ambiguous` a title with several SKUs.
    """
    found = dict(_sellable().filter(code__in=texts).values_list("code", "key"))
    for text in texts:
        if text in found:
            continue
        named = _titled(text)
        if len(named) > 1:
            raise ShopError("sku_ambiguous", _("“%(title)s”有几种规格，请从提示里选一种") % {"title": text[:80]})
        if named:
            found[text] = named[0].key
    if missing := [text for text in texts if text not in found]:
        raise ShopError("sku_unavailable", _("没有找到可售的 SKU：%(codes)s") % {"codes": "、".join(missing)[:200]})
    return found
