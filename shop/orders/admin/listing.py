"""The list of orders: tabs with counts, the filter form, kept filters, a search that knows what a term looks like."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from shop.core import crypto
from shop.core.admin_base import Change, ShopModelAdmin
from shop.core.errors import ShopError
from shop.fulfilment.models import Package
from shop.orders.admin.contact import contact_of
from shop.orders.admin.filters import OrderFilter, kept_query
from shop.orders.models import Order, SavedFilter
from shop.orders.services import forget_filter, save_filter

State = Order.State


@dataclass(frozen=True, slots=True)
class Tab:
    """A state of orders above the list; `count` is None where counting says nothing."""

    label: Any
    link: str
    is_open: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Tool:
    """A page beside the list, for those who may use it."""

    label: Any
    link: str
    icon: str
    permission: str


TOOLS = (
    Tool(_("用表格发货"), "ship-sheet/", "table_view", "fulfilment.add_package"),
    Tool(_("代客下单"), "new/", "add_shopping_cart", "orders.add_order"),
)


class OrderChangeList(ChangeList):
    """A list narrowed by OrderFilter instead of Django's filters."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.root_queryset: QuerySet[Any]
        self.filter_form = OrderFilter(request.GET)
        super().__init__(request, *args, **kwargs)
        user: Any = request.user
        query = kept_query(request.GET.urlencode())
        saved = list(SavedFilter.objects.filter(user=user))
        self.saved = [(row, row.query == query) for row in saved]
        self.query_to_keep = "" if any(row.query == query for row in saved) else query
        self.tabs = self._tabs()
        self.tools = [tool for tool in TOOLS if user.has_perm(tool.permission)]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Return what Django's own filters read: nothing of ours."""
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in self.filter_form.fields}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the orders that fit form and search."""
        self.root_queryset = self.filter_form.narrow(self.root_queryset)
        rows = super().get_queryset(request, exclude_parameters)
        self.has_active_filters = self.filter_form.is_active
        return rows

    def get_results(self, request: HttpRequest) -> None:
        """Read the page of orders, with whom each goes to as its reader may know it."""
        super().get_results(request)
        for order in self.result_list:
            order.receiver = contact_of(order, request.user)[0]

    def _tabs(self) -> list[Tab]:
        counts = Order.objects.counts()
        state = self.filter_form.data.get("state", "")
        states = [State.UNPAID, State.TO_SHIP, State.SHIPPED, State.COMPLETED, State.CANCELLED]
        if counts[State.WAIT_GROUP]:
            states.insert(1, State.WAIT_GROUP)
        tabs = [Tab(_("全部"), self._at(""), not state, None)]
        return tabs + [Tab(one.label, self._at(one), state == one, counts.get(one)) for one in states]

    def _at(self, state: str) -> str:
        gone = ["p", "state"]
        return self.get_query_string({"state": state} if state else None, remove=gone if not state else ["p"])


def goods_of(order: Order) -> str:
    """Return the first product of an order, how many there are, and how many units."""
    lines = list(order.lines.all())
    kinds, units = len({line.title for line in lines}), sum(line.quantity for line in lines)
    first = lines[0].title if lines else ""
    shown = {"goods": f"{first[:14]}…" if len(first) > 15 else first, "kinds": kinds, "units": units}
    if kinds > 1:
        return str(_("%(goods)s 等 %(kinds)d 种，共 %(units)d 件") % shown)
    return str(_("%(goods)s 共 %(units)d 件") % shown)


def found_by(term: str) -> Q:
    """Return what a search term finds: phone tail, phone, tracking number, or the start of an order's number."""
    found = Q(number__startswith=term.upper()) | Q(phone_digest=crypto.digest(term, "phone"))
    if len(term) == 4 and term.isdigit():
        found |= Q(phone_last4=term)
    if len(term) >= 6:
        found |= Q(pk__in=Package.objects.filter(tracking_number=term).values("order"))
    return found


def saved_filters_view(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    """Keep the filter that was posted under a name, or remove one; go back to the list."""
    if request.method != "POST" or not page.has_view_permission(request):
        raise PermissionDenied
    user: Any = request.user
    query, name = kept_query(request.POST.get("query", "")), " ".join(request.POST.get("name", "").split())
    gone = request.POST.get("remove", "")
    if gone.isdecimal() and len(gone) < 19:
        forget_filter(user, int(gone))
    elif not 1 <= len(name) <= 20 or not query:
        messages.error(request, _("请给这个筛选起一个 20 字以内的名字"))
    else:
        try:
            save_filter(user, name, query)
            page.record(request, user, "order.filter", Change({}, {"name": name}))
        except ShopError as error:
            messages.error(request, str(error.message))
    return HttpResponseRedirect(f"{page.page('changelist')}?{query}")
