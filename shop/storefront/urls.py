"""Paths of the storefront, below /api/v1/."""

from django.urls import path

from shop.storefront import api

urlpatterns = [
    path("bootstrap", api.BootstrapView.as_view(), name="bootstrap"),
    path("agreements/<slug:kind>", api.AgreementView.as_view(), name="agreement"),
    path("mini-program-code", api.PageCodeView.as_view(), name="mini-program-code"),
    path("home", api.HomeView.as_view(), name="home"),
    path("categories", api.CategoriesView.as_view(), name="categories"),
    path("products", api.ProductsView.as_view(), name="products"),
    path("products/facets", api.FacetsView.as_view(), name="product-facets"),
    path("products/<slug:key>", api.ProductView.as_view(), name="product"),
    path("products/<slug:key>/code", api.ProductCodeView.as_view(), name="product-code"),
    path("products/<slug:key>/stock", api.StockView.as_view(), name="product-stock"),
    path("products/<slug:key>/reviews", api.ReviewsView.as_view(), name="product-reviews"),
]
