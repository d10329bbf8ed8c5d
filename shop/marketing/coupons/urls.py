"""Paths of coupons, below /api/v1/."""

from django.urls import path

from shop.marketing.coupons import api

urlpatterns = [
    path("coupons", api.CentreView.as_view()),
    path("coupons/claim-all", api.ClaimAllView.as_view()),
    path("coupons/redeem", api.RedeemView.as_view()),
    path("coupons/<str:key>/claim", api.ClaimView.as_view()),
    path("me/coupons", api.MyCouponsView.as_view()),
    path("products/<str:key>/coupons", api.ProductCouponsView.as_view()),
]
