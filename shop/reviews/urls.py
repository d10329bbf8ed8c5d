"""Paths of reviews, below /api/v1/."""

from django.urls import path

from shop.reviews import api

urlpatterns = [
    path("orders/<str:number>/reviews", api.OrderReviewsView.as_view()),
    path("orders/<str:number>/review-invitation", api.InvitationView.as_view()),
    path("reviews/mine", api.MyReviewsView.as_view()),
    path("reviews/<slug:key>/append", api.AppendView.as_view()),
]
