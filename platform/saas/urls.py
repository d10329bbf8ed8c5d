"""URLs of a shop's own host, and, below `/s/<key>`, of the shared host."""

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularSwaggerView

from payments.urls import notice_urlpatterns
from saas import h5
from saas.admin_preview import telephone
from saas.admin_site import site, welcome
from saas.api_schema import SchemaView
from saas.media import PublicMedia
from shop.promotions import plugins

api = [
    path("", include("shop.storefront.urls")),
    path("", include("shop.search.urls")),
    path("", include("shop.library.urls")),
    path("", include("shop.members.urls")),
    path("", include("shop.cart.urls")),
    path("", include("shop.orders.urls")),
    path("", include("shop.reviews.urls")),
    path("", include("payments.urls")),
    path("", include("shop.fulfilment.urls")),
    path("", include("shop.virtual.urls")),
    path("", include("shop.aftersale.urls")),
    path("", include("shop.favourites.urls")),
    path("", include("shop.ledgers.urls")),
    path("", include("shop.recommendations.urls")),
    path("", include("shop.promotions.urls")),
    *(path("", include(config.urls)) for config in plugins.configs() if config.urls),
]
urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("pay/", include(notice_urlpatterns)),
    path("", h5.front),
    path("h5/", h5.shop_page, name="h5"),
    path("h5/preview/", telephone, name="preview"),
    path("h5", RedirectView.as_view(pattern_name="h5")),
    path("h5/assets/<slug:version>/<path:name>", h5.asset),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", site.urls),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("welcome", welcome, name="welcome"),
    path("media/<path:name>", PublicMedia.as_view()),
]
handler403 = "saas.admin_site.forbidden"
handler404 = "saas.admin_site.not_found"
handler500 = "tenants.error_pages.server_error"
