"""The forms of flash sales: a session, and the same session at other hours."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from shop.catalog.admin_widgets import LAST_YEAR
from shop.marketing.flash_sale.tool import PAY_MINUTES
from shop.promotions.admin import ActivityForm, ItemsField
from shop.promotions.admin.forms import count_field

MOST_DAYS, MOST_SESSIONS = 31, 100
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


class FlashSaleForm(ActivityForm):
    """SKUs, each with a price and units of its own."""

    items = ItemsField(columns=("price", "units"), words={"price": gettext_lazy("秒杀价（元）")})
    limits = ("most_per_member", "most_per_order")
    more = ("most_per_phone", "most_per_address", "most_members", "pay_minutes")
    has_stock = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "pay_minutes" in self.fields:
            self.fields["pay_minutes"].help_text = _("不填为 %(minutes)d 分钟") % {"minutes": PAY_MINUTES}


class RepeatForm(forms.Form):
    """From what day on, for how many days, at which hours a session comes again."""

    day = forms.DateField(
        label=gettext_lazy("从哪天起"),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        validators=[MaxValueValidator(date(LAST_YEAR, 12, 1))],
    )
    days = count_field(gettext_lazy("连续几天"), least=1, most=MOST_DAYS, initial=1)
    clocks = forms.CharField(
        label=gettext_lazy("每天几点开始"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("可以写几个，例如 10:00、14:00、20:00；每场和原来一样长"),
    )
    publishes = forms.BooleanField(
        label=gettext_lazy("同时发布"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("不打开就先存为草稿；打开后马上从店铺库存里划出每一场的活动库存"),
    )

    def clean_clocks(self) -> list[time]:
        """Return the times of the day that were typed; ValidationError for anything else."""
        text = self.cleaned_data["clocks"]
        found = sorted({time(int(hour), int(minute)) for hour, minute in _CLOCK.findall(text)})
        if not found or re.search(r"\d", _CLOCK.sub("", text)):
            raise ValidationError(_("请写成 10:00 这样的时间，几个之间用顿号隔开"))
        return found

    def clean(self) -> Any:
        """Return the values with `starts`, all of them to come."""
        values: Any = super().clean()
        if self.errors:
            return values
        days = [values["day"] + timedelta(days=number) for number in range(values["days"])]
        starts = [timezone.make_aware(datetime.combine(day, clock)) for day in days for clock in values["clocks"]]
        if len(starts) > MOST_SESSIONS:
            self.add_error("days", _("一次最多 %(count)d 场") % {"count": MOST_SESSIONS})
        if starts[0] <= timezone.now():
            self.add_error("day", _("第一场的开始时间已经过了"))
        return {**values, "starts": starts}
