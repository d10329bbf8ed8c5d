"""Paths of members, below /api/v1/."""

from django.urls import path

from shop.members import api

urlpatterns = [
    path("auth/wechat-login", api.WechatLoginView.as_view()),
    path("auth/phone-code", api.PhoneCodeView.as_view()),
    path("auth/phone-login", api.PhoneLoginView.as_view()),
    path("auth/preview-login", api.PreviewLoginView.as_view()),
    path("auth/phone", api.PhoneView.as_view()),
    path("auth/logout", api.LogoutView.as_view()),
    path("me", api.MeView.as_view()),
    path("me/counts", api.CountsView.as_view()),
    path("account/erase", api.EraseView.as_view()),
    path("addresses", api.AddressesView.as_view()),
    path("addresses/parse", api.ParseView.as_view()),
    path("addresses/<str:key>", api.AddressView.as_view()),
]
