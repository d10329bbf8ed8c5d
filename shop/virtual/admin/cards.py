"""Card secrets: a list, the page of one, and the page that imports them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core import crypto
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.virtual import services
from shop.virtual.admin.forms import ForcedForm, ImportForm, ReasonForm, card_skus, explain
from shop.virtual.models import CardSecret

State = CardSecret.State


class CardSecretAdmin(ReadOnlyAdmin):
    """Card secrets, by their last four characters; nobody reads a whole one here."""

    list_display = ("product", "tail", "state_label", "batch", "created_at", "sold_at")
    list_filter = ("state", "created_at")
    list_select_related = ("sku__product",)
    list_before_template = "admin/virtual/cardsecret/list_before.html"
    search_fields = ("batch", "sku__code", "sku__product__title", "order_line__order__number")
    search_help_text = _("完整卡密、批次、商品标题、SKU 编码或订单号")
    ordering = ("-pk",)

    @display(description=_("商品"), header=True)
    def product(self, secret: CardSecret) -> list[Any]:
        """Show the product and the options."""
        return [secret.sku.product.title, secret.sku.option_text]

    @display(description=_("卡密"))
    def tail(self, secret: CardSecret) -> str:
        """Show the last four characters."""
        return str(secret)

    @display(
        description=_("状态"),
        ordering="state",
        label={State.FREE: "success", State.SOLD: "info", State.VOID: "default"},
    )
    def state_label(self, secret: CardSecret) -> tuple[str, Any]:
        """Show the state with its colour."""
        return secret.state, secret.get_state_display()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find as usual, or by the whole secret."""
        found, doubles = super().get_search_results(request, queryset, search_term)
        term = " ".join(search_term.split())
        if not term:
            return found, doubles
        digest = crypto.digest(term, "secret")
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(secret_digest=digest)), False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the import before them."""
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="virtual_cardsecret_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Return the page that imports secrets, or import them: all or none."""
        if not request.user.has_perm("virtual.add_cardsecret") or not may_write(request.path):
            raise PermissionDenied
        posts = request.method == "POST"
        form = ImportForm(request.POST, request.FILES) if posts else ImportForm(initial={"sku": request.GET.get("sku")})
        if posts and form.is_valid() and self._imported(request, form):
            return HttpResponseRedirect(self.page("changelist"))
        context = {"title": _("导入卡密"), "form": form, "has_products": card_skus().exists()}
        return self._answer(request, "card_import", context)

    def _imported(self, request: HttpRequest, form: ImportForm) -> bool:
        sku, lines, ref = form.cleaned_data["sku"], [], form.cleaned_data["ref"]
        try:
            lines = form.lines()
            with transaction.atomic():
                texts = [text for _line, text in lines]
                count = services.import_secrets(sku, texts, ref=ref, actor=actor_of(request))
                self.record(request, sku, "cards.import", Change({}, {"batch": ref, "count": count}))
        except ShopError as error:
            form.add_error(None, explain(error, lines))
            return False
        messages.success(request, _("已导入 %(count)d 条卡密") % {"count": count})
        return True

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one secret; void it while it is free, refund it once it was sold."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = CardSecret.objects.select_related("sku__product", "order_line__order")
        secret = rows.filter(pk=key_of(object_id)).first()
        if secret is None:
            raise Http404
        form = self._form(request, secret)
        if request.method == "POST":
            if form is None:
                raise PermissionDenied
            if form.is_valid() and self._taken_back(request, secret, form):
                return HttpResponseRedirect(self.page("change", secret.pk))
        return self._answer(request, "card_secret", {"title": str(secret), "secret": secret, "form": form})

    def _form(self, request: HttpRequest, secret: CardSecret) -> ReasonForm | None:
        """Return the form of what the user may do to the secret, None for nothing."""
        data = request.POST if request.method == "POST" else None
        if secret.state == State.FREE and request.user.has_perm("virtual.change_cardsecret"):
            return ReasonForm(data) if may_write(self.page("import")) else None
        if secret.state == State.SOLD and request.user.has_perm("payments.add_refund"):
            return ForcedForm(data) if may_write(request.path) else None
        return None

    def _taken_back(self, request: HttpRequest, secret: CardSecret, form: ReasonForm) -> bool:
        values, actor = form.cleaned_data, actor_of(request)
        refunds = isinstance(form, ForcedForm)
        try:
            with transaction.atomic():
                if refunds:
                    services.refund_card(secret, reason=values["reason"], actor=actor, force=values["force"])
                else:
                    services.void_secret(secret, reason=values["reason"], actor=actor)
                change = Change({"state": secret.state}, {"state": State.VOID, "reason": values["reason"]})
                self.record(request, secret, "card.refund" if refunds else "card.void", change)
        except ShopError as error:
            form.add_error("force" if error.code == "card_delivered" else None, str(error.message))
            return False
        messages.success(request, _("已退款，这条卡密作废") if refunds else _("已作废"))
        return True

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "list_address": self.page("changelist")}
        return TemplateResponse(request, f"admin/virtual/{template}.html", {**frame, **context})
