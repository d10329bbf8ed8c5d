"""Forms about virtual goods."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.virtual.card_files import Lines, read_file, read_pasted
from shop.virtual.models import ServiceCode

MOST_UPLOAD = 5_000_000  # bytes
MOST_TEXT = 2_000_000  # characters
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "autofocus": True, "placeholder": "0000 0000 0000"}


def card_skus() -> Any:
    """Return the SKUs of card products that are not archived."""
    live = SKU.objects.filter(archived_at=None, product__archived_at=None, product__kind=Product.Kind.CARD)
    return live.select_related("product").order_by("product__title", "position", "pk")


class SKUChoice(forms.ModelChoiceField):
    """A SKU by the title of its product and its options."""

    def label_from_instance(self, obj: Any) -> str:
        """Return what the list shows."""
        return " ".join([obj.product.title, obj.option_text, f"({obj.code})"])


class ImportForm(forms.Form):
    """Which SKU, and its secrets: pasted or in a file."""

    sku = SKUChoice(label=_("卡密商品"), queryset=SKU.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None)
    text = forms.CharField(
        label=_("粘贴卡密"),
        required=False,
        max_length=MOST_TEXT,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("每行一条；有卡号和密码的，写在同一行，用空格隔开"),
    )
    file = forms.FileField(
        label=_("或上传文件"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv"}),
        help_text=_(".xlsx 或 .csv，第一行是列名：要有“卡密”，可以有“卡号”"),
    )
    ref = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["ref"] = f"cards-{uuid4().hex[:12]}"
        super().__init__(*args, **kwargs)
        self.fields["sku"].queryset = card_skus()  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Return the file; it must not be too large."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_UPLOAD:
            raise forms.ValidationError(_("文件不能超过 %(most)d MB") % {"most": MOST_UPLOAD // 1_000_000})
        return file

    def clean(self) -> dict[str, Any]:
        """Return the values; there must be text or a file, not both."""
        values = super().clean() or {}
        if not self.errors and bool(values.get("file")) == bool(values.get("text", "").strip()):
            raise forms.ValidationError(_("请粘贴卡密，或上传一个文件，二选一"))
        return values

    def lines(self) -> Lines:
        """Return (line, secret) as they were given; ShopError for a file that cannot be read."""
        if file := self.cleaned_data["file"]:
            return read_file(file, file.name)
        return read_pasted(self.cleaned_data["text"])


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=80, widget=UnfoldAdminTextInputWidget)


class ForcedForm(ReasonForm):
    """A refund that is against the rule and says so."""

    force = forms.BooleanField(
        label=_("我已和买家确认，强制退款"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("卡密已经发给买家，可能已经用掉；退款后这条卡密作废"),
    )


class CodeRefundForm(ReasonForm):
    """How many unused units go back."""

    units = forms.IntegerField(label=_("退几份"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    force = forms.BooleanField(
        label=_("不按退款规则，强制退款"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("例如过期后的协商退款"),
    )
    field_order = ("units", "reason", "force")

    def __init__(self, code: ServiceCode, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["units"] = max(code.left, 1)
        super().__init__(*args, **kwargs)


class FindForm(forms.Form):
    """A code, typed or scanned."""

    code = forms.CharField(
        label=_("核销码"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs=DIGITS),
        help_text=_("输入买家出示的 12 位数字，或扫描二维码"),
    )


class RedeemForm(forms.Form):
    """How many units of a code are used now; posted once per page that was shown."""

    units = forms.IntegerField(label=_("本次使用"), min_value=1, widget=UnfoldAdminIntegerFieldWidget)
    code = forms.CharField(max_length=40, widget=forms.HiddenInput)
    ref = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, code: ServiceCode, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"units": 1, "code": code.code, "ref": f"redeem-{uuid4().hex}"[:40]}
        super().__init__(*args, **kwargs)
        self.fields["units"].widget.attrs["max"] = code.left


def explain(error: ShopError, lines: Lines) -> str:
    """Return a refusal in words, with the lines of the text or file that it is about."""
    about = [str(lines[number - 1][0]) for number in error.detail.get("lines", ()) if number <= len(lines)]
    if not about:
        return str(error.message)
    more = "…" if len(about) > 20 else ""
    return f"{error.message}：{_('第 %(lines)s 行') % {'lines': '、'.join(about[:20]) + more}}"
