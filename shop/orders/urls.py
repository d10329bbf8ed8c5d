"""Checkout and orders."""

from django.urls import path

from shop.orders import api

urlpatterns = [
    path("checkout/preview", api.PreviewView.as_view()),
    path("orders", api.OrdersView.as_view()),
    path("orders/<str:number>/sandbox-pay", api.SandboxPayView.as_view()),
    path("orders/<str:number>", api.OrderView.as_view()),
]
