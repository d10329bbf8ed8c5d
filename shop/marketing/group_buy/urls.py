"""Paths of group buys, below /api/v1/."""

from django.urls import path

from shop.marketing.group_buy import api

urlpatterns = [
    path("group-buys/<str:key>/groups", api.OpenGroupsView.as_view()),
    path("groups/<str:key>", api.GroupView.as_view()),
    path("me/groups", api.MyGroupsView.as_view()),
]
