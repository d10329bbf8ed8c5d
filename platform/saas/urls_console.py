"""URLs of the operators' host."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from saas.console_site import console_site

handler500 = "tenants.error_pages.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", console_site.urls),
]
