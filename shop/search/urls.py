"""Paths of the search, below /api/v1/."""

from django.urls import path

from shop.search import api

urlpatterns = [
    path("search/hot", api.HotView.as_view(), name="search-hot"),
    path("search/suggest", api.SuggestView.as_view(), name="search-suggest"),
]
