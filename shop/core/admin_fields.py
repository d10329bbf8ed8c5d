"""How amounts, secrets and times read and are typed in the back office."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from shop.core.money import MOST_FEN, parse_yuan, yuan


def money(fen: int | None) -> str:
    """Return fen as a person reads it, `¥1,312.50`; "" for None."""
    return "" if fen is None else f"¥{yuan(fen, thousands=',')}"


def money_column(field: str, label: Any) -> Any:
    """Return an admin column that shows the amount in `field` and sorts by it."""

    @display(description=label, ordering=field)
    def column(self: object, row: Model) -> str:
        return money(getattr(row, field))

    return column


class YuanField(forms.CharField):
    """An amount typed in yuan; its value is fen, None when left empty."""

    def __init__(self, *, min_value: int | None = None, max_value: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "prefix": "¥", "class": "weipu-yuan"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Return fen; ValidationError for text that is no amount."""
        text = super().to_python(value) or ""
        if not text:
            return None
        try:
            fen = parse_yuan(text.removeprefix("¥"))
        except ValueError as error:
            raise ValidationError(_("请输入金额，最多两位小数，例如 12.50")) from error
        if fen > MOST_FEN:
            raise ValidationError(_("金额太大"))
        return fen

    def prepare_value(self, value: Any) -> Any:
        """Return what the text field shows: fen as yuan, typed text as it is."""
        return yuan(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the typed amount differs from the fen it started with."""
        try:
            return self.to_python(data) != (initial if isinstance(initial, int) else None)
        except ValidationError:
            return True


class ShareField(forms.DecimalField):
    """A share typed in percent, two decimals at most; its value is basis points."""

    def __init__(self, **kwargs: Any) -> None:
        look = {"inputmode": "decimal", "suffix": "%"}
        super().__init__(max_digits=5, decimal_places=2, **{"widget": UnfoldAdminTextInputWidget(attrs=look), **kwargs})

    def clean(self, value: Any) -> Any:
        """Return basis points, None when left empty."""
        percent = super().clean(value)
        return None if percent is None else int(percent * 100)

    def prepare_value(self, value: Any) -> Any:
        """Return what the text field shows: basis points as percent, typed text as it is."""
        return f"{value / 100:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the typed share differs from the basis points it started with."""
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class DiscountField(forms.DecimalField):
    """A discount typed as people say it: 9.5 折 is 500 basis points off, 10 none."""

    def __init__(self, **kwargs: Any) -> None:
        look = {"inputmode": "decimal", "suffix": _("折")}
        settings = {"min_value": Decimal("0.1"), "max_value": 10, "max_digits": 4, "decimal_places": 2}
        super().__init__(**{**settings, "widget": UnfoldAdminTextInputWidget(attrs=look), **kwargs})

    def clean(self, value: Any) -> Any:
        """Return the basis points that are taken off, None when left empty."""
        tenths = super().clean(value)
        return None if tenths is None else 10_000 - int(tenths * 1_000)

    def prepare_value(self, value: Any) -> Any:
        """Return what the text field shows: 500 as 9.5, typed text as it is."""
        return f"{(10_000 - value) / 1_000:.2f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the typed discount differs from the one it started with."""
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class WriteOnlyField(forms.CharField):
    """A secret that is never shown again; left empty, the stored one stays."""

    def __init__(self, *, stored: str = "", multiline: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _secret_widget(multiline))
        kwargs["required"] = not stored
        if stored:
            kwargs["help_text"] = _("已保存，末四位 %(last)s；不填表示不修改") % {"last": last_four(stored)}
        super().__init__(**kwargs)


def _secret_widget(multiline: bool) -> forms.Widget:
    if multiline:
        from unfold.widgets import UnfoldAdminTextareaWidget

        return UnfoldAdminTextareaWidget(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})
    return UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


def last_four(secret: str) -> str:
    """Return the last four characters of a secret that is long enough to show them, stars otherwise.

    The closing line of a PEM text is the same in every key, so it says nothing and is left out.
    """
    lines = [line for line in secret.strip().splitlines() if line and not line.startswith("-----")]
    text = lines[-1].strip() if lines else ""
    return text[-4:] if len(text) >= 12 else "****"


def masked_phone(last4: str) -> str:
    """Return a phone number of which only the last four digits are shown; "" without one."""
    return f"*******{last4}" if last4 else ""


def actor_name(actor: str) -> Any:
    """Return who did something, as the logs show it: a program, a shopper, or a staff account."""
    programs = {"system": _("系统"), "import_catalogue": _("导入"), "command": _("命令行")}
    return _("买家") if actor.startswith("member:") else programs.get(actor, actor)
