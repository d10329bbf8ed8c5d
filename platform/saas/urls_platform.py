"""URLs of the platform's own host: landing page and sign-up."""

from django.urls import URLPattern, URLResolver, path

from saas.entering import owner_ticket
from tenants.signup import views

handler500 = "tenants.error_pages.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.Landing.as_view(), name="landing"),
    path("terms", views.Terms.as_view(), name="terms"),
    path("signup", views.SignUpPage.as_view(issue_ticket=owner_ticket), name="signup"),
    path("signup/code", views.RequestCode.as_view(), name="signup-code"),
    path("signup/slug", views.SlugCheck.as_view(), name="signup-slug"),
    path("signup/sent", views.SentCodes.as_view(), name="signup-sent"),
]
handler404 = "tenants.signup.views.not_found"
