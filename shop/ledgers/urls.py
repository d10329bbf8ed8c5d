"""Paths of points, below /api/v1/."""

from django.urls import path

from shop.ledgers import api

urlpatterns = [path("me/points", api.PointsView.as_view())]
