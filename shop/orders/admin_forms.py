"""Forms of what may be done to an order."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from shop.core.admin_fields import YuanField
from shop.orders.models import Order, OrderLine


class OrderForm(forms.Form):
    """A form about one order."""

    def __init__(self, order: Order, **kwargs: Any) -> None:
        self.order = order
        super().__init__(**kwargs)


def left_of(line: OrderLine) -> int:
    """Return how many units of a line are still to be shipped."""
    return line.quantity - line.refunded_quantity - line.shipped_quantity


class ShipForm(OrderForm):
    """Carrier, tracking number, and how many units of each line go into the parcel."""

    carrier = forms.ChoiceField(label=_("快递公司"), widget=UnfoldAdminSelectWidget)
    tracking_number = forms.CharField(label=_("运单号"), max_length=40, widget=UnfoldAdminTextInputWidget)
    carriers: Iterable[tuple[str, Any]] = ()

    def __init__(self, order: Order, **kwargs: Any) -> None:
        super().__init__(order, **kwargs)
        self.fields["carrier"].choices = list(self.carriers)  # type: ignore[attr-defined]
        for line in order.lines.all():
            if left := left_of(line):
                self.fields[f"line_{line.pk}"] = forms.IntegerField(
                    label=f"{line.title} {line.options}".strip(),
                    min_value=0,
                    max_value=left,
                    initial=left,
                    widget=UnfoldAdminIntegerFieldWidget,
                    help_text=_("还有 %(left)d 件待发") % {"left": left},
                )

    @property
    def units(self) -> dict[int, int]:
        """Return order line pk → units of the lines that go into this parcel."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("line_")}
        return {int(name.removeprefix("line_")): value for name, value in chosen.items() if value}


class RepriceForm(OrderForm):
    """What goods and freight shall cost."""

    goods = YuanField(label=_("商品金额"), help_text=_("不能高于原价；优惠按各商品金额分摊"))
    freight = YuanField(label=_("运费"))

    def __init__(self, order: Order, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"goods": order.subtotal - order.discount, "freight": order.freight})
        super().__init__(order, **kwargs)


class CancelForm(OrderForm):
    """Nothing to fill in."""


class RefundForm(OrderForm):
    """Why the money goes back."""

    reason = forms.CharField(label=_("退款原因"), max_length=80, widget=UnfoldAdminTextInputWidget)


class RemarkForm(OrderForm):
    """What staff note for each other."""

    staff_remark = forms.CharField(
        label=_("商家备注"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("买家看不到"),
    )

    def __init__(self, order: Order, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"staff_remark": order.staff_remark})
        super().__init__(order, **kwargs)
