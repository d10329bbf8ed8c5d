"""Paying."""

from django.urls import path

from payments import api

urlpatterns = [
    path("orders/by-trade/<str:out_trade_no>", api.TradeView.as_view()),
    path("payments/methods", api.MethodsView.as_view()),
    path("orders/<str:number>/pay", api.PayView.as_view()),
    path("orders/<str:number>/pay-status", api.PayStatusView.as_view()),
    path("orders/<str:number>/cancel", api.CancelView.as_view()),
]
notice_urlpatterns = [path("notify/<str:provider>/<str:account>", api.NoticeView.as_view())]
