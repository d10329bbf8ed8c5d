"""Paths of the cart, below /api/v1/."""

from django.urls import path

from shop.cart import api

urlpatterns = [
    path("cart", api.CartView.as_view()),
    path("cart/items", api.CartItemsView.as_view()),
    path("cart/items/<str:key>", api.CartItemView.as_view()),
]
