"""What the shop's own search reads."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from shop.catalog.models import Product
from shop.core.base import ShopModel


class SearchDocument(ShopModel):
    """The segmented, weighted words of one product."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    words = SearchVectorField()
    title = models.CharField(max_length=120)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words")]

    def __str__(self) -> str:
        return self.title
