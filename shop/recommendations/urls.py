"""Paths of recommendations, below /api/v1/."""

from django.urls import path

from shop.recommendations import api

urlpatterns = [
    path("products/<slug:key>/recommendations", api.ProductRecommendationsView.as_view()),
    path("cart/recommendations", api.CartRecommendationsView.as_view()),
]
