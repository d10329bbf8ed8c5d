"""The platform's own pages: landing, sign-up, terms, the demo's mailbox."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from tenants.addresses import client_address, network_of
from tenants.context import ShopRef, using_shop
from tenants.errors import ShopError
from tenants.services import check_slug
from tenants.signup import limits
from tenants.signup.codes import request_code
from tenants.signup.contacts import parse_contact
from tenants.signup.forms import SignUpForm
from tenants.signup.models import SentCode
from tenants.signup.senders import has_demo_mailbox, sender_for
from tenants.signup.services import sign_up

LANGUAGE_SECONDS = 365 * 24 * 3600
MAILBOX_AGE = timedelta(minutes=15)
MAILBOX_ROWS = 20
DEFAULT_PORTS = {"http": "80", "https": "443"}
RESEND_SECONDS = limits.CODES_BY_CONTACT_MINUTE.seconds

TicketIssuer = Callable[[], str]


def shop_address(host: str) -> str:
    """Return the address that browsers open `host` at, without a slash at the end."""
    standard = DEFAULT_PORTS[settings.PUBLIC_SCHEME] == settings.PUBLIC_PORT
    return f"{settings.PUBLIC_SCHEME}://{host}" + ("" if standard else f":{settings.PUBLIC_PORT}")


class SeeOther(HttpResponseRedirect):
    """A redirect after POST."""

    status_code = 303


class PlatformPage(View):
    """A page of the platform in the reader's language: `?lang=` chooses and is remembered in Django's cookie."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the chosen language, with the headers all these pages have."""
        chosen = request.GET.get("lang", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
        response = super().dispatch(request, *args, **kwargs)
        if chosen in dict(settings.LANGUAGES):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=LANGUAGE_SECONDS, samesite="Lax")
        # Browsers apply form-action to the redirect as well, which leads to the new shop's host.
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
            f"base-uri 'none'; frame-ancestors 'none'; form-action 'self' {shop_address('*.' + settings.BASE_DOMAIN)}"
        )
        return response

    def page(self, request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """Return the rendered page."""
        return render(
            request, f"platform/{template}.html", {"has_mailbox": has_demo_mailbox(), **context}, status=status
        )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the platform's 404 page."""
    return render(request, "platform/not_found.html", status=404)


class Landing(PlatformPage):
    """What the platform is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the page."""
        return self.page(request, "landing")


class Terms(PlatformPage):
    """What merchant and platform owe each other."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the page."""
        return self.page(request, "terms")


class SentCodes(PlatformPage):
    """The demo's mailbox; 404 as soon as codes really are sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the latest messages."""
        if not has_demo_mailbox():
            raise Http404
        messages = SentCode.objects.filter(sent_at__gt=Now() - MAILBOX_AGE).order_by("-sent_at", "-pk")[:MAILBOX_ROWS]
        response = self.page(request, "sent", messages_sent=messages)
        response["Cache-Control"] = "no-store"
        return response


class SignUpPage(PlatformPage):
    """The form, and what both its buttons do."""

    issue_ticket: TicketIssuer | None = None  # for the owner of the current shop

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the empty form."""
        return self.form_page(request, SignUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open the shop and lead into its back office (303), or return the form with messages (422, 429)."""
        form = SignUpForm(request.POST)
        try:
            limits.take((limits.SIGNUPS_BY_ADDRESS, network_of(client_address(request))))
            if form.is_valid():
                return self.enter(sign_up(form.wanted()))
        except ShopError as error:
            form.refuse(error)
            return self.form_page(request, form, error.status)
        return self.form_page(request, form, 422)

    def enter(self, shop: ShopRef) -> HttpResponse:
        """Return the way into the back office of `shop`, which works once."""
        if self.issue_ticket is None:
            raise TypeError("SignUpPage needs issue_ticket")
        with using_shop(shop):
            ticket = self.issue_ticket()
        return SeeOther(f"{shop_address(shop.host)}/welcome?ticket={ticket}")

    def form_page(self, request: HttpRequest, form: SignUpForm, status: int = 200, notice: str = "") -> HttpResponse:
        """Return the page with `form`."""
        if sender_for("phone") is None:
            form.fields["contact"].label = _("邮箱")
        response = self.page(
            request, "signup", status, form=form, notice=notice, domain=settings.BASE_DOMAIN, seconds=RESEND_SECONDS
        )
        response["Cache-Control"] = "no-store"
        return response


class RequestCode(SignUpPage):
    """Sends a code. JSON for the page's script; the whole form again where no script runs."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Return the same answer for every contact: 200, or 422 and 429 with the reason."""
        try:
            request_code(parse_contact(request.POST.get("contact", "")), client_address(request))
        except ShopError as error:
            return self.answer(request, error.status, error.code, str(error.message))
        return self.answer(request, 200, "sent", _("验证码已发送，10 分钟内有效"))

    def answer(self, request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
        """Return `message` in the form the caller reads."""
        if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
            return self.form_again(request, status, message)
        return JsonResponse({"code": code, "message": message, "seconds": RESEND_SECONDS}, status=status)

    def form_again(self, request: HttpRequest, status: int, message: str) -> HttpResponse:
        """Return the form with what was typed and `message` beside the contact."""
        form = SignUpForm(initial=request.POST.dict())
        return self.form_page(request, form, status, notice=message)


class SlugCheck(PlatformPage):
    """Whether an address is still free."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return {available, message}."""
        try:
            limits.take((limits.SLUGS_BY_ADDRESS, network_of(client_address(request))))
            check_slug(request.GET.get("value", "").strip().lower())
        except ShopError as error:
            status = error.status if error.code == "too_many" else 200
            return JsonResponse({"available": False, "message": str(error.message)}, status=status)
        return JsonResponse({"available": True, "message": _("这个网址可以使用")})
