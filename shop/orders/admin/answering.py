"""What a product's order form asks, as fields of the page on which staff order for a customer."""

from typing import Any

from django import forms

from shop.catalog.models import SKU
from shop.catalog.order_form import USUAL_ANSWER, FieldKind, FormField, form_of
from shop.orders.services import answers

_LOOKS: dict[str, dict[str, str]] = {
    FieldKind.NUMBER: {"inputmode": "decimal"},
    FieldKind.DATE: {"type": "date"},
    FieldKind.PHONE: {"type": "tel"},
    FieldKind.ID_NUMBER: {"autocapitalize": "characters", "spellcheck": "false"},
}


class AnswersForm(forms.Form):
    """The answers to a SKU's order form; the service that places the order judges them again."""

    use_required_attribute = False

    def __init__(self, sku: SKU, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sku = sku
        self.fields = {field.key: _field(field) for field in form_of(sku.product)}

    def clean(self) -> dict[str, Any]:
        """Return field key → answer; each mistake stands at its field."""
        values = {name: text.replace("\r\n", "\n") for name, text in self.cleaned_data.items()}
        found = answers.problems([self.sku], {self.sku.key: values})
        for name, reason in found.get(self.sku.key, {}).items():
            if name not in self.errors:
                self.add_error(name, reason)
        return values


def _field(field: FormField) -> forms.CharField:
    look = {"class": "weipu-input", "autocomplete": "off", **_LOOKS.get(field.kind, {})}
    if field.required:
        look["aria-required"] = "true"
    widget: forms.Widget = forms.TextInput(attrs=look)
    if field.kind == FieldKind.CHOICE:
        widget = forms.Select(attrs=look, choices=[("", "—"), *((text, text) for text in field.choices)])
    elif field.kind == FieldKind.TEXT and (field.most or 0) > USUAL_ANSWER:
        widget = forms.Textarea(attrs={**look, "rows": 3})
    label = f"{field.label} *" if field.required else field.label
    return forms.CharField(label=label, help_text=field.hint, required=False, widget=widget)
