"""Agreements in the back office."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.agreements import services
from shop.agreements.models import Agreement
from shop.catalog import richtext
from shop.catalog.admin_widgets import RichTextInput
from shop.core.admin_base import ServiceForm, ShopModelAdmin


class AgreementForm(ServiceForm):
    """Both texts of an agreement."""

    class Meta:
        model = Agreement
        fields = ("text", "text_en")
        widgets = {"text": RichTextInput, "text_en": RichTextInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.initial[name] = richtext.rendered(getattr(self.instance, name))

    def clean_text(self) -> str:
        """Return it as it is stored, so that an untouched text does not look changed."""
        return richtext.clean(self.cleaned_data["text"])

    def clean_text_en(self) -> str:
        """Return it as it is stored."""
        return richtext.clean(self.cleaned_data["text_en"])


class AgreementAdmin(ShopModelAdmin):
    """User agreement and privacy policy: two rows, which are neither added nor deleted."""

    form = AgreementForm
    fields = ("text", "text_en")
    list_display = ("kind", "whose", "updated_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form with its own widgets."""
        return super().get_form(request, obj, change, **{**kwargs, "widgets": AgreementForm.Meta.widgets})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; texts are edited as rich text."""
        if db_field.name in ("text", "text_en"):
            return db_field.formfield(widget=RichTextInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("现在显示"))
    def whose(self, agreement: Agreement) -> Any:
        """Say whose text shoppers read."""
        return _("自己的文本") if agreement.text else _("平台提供的通用文本")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: every shop has both."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: every shop has both."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service."""
        services.save_agreement(obj, text=form.cleaned_data["text"], text_en=form.cleaned_data["text_en"])
