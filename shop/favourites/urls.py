"""Paths of favourites and footprints, below /api/v1/."""

from django.urls import path

from shop.favourites import api

urlpatterns = [
    path("favourites", api.FavouritesView.as_view()),
    path("favourites/check", api.FavouriteCheckView.as_view()),
    path("favourites/<str:key>", api.FavouriteView.as_view()),
    path("footprints", api.FootprintsView.as_view()),
    path("footprints/<str:key>", api.FootprintView.as_view()),
]
