"""After-sales in the back office: a list, and the page where one is decided."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from payments.models import Refund
from shop.aftersale import services
from shop.aftersale.models import AfterSale
from shop.aftersale.services.deciding import LONGEST_ANSWER
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.admin_fields import money, money_column
from shop.core.base import key_of
from shop.core.errors import ShopError

State = AfterSale.State
DONE = {
    "agree": _("已同意，退款正在办理"),
    "reject": _("已拒绝，买家会看到原因"),
    "retry": _("已重新发起退款"),
}


class DecisionForm(forms.Form):
    """What the member is told."""

    answer = forms.CharField(
        label=_("给买家的答复"),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("拒绝时必填，写明原因；同意时可以不写"),
    )


class AfterSaleAdmin(ReadOnlyAdmin):
    """What members want back. Nothing is edited here; a decision is a service behind a button."""

    list_display = ("number", "state_label", "goods", "amount_yuan", "reason", "order_number", "created_at")
    list_filter = ("state", "reason", "created_at")
    search_fields = ("number", "order__number")
    search_help_text = _("售后单号或订单号")
    ordering = ("-pk",)

    amount_yuan = money_column("amount", _("退款金额"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return after-sales with what the pages show of them."""
        return AfterSale.objects.shown()

    @display(
        description=_("状态"),
        ordering="state",
        label={
            State.APPLIED: "danger",
            State.REFUNDING: "warning",
            State.DONE: "success",
            State.REJECTED: "default",
            State.CANCELLED: "default",
        },
    )
    def state_label(self, after_sale: AfterSale) -> tuple[str, Any]:
        """Show the state with its colour."""
        return after_sale.state, after_sale.get_state_display()

    @display(description=_("商品"))
    def goods(self, after_sale: AfterSale) -> str:
        """Show what is asked back."""
        return "；".join(f"{row.order_line.title} × {row.quantity}" for row in after_sale.lines.all())

    @display(description=_("订单"))
    def order_number(self, after_sale: AfterSale) -> str:
        """Show the order's number."""
        return after_sale.order.number

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may decide, and the shop's state lets anybody."""
        return bool(may_write(request.path) and request.user.has_perm("aftersale.decide_aftersale"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one after-sale, or do what a button of it says."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        after_sale = self.get_queryset(request).filter(pk=key_of(object_id)).first()
        if after_sale is None:
            raise Http404
        may_decide = self.has_decide_permission(request)
        form = DecisionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            verb = next((name for name in DONE if name in request.POST), "")
            if not (verb and may_decide):
                raise PermissionDenied
            if form.is_valid() and self._decided(request, after_sale, verb, form):
                return HttpResponseRedirect(self.page("change", after_sale.pk))
        return self._answer(request, after_sale, form if may_decide else None)

    def _decided(self, request: HttpRequest, after_sale: AfterSale, verb: str, form: DecisionForm) -> bool:
        """Call the service and write the audit entry; False when it refused and the form says why."""
        try:
            with transaction.atomic():
                _do(after_sale, verb, form.cleaned_data["answer"], actor_of(request))
                after = AfterSale.objects.get(pk=after_sale.pk)
                self.record(request, after, f"after_sale.{verb}", Change(_state(after_sale), _state(after)))
        except ShopError as error:
            form.add_error("answer" if error.code == "answer_required" else None, str(error.message))
            return False
        messages.success(request, DONE[verb])
        return True

    def _answer(self, request: HttpRequest, after_sale: AfterSale, form: DecisionForm | None) -> HttpResponse:
        user: Any = request.user
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("售后 %(number)s") % {"number": after_sale.number},
            "after_sale": after_sale,
            "refunds": Refund.objects.filter(cause=after_sale.cause).order_by("pk"),
            "failed": services.failed_refund(after_sale),
            "form": form,
            "sees_order": user.has_perm("orders.view_order"),
            "list_address": self.page("changelist"),
        }
        return TemplateResponse(request, "admin/aftersale/after_sale.html", context)


def _do(after_sale: AfterSale, verb: str, answer: str, actor: str) -> None:
    if verb == "agree":
        services.agree(after_sale, actor=actor, answer=answer)
    elif verb == "reject":
        services.reject(after_sale, answer=answer, actor=actor)
    else:
        services.refund_again(after_sale, actor=actor)


def _state(after_sale: AfterSale) -> dict[str, Any]:
    return {"state": after_sale.state, "amount": money(after_sale.amount), "answer": after_sale.answer}
