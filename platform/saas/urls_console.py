"""URLs of a shop's own host, and, below `/s/<key>`, of the shared host."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
