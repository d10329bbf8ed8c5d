"""Forms of what may be done to an order."""

from copy import copy
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from shop.core.admin_fields import YuanField
from shop.fulfilment.carriers import CHOICES, VIRTUAL, carrier_name
from shop.fulfilment.models import Package
from shop.fulfilment.services import Parcel, shippable_with
from shop.members.regions import provinces
from shop.members.services import AddressDraft
from shop.orders.models import Order, OrderLine

MOST_PARCELS = 10
_lazy_html = lazy(format_html, SafeString)
CODE = {"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}


class OrderForm(forms.Form):
    """A form about one order; `template` draws its fields when one below the other is not enough."""

    template = ""

    def __init__(self, order: Order, **kwargs: Any) -> None:
        self.order = order
        super().__init__(**kwargs)


class CarrierForm(OrderForm):
    """Who carries a parcel, under which number."""

    carrier = forms.ChoiceField(label=_("快递公司"), choices=CHOICES, widget=UnfoldAdminSelectWidget)
    tracking_number = forms.CharField(label=_("运单号"), max_length=40, widget=UnfoldAdminTextInputWidget(attrs=CODE))

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        last = Package.objects.exclude(carrier=VIRTUAL).order_by("-pk").values_list("carrier", flat=True).first()
        self.initial = {"carrier": last, **self.initial}


class ShipForm(CarrierForm):
    """Carrier, tracking number, and how many units of each line go into each of up to MOST_PARCELS parcels.

    The second parcel's fields end in `_2`, and so on; a parcel without a number is left out.
    """

    template = "admin/orders/parcels.html"

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.count = self._count()
        for parcel in range(1, self.count + 1):
            if parcel > 1:
                self._add_carrier(parcel)
            self._add_lines(parcel)

    def _count(self) -> int:
        asked = str((self.data or {}).get("parcels") or self.initial.get("parcels") or "1")
        return min(max(int(asked), 1), MOST_PARCELS) if asked.isdecimal() and len(asked) < 4 else 1

    def _add_carrier(self, parcel: int) -> None:
        for name in ("carrier", "tracking_number"):
            self.fields[f"{name}_{parcel}"] = copy(self.base_fields[name])
        self.initial.setdefault(f"carrier_{parcel}", self.initial["carrier"])
        self.fields[f"tracking_number_{parcel}"].required = False

    def _add_lines(self, parcel: int) -> None:
        for line in self.order.lines.all():
            if left := line.units_left:
                self.fields[_line_name(line, parcel)] = forms.IntegerField(
                    label=f"{line.title} {line.options}".strip(),
                    min_value=0,
                    max_value=left,
                    initial=left if parcel == 1 else 0,
                    required=parcel == 1,
                    widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
                    help_text=_("还有 %(left)d 件待发") % {"left": left},
                )

    @property
    def groups(self) -> list[list[forms.BoundField]]:
        """Return the fields of each parcel."""
        carriers = [("carrier", "tracking_number")]
        carriers += [(f"carrier_{parcel}", f"tracking_number_{parcel}") for parcel in range(2, self.count + 1)]
        lines = [line for line in self.order.lines.all() if line.units_left]
        return [
            [self[name] for name in (*names, *(_line_name(line, parcel) for line in lines))]
            for parcel, names in enumerate(carriers, 1)
        ]

    @property
    def has_room(self) -> bool:
        """Return whether one parcel more may be added."""
        return self.count < MOST_PARCELS

    def one_more(self) -> "ShipForm":
        """Return the form with what was typed, not judged yet, and one parcel more."""
        typed = {name: self.data[name] for name in self.data}
        return type(self)(self.order, initial={**typed, "parcels": self.count + 1})

    @property
    def parcels(self) -> list[Parcel]:
        """Return the parcels that have a number."""
        values = self.cleaned_data
        found = []
        for parcel in range(1, self.count + 1):
            suffix = "" if parcel == 1 else f"_{parcel}"
            if number := values[f"tracking_number{suffix}"]:
                lines = {line.pk: values.get(_line_name(line, parcel)) or 0 for line in self.order.lines.all()}
                units = {pk: count for pk, count in lines.items() if count}
                found.append(Parcel(units, values[f"carrier{suffix}"], number))
        return found


def _line_name(line: OrderLine, parcel: int) -> str:
    return f"line_{line.pk}" if parcel == 1 else f"line_{line.pk}_{parcel}"


class TogetherForm(CarrierForm):
    """Which other orders of the buyer go into the same parcel."""

    others = forms.MultipleChoiceField(label=_("一起发出的订单"), widget=UnfoldAdminCheckboxSelectMultipleWidget)

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.found = {str(other.pk): other for other in shippable_with(order)}
        field = self.fields["others"]
        field.choices = [(pk, _goods_of(other)) for pk, other in self.found.items()]  # type: ignore[attr-defined]
        field.initial = list(self.found)

    @property
    def orders(self) -> list[Order]:
        """Return all orders of the parcel, this one first."""
        return [self.order, *(self.found[pk] for pk in self.cleaned_data["others"])]


def _goods_of(order: Order) -> str:
    goods = "；".join(f"{line.title} {line.options} × {line.quantity}" for line in order.lines.all())
    return f"{order.number}　{goods[:80]}"


class TrackingForm(CarrierForm):
    """The right carrier and number of a parcel."""

    package = forms.ChoiceField(label=_("包裹"), widget=UnfoldAdminSelectWidget)
    field_order = ("package", "carrier", "tracking_number")

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.found = {package.key: package for package in order.packages.all()}
        names = [(key, f"{carrier_name(row.carrier)} {row.tracking_number}") for key, row in self.found.items()]
        self.fields["package"].choices = names  # type: ignore[attr-defined]
        shown = self.found.get(str(self.initial.get("package"))) or next(reversed(self.found.values()), None)
        if shown:
            values = {"package": shown.key, "carrier": shown.carrier, "tracking_number": shown.tracking_number}
            self.initial = {**self.initial, **values}


class RepriceForm(OrderForm):
    """What goods and freight shall cost."""

    goods = YuanField(label=_("商品金额"), help_text=_("不能高于原价；优惠按各商品金额分摊"))
    freight = YuanField(label=_("运费"))

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.initial = {**self.initial, "goods": order.subtotal - order.discount, "freight": order.freight}


class CancelForm(OrderForm):
    """Why the order ends."""

    REASONS = (
        ("no_wish", _("买家不想要了")),
        ("mistake", _("信息填错，重新下单")),
        ("no_stock", _("缺货")),
        ("no_delivery", _("收货地址送不到")),
        ("other", _("其他")),
    )
    reason = forms.ChoiceField(label=_("取消原因"), choices=REASONS, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        label=_("补充说明"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget, help_text=_("可不填")
    )

    @property
    def text(self) -> str:
        """Return reason and note in one line."""
        reason = str(dict(self.REASONS)[self.cleaned_data["reason"]])
        note = self.cleaned_data["note"]
        return f"{reason}：{note}" if note else reason


class RefundForm(OrderForm):
    """Why the money goes back."""

    reason = forms.CharField(label=_("退款原因"), max_length=80, widget=UnfoldAdminTextInputWidget)


def _coloured(flag: Order.Flag) -> Any:
    return _lazy_html('<span class="weipu-flag is-{}" aria-hidden="true"></span>{}', flag.lower(), flag.label)


class RemarkForm(OrderForm):
    """What staff note for each other."""

    staff_remark = forms.CharField(
        label=_("商家备注"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("买家看不到"),
    )

    flag = forms.ChoiceField(
        label=_("旗帜"),
        choices=[("", _("不标记")), *((flag.value, _coloured(flag)) for flag in Order.Flag)],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "weipu-choices is-inline"}),
    )

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.initial = {**self.initial, "staff_remark": order.staff_remark, "flag": order.flag}


class AddressFields(forms.Form):
    """A postal address as people type it; the service checks it."""

    name = forms.CharField(label=_("收货人"), max_length=40, widget=UnfoldAdminTextInputWidget)
    phone = forms.CharField(
        label=_("手机号"), max_length=20, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel"})
    )
    province = forms.CharField(
        label=_("省"), max_length=40, widget=UnfoldAdminTextInputWidget(attrs={"list": "provinces"})
    )
    city = forms.CharField(label=_("市"), max_length=40, widget=UnfoldAdminTextInputWidget)
    district = forms.CharField(label=_("区"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget)
    detail = forms.CharField(label=_("详细地址"), max_length=200, widget=UnfoldAdminTextInputWidget)

    provinces = staticmethod(provinces)

    @property
    def draft(self) -> AddressDraft:
        """Return the address, not checked yet."""
        return AddressDraft(**{name: self.cleaned_data[name] for name in AddressDraft.__dataclass_fields__})


class AddressForm(OrderForm, AddressFields):
    """Where the parcel shall go."""

    template = "admin/orders/address_fields.html"

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.initial = {**self.initial, **{name: getattr(order, name) for name in AddressDraft.__dataclass_fields__}}
