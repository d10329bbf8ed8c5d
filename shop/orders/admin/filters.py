"""Which orders the list shows: one form, whose address can be kept under a name."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import YuanField
from shop.fulfilment.carriers import CHOICES
from shop.fulfilment.models import Package
from shop.orders.models import Order, OrderLine

ANY = ("", _("全部"))
SHOWN = {"class": "weipu-input"}
# What a kept filter may hold besides the form's fields: the search words and the order of the list.
KEPT_BESIDES = ("q", "o")
# Days that have a day before and after them in every calendar.
_YEARS = (MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(9000, 1, 1)))


def _choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[ANY, *choices], required=False, widget=forms.Select(attrs=SHOWN))


def _text(label: Any, most: int = 60) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=SHOWN))


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={**SHOWN, "type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=_YEARS)


def _amount(label: Any) -> YuanField:
    widget = forms.TextInput(attrs={**SHOWN, "inputmode": "decimal"})
    return YuanField(label=label, required=False, widget=widget)


class OrderFilter(forms.Form):
    """What the list may be narrowed by. A field filled in wrongly narrows nothing and says so."""

    state = _choice(_("状态"), list(Order.State.choices))
    created_from = _day(_("下单从"))
    created_to = _day(_("下单到"))
    paid_from = _day(_("付款从"))
    paid_to = _day(_("付款到"))
    least = _amount(_("应付不低于"))
    most = _amount(_("应付不高于"))
    member = _text(_("会员昵称或编号"))
    product = _text(_("商品标题或 SKU 编码"))
    flag = _choice(_("旗帜"), list(Order.Flag.choices))
    carrier = _choice(_("快递公司"), list(CHOICES))
    province = _text(_("省份"), 40)
    channel = _choice(_("来源"), list(Order.Channel.choices))
    upload = _choice(_("微信发货信息"), list(Package.Upload.choices))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nothing brings an order into this state yet.
        state: Any = self.fields["state"]
        state.widget.choices = [choice for choice in state.choices if choice[0] != Order.State.WAIT_GROUP]

    def narrow(self, orders: QuerySet[Order]) -> QuerySet[Order]:
        """Return those of the orders that fit."""
        self.is_valid()
        for name, value in self.cleaned_data.items():
            if value not in (None, ""):
                orders = orders.filter(_NARROW[name](value))
        return orders

    @property
    def is_active(self) -> bool:
        """Return whether it leaves anything out."""
        return self.is_valid() is False or any(value not in (None, "") for value in self.cleaned_data.values())

    @property
    def opens(self) -> bool:
        """Return whether a field other than the state, which has its tabs, is filled in."""
        return any(self.data.get(name) for name in self.fields if name != "state")


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _packed(**wanted: Any) -> Exists:
    return Exists(Package.objects.filter(order=OuterRef("pk"), **wanted))


def _has_product(text: str) -> Exists:
    lines = OrderLine.objects.filter(Q(title__icontains=text) | Q(sku_code__iexact=text))
    return Exists(lines.filter(order=OuterRef("pk")))


_NARROW: dict[str, Callable[[Any], Q | Exists]] = {
    "state": lambda value: Q(state=value),
    "created_from": lambda day: Q(created_at__gte=_start(day)),
    "created_to": lambda day: Q(created_at__lt=_start(day + timedelta(days=1))),
    "paid_from": lambda day: Q(paid_at__gte=_start(day)),
    "paid_to": lambda day: Q(paid_at__lt=_start(day + timedelta(days=1))),
    "least": lambda fen: Q(total__gte=fen),
    "most": lambda fen: Q(total__lte=fen),
    "member": lambda text: Q(member__nickname__icontains=text) | Q(member__key=text),
    "product": _has_product,
    "flag": lambda value: Q(flag=value),
    "carrier": lambda value: _packed(carrier=value),
    "province": lambda text: Q(province__startswith=text),
    "channel": lambda value: Q(channel=value),
    "upload": lambda value: _packed(upload=value),
}


def kept_query(query: str) -> str:
    """Return the part of a list's address that is worth keeping, in one order."""
    names = {*OrderFilter.base_fields, *KEPT_BESIDES}
    pairs = [(name, value) for name, value in parse_qsl(query[:2000]) if name in names]
    return urlencode(sorted(dict(pairs).items()))
