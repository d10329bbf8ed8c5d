"""What a shop sells: category tree, brands, products, and what stands beside them."""

from shop.catalog.models.brands import Brand, BrandQualification
from shop.catalog.models.categories import Category, CategoryQuerySet
from shop.catalog.models.display import Guarantee, ProductGuarantee, ProductTag, RelatedProduct, Tag
from shop.catalog.models.order_forms import OrderForm
from shop.catalog.models.presets import AttributeTemplate, SpecTemplate
from shop.catalog.models.products import (
    SKU,
    Attribute,
    Option,
    Picture,
    Product,
    ProductQuerySet,
    SKUQuerySet,
    picture_name,
)

__all__ = [
    "SKU",
    "Attribute",
    "AttributeTemplate",
    "Brand",
    "BrandQualification",
    "Category",
    "CategoryQuerySet",
    "Guarantee",
    "Option",
    "OrderForm",
    "Picture",
    "Product",
    "ProductGuarantee",
    "ProductQuerySet",
    "ProductTag",
    "RelatedProduct",
    "SKUQuerySet",
    "SpecTemplate",
    "Tag",
    "picture_name",
]
