"""Paths of uploads, below /api/v1/."""

from django.urls import path

from shop.library.api import PictureUploadView

urlpatterns = [path("uploads/pictures", PictureUploadView.as_view())]
