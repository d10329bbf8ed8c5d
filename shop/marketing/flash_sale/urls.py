"""Paths of flash sales, below /api/v1/."""

from django.urls import path

from shop.marketing.flash_sale import api

urlpatterns = [
    path("flash-sales", api.FlashSalesView.as_view()),
    path("flash-sales/<str:key>/queue", api.QueueView.as_view()),
    path("activities/<str:key>/remind", api.RemindView.as_view()),
    path("me/flash-sale-reminders", api.RemindersView.as_view()),
]
