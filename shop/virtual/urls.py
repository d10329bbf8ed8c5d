"""Virtual goods."""

from django.urls import path

from shop.virtual import api

urlpatterns = [path("orders/<str:number>/secrets", api.SecretsView.as_view())]
