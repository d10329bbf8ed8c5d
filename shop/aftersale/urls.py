"""Paths of after-sales, below /api/v1/."""

from django.urls import path

from shop.aftersale import api

urlpatterns = [
    path("after-sales", api.AfterSalesView.as_view()),
    path("after-sales/<str:number>", api.AfterSaleView.as_view()),
    path("after-sales/<str:number>/cancel", api.CancelView.as_view()),
]
