"""URLs of the operators' host."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from saas.console_site import console_site

handler500 = "tenants.error_pages.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", console_site.urls),
]
