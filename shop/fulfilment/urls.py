"""Packages and receipt."""

from django.urls import path

from shop.fulfilment import api

urlpatterns = [
    path("orders/<str:number>/packages", api.PackagesView.as_view()),
    path("orders/<str:number>/receive", api.ReceiveView.as_view()),
]
