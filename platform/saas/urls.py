"""URLs of a shop's own host, and, below `/s/<key>`, of the shared host."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from payments.urls import notice_urlpatterns

from saas.media import PublicMedia

api = [
    path("", include("shop.storefront.urls")),
    path("", include("shop.members.urls")),
    path("", include("shop.cart.urls")),
    path("", include("shop.orders.urls")),
    path("", include("payments.urls")),
    path("", include("shop.fulfilment.urls")),
]
urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("pay/", include(notice_urlpatterns)),
    path("media/<path:name>", PublicMedia.as_view()),
]
