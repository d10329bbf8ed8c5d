"""Paths of bargains, below /api/v1/."""

from django.urls import path

from shop.marketing.bargain import api

urlpatterns = [
    path("bargains", api.BargainsView.as_view()),
    path("bargains/<str:key>", api.BargainView.as_view()),
    path("bargains/<str:key>/help", api.HelpView.as_view()),
    path("me/bargains", api.MyBargainsView.as_view()),
]
