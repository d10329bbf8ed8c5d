"""Money in the back office: merchant accounts, what arrived, what went back."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import action
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from payments.base import ConfigField
from payments.models import Account, Payment, Refund
from payments.services.accounts import notify_url, provider_class, provider_name, save_account
from payments.services.refunding import retry_refund
from shop.core.admin_base import Change, ReadOnlyAdmin, ShopModelAdmin, actor_of
from shop.core.admin_fields import WriteOnlyField, money, money_column
from shop.core.errors import ShopError

PREFIX = "config_"


def _field(item: ConfigField, stored: str) -> forms.Field:
    if item.switch:
        widget = UnfoldBooleanSwitchWidget()
        return forms.BooleanField(
            label=str(item.label), initial=bool(stored), required=False, widget=widget, help_text=str(item.help)
        )
    if item.secret:
        return WriteOnlyField(label=item.label, stored=stored, multiline=item.multiline)
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4}) if item.multiline else UnfoldAdminTextInputWidget()
    return forms.CharField(label=str(item.label), initial=stored, widget=widget)


class AccountForm(forms.ModelForm):
    """A merchant account: its name, and what its provider asks for. Secrets are never shown again."""

    code: str

    class Meta:
        model = Account
        fields = ("name",)
        widgets = {"name": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = self.instance.config if self.instance.pk else {}
        for item in provider_class(self.code).fields:
            self.fields[PREFIX + item.key] = _field(item, self.stored.get(item.key, ""))

    def clean(self) -> Any:
        """Return the values after the provider has looked at them."""
        cleaned = super().clean()
        if not self.errors:
            for problem in provider_class(self.code).check_config(self.config):
                self.add_error(None, str(problem))
        return cleaned

    @property
    def config(self) -> dict[str, str]:
        """Return the configuration as typed, with the stored secrets where nothing was typed."""
        typed = {item.key: self.cleaned_data[PREFIX + item.key] for item in provider_class(self.code).fields}
        switches = {key: "1" if value else "" for key, value in typed.items() if isinstance(value, bool)}
        texts = {key: value.strip() for key, value in typed.items() if key not in switches}
        return {**self.stored, **{key: value for key, value in texts.items() if value}, **switches}


class AccountAdmin(ShopModelAdmin):
    """Accounts at payment providers, one in use per provider."""

    form = AccountForm
    list_display = ("name", "provider_label", "is_enabled", "added_at")
    ordering = ("pk",)

    @display(description=_("添加时间"), ordering="created_at")
    def added_at(self, account: Account) -> datetime:
        """Show since when the account is there."""
        return account.created_at

    @display(description=_("支付方式"), ordering="provider")
    def provider_label(self, account: Account) -> Any:
        """Show the provider."""
        return provider_name(account.provider)

    @display(description=_("通知地址"))
    def notices(self, account: Account) -> str:
        """Show where the provider sends its notices."""
        return notify_url(account)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may, and a provider is left without an account."""
        allowed = super().has_change_permission(request) or super().has_add_permission(request)
        return bool(allowed and _unused_provider())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: payments name their account."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the account's provider; who may only look sees no configuration."""
        shown: tuple[str, ...] = ("provider_label", "notices") if obj else ()
        if obj and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("name", *shown)}),)
        code = obj.provider if obj else _unused_provider()
        names = tuple(PREFIX + item.key for item in provider_class(code).fields)
        return ((None, {"fields": ("name", *shown)}), (provider_name(code), {"fields": names}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what is only shown."""
        return ("provider_label", "notices") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form of the account's provider."""
        form = super().get_form(request, obj, change, **{**kwargs, "fields": ("name",)})
        code = obj.provider if obj else _unused_provider()
        return type(form)(form.__name__, (form,), {"code": code})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the account through the service."""
        saved = save_account(form.code, form.cleaned_data["name"], form.config)
        obj.pk, obj.key = saved.pk, saved.key

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Change:
        """Return the change of the name and of switches, and which keys were renewed; never their values."""
        before = {"name": form.initial.get("name")} if "name" in form.changed_data else {}
        after: dict[str, Any] = {"name": form.cleaned_data["name"]} if before else {}
        fields = provider_class(form.code).fields
        for item in fields:
            if item.switch and PREFIX + item.key in form.changed_data:
                after[item.key] = form.cleaned_data[PREFIX + item.key]
                before[item.key] = not after[item.key]
        labels = {PREFIX + item.key: item.label for item in fields if not item.switch}
        if renewed := [str(labels[name]) for name in form.changed_data if name in labels]:
            after["renewed"] = renewed
        return Change(before, after)


def _unused_provider() -> str:
    """Return a provider for which the shop has no account, "" when it has all."""
    used = set(Account.objects.filter(is_enabled=True).values_list("provider", flat=True))
    return next((code for code in settings.PAYMENT_PROVIDERS if code not in used), "")


def _order_link(order: Any) -> str:
    return format_html(
        '<a class="weipu-link" href="{}">{}</a>', reverse("admin:orders_order_change", args=(order.pk,)), order.number
    )


class PaymentAdmin(ReadOnlyAdmin):
    """Money that arrived."""

    list_display = ("number", "order_number", "amount_yuan", "purpose", "account", "received_at")
    list_filter = ("purpose", "received_at")
    list_select_related = ("order", "account", "attempt")
    search_fields = ("number", "transaction_id", "order__number")
    search_help_text = _("收款单号、渠道单号或订单号")
    ordering = ("-pk",)
    fields = (
        "number",
        "order_number",
        "amount_yuan",
        "held_yuan",
        "purpose",
        "account",
        "trade_label",
        "transaction_id",
        "received_at",
    )
    readonly_fields = fields

    amount_yuan = money_column("amount", _("金额"))
    held_yuan = money_column("refund_held", _("退款占用"))

    @display(description=_("在哪里付的"))
    def trade_label(self, payment: Payment) -> str:
        """Show in which client the shopper paid."""
        return payment.attempt.get_trade_display()

    @display(description=_("订单"), ordering="order__number")
    def order_number(self, payment: Payment) -> str:
        """Show the order, with a link."""
        return _order_link(payment.order)


class RefundAdmin(ReadOnlyAdmin):
    """Money that went back. A failed refund may be asked for again."""

    list_display = ("out_refund_no", "order_number", "amount_yuan", "state_label", "reason", "created_at", "done_at")
    list_filter = ("state", "created_at")
    list_select_related = ("payment__order",)
    search_fields = ("out_refund_no", "refund_id", "payment__order__number")
    search_help_text = _("退款单号、渠道退款单号或订单号")
    ordering = ("-pk",)
    actions = ("retry",)
    fields = (
        "out_refund_no",
        "order_number",
        "amount_yuan",
        "state_label",
        "reason",
        "error",
        "actor",
        "refund_id",
        "created_at",
        "done_at",
    )
    readonly_fields = fields

    amount_yuan = money_column("amount", _("金额"))

    @display(description=_("订单"))
    def order_number(self, refund: Refund) -> str:
        """Show the order, with a link."""
        return _order_link(refund.payment.order)

    @display(
        description=_("状态"),
        ordering="state",
        label={
            Refund.State.REQUESTED: "warning",
            Refund.State.SENT: "warning",
            Refund.State.DONE: "success",
            Refund.State.FAILED: "danger",
            Refund.State.RETRIED: "default",
        },
    )
    def state_label(self, refund: Refund) -> tuple[str, Any]:
        """Show the state with its colour."""
        return refund.state, refund.get_state_display()

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may give money back."""
        return bool(request.user.has_perm("payments.add_refund"))

    @action(description=_("重新退款"), permissions=["retry"])
    def retry(self, request: HttpRequest, refunds: QuerySet[Refund]) -> None:
        """Ask again for the chosen refunds that failed."""
        for refund in refunds:
            try:
                with transaction.atomic():
                    again = retry_refund(refund, actor=actor_of(request))
                    self.record(request, refund, "refund.retry", Change({}, {"amount": again.amount}))
            except ShopError as error:
                messages.error(request, f"{refund.out_refund_no}：{error.message}")
            else:
                messages.success(request, _("已重新发起退款 %(amount)s") % {"amount": money(again.amount)})
