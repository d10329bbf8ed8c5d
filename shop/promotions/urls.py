"""Paths of activities, below /api/v1/."""

from django.urls import path

from shop.promotions import api

urlpatterns = [
    path("activities", api.ActivitiesView.as_view()),
    path("activities/labels", api.ProductLabelsView.as_view()),
    path("activities/<str:key>", api.ActivityView.as_view()),
    path("products/<str:key>/activities", api.ProductActivitiesView.as_view()),
]
