"""Reviews to read, answer and, with a reason, hide. Nobody in the shop edits or deletes what a shopper wrote."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.errors import ShopError
from shop.jobs.admin_export import ExportAdmin
from shop.orders.models import Order
from shop.reviews import services
from shop.reviews.models import Check, Review

PAGE = 20
MOST_AT_ONCE = 200
LONGEST_REPLY = 500
TABS = (
    ("all", _("全部")),
    ("unread", _("未读")),
    ("waiting", _("待审核")),
    ("bad", _("差评")),
    ("unanswered", _("未回复")),
    ("hidden", _("已隐藏")),
)
REASONS = (_("广告"), _("辱骂"), _("泄露他人隐私"), _("与商品无关"))


class ReviewAdmin(ExportAdmin, ReadOnlyAdmin):
    """What shoppers say of products: one page to read and answer, most of it without leaving it."""

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with what may be done to reviews before them."""
        view = self.admin_site.admin_view(self.action_view)
        export = self.admin_site.admin_view(self.export_view)
        own = [path("do/", view, name="reviews_review_do"), path("export/", export, name="reviews_review_export")]
        return own + super().get_urls()

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Export what the page's address filters, newest first."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.POST
        reviews = _filtered(
            self.get_queryset(request), asked.get("tab", "all"), asked.get("product", ""), asked.get("q", "").strip()
        )
        started = self.export(request, reviews.order_by("-created_at", "-pk"), asked.get("format", ""))
        return started or HttpResponseRedirect(self.page("changelist"))

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may answer and hide, and the shop's state lets anybody."""
        return may_write(request.path) and request.user.has_perm("reviews.change_review")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Return the page of reviews, filtered by tab, product and words."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            raise PermissionDenied
        tab = request.GET.get("tab", "all")
        product, query = request.GET.get("product", ""), request.GET.get("q", "").strip()
        reviews = _filtered(self.get_queryset(request), tab, product, query)
        page = Paginator(reviews.order_by("-created_at", "-pk"), PAGE).get_page(request.GET.get("p"))
        kept = {name: value for name, value in (("product", product), ("q", query)) if value}
        context = {
            "title": _("评价"),
            "page": page,
            "tab": tab,
            "tabs": [(code, label, urlencode({"tab": code, **kept}), _count(code)) for code, label in TABS],
            "kept": urlencode({"tab": tab, **kept}),
            "query": query,
            "product": Product.objects.filter(pk=product).first() if _is_number(product) else None,
            "is_filtered": bool(kept) or tab != "all",
        }
        return self._answer(request, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one review."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=object_id) if _is_number(object_id) else Review.objects.none()
        if not found.exists():
            raise Http404
        return self._answer(request, {"title": _("评价"), "page": Paginator(found.order_by("pk"), 1).get_page(1)})

    def _answer(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        rows = _rows(context["page"].object_list, request.user)
        own = {"opts": self.opts, "rows": rows, "reasons": REASONS, "back": request.get_full_path()}
        own["may_answer"] = self.has_answer_permission(request)
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/reviews/reviews.html", {**frame, **own, **context})

    def action_view(self, request: HttpRequest) -> HttpResponse:
        """Do what a button says to one review (`reply`, `show`) or to chosen ones (`hide`, `read`), and go back."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        if not self.has_answer_permission(request):
            raise PermissionDenied
        chosen = [int(pk) for pk in request.POST.getlist("review") if _is_number(pk)][:MOST_AT_ONCE]
        reviews = list(Review.objects.filter(pk__in=chosen).order_by("pk"))
        verb = next((name for name in ("reply", "show", "hide", "read") if name in request.POST), "")
        if not verb:
            raise PermissionDenied
        try:
            with transaction.atomic():
                text = self._do(request, verb, reviews)
        except ShopError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, text) if reviews else messages.error(request, _("请先选择评价"))
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
        return HttpResponseRedirect(back if is_ours else self.page("changelist"))

    def _do(self, request: HttpRequest, verb: str, reviews: Sequence[Review]) -> Any:
        if verb == "reply":
            return self._reply(request, reviews)
        if verb == "read":
            services.mark_read([review.pk for review in reviews])
            return _("已标为已读")
        for review in reviews:
            if verb == "hide":
                services.hide(review, reason=request.POST.get("reason", ""))
            else:
                services.show(review)
            after = Review.objects.get(pk=review.pk)
            change = Change(_state(review), _state(after))
            self.record(request, review, f"review.{verb}", change)
        return _("已隐藏，买家看不到了") if verb == "hide" else _("已显示")

    def _reply(self, request: HttpRequest, reviews: Sequence[Review]) -> Any:
        text = request.POST.get("text", "").strip()
        if len(text) > LONGEST_REPLY:
            raise ShopError("reply_too_long", _("回复最多 500 个字"), status=422)
        for review in reviews[:1]:
            services.reply(review, text, actor=actor_of(request))
            self.record(request, review, "review.reply", Change({"reply": review.reply}, {"reply": text}))
        return _("已回复") if text else _("已撤下回复")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _state(review: Review) -> dict[str, str]:
    return {"state": review.state, "state_reason": review.state_reason}


def _condition(tab: str) -> Q:
    source = Q(source=Review.Source.ORDER)
    return {
        "unread": source & Q(read_at=None),
        "waiting": Q(state=Check.PENDING) | Q(addition__state=Check.PENDING),
        "bad": Q(score__lte=2),
        "unanswered": source & Q(reply=""),
        "hidden": Q(state=Check.HIDDEN),
    }.get(tab, Q())


def _count(tab: str) -> int:
    """Return what waits on a tab; the others show no number."""
    if tab == "unread":
        return Review.objects.unread().count()
    return Review.objects.waiting().count() if tab == "waiting" else 0


def _filtered(reviews: QuerySet[Any], tab: str, product: str, query: str) -> QuerySet[Any]:
    found = reviews.filter(_condition(tab))
    if _is_number(product):
        found = found.filter(product=product)
    if query:
        found = found.filter(
            Q(content__icontains=query)
            | Q(product__title__icontains=query)
            | Q(author__icontains=query)
            | Q(order_number__iexact=query)
        )
    return found.select_related("product", "addition").prefetch_related("pictures__asset")


def _rows(reviews: Sequence[Review], user: Any) -> list[dict[str, Any]]:
    numbers = [review.order_number for review in reviews if review.order_number]
    orders: dict[str, int] = {}
    if numbers and user.has_perm("orders.view_order"):
        orders = dict(Order.objects.filter(number__in=numbers).values_list("number", "pk"))
    return [
        {
            "review": review,
            "stars": "★" * review.score + "☆" * (5 - review.score) if review.score else "",
            "order": orders.get(review.order_number),
            "addition": getattr(review, "addition", None),
            "pictures": [picture.asset for picture in review.pictures.all()],
            "is_unread": review.source == Review.Source.ORDER and review.read_at is None,
            "product_filter": f"{reverse('admin:reviews_review_changelist')}?product={review.product_id}",
        }
        for review in reviews
    ]
