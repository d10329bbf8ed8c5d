"""What staff do to an order at their desk: where it goes, what they note on it, ordering for a customer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import ProcessedEvent, User
from shop.members import services as members
from shop.members.services import AddressDraft
from shop.orders.models import Order, OrderEvent, SavedFilter
from shop.orders.services.checkout import OrderRequest, Wanted, place_order

State = Order.State
BEFORE_SHIPPING = (State.UNPAID, State.WAIT_GROUP, State.TO_SHIP)
MOST_SAVED = 20
_PLACE = ("name", "phone", "province", "city", "district", "detail")


@transaction.atomic
def change_delivery_address(order: Order, draft: AddressDraft, *, actor: str) -> list[str]:
    """Send an order of which nothing has left elsewhere; return the names of the fields that changed.

    ShopError: 422 names wrong fields, 409 `already_shipped`.
    """
    clean = asdict(draft.checked())
    changed = [name for name in _PLACE if getattr(order, name) != clean[name]]
    if not changed:
        return []
    for name in changed:
        setattr(order, name, clean[name])
    columns = {name: getattr(order, name) for name in _columns(changed)}
    # The UPDATE takes the row's lock, under which packages leave too: what is asked after it stays true.
    moved = Order.objects.in_state(*BEFORE_SHIPPING).filter(pk=order.pk).update(**columns)
    if not moved or order.lines.filter(kind=Product.Kind.GOODS, shipped_quantity__gt=0).exists():
        raise ShopError("already_shipped", _("订单已经发货或取消，不能再改收货地址"), status=409)
    state = Order.objects.values_list("state", flat=True).get(pk=order.pk)
    OrderEvent.objects.create(order=order, actor=actor, action="address_changed", before=state, after=state)
    publish("order.address_changed", "order", order.number)
    return changed


def _columns(names: Collection[str]) -> list[str]:
    columns = [f"{name}_sealed" if name in Order.PERSONAL else name for name in names]
    return columns + (["phone_digest", "phone_last4"] if "phone" in names else [])


def annotate(order: Order, *, staff_remark: str, flag: str) -> None:
    """Note something on an order that only staff see, and give it a flag ("" for none)."""
    Order.objects.filter(pk=order.pk).update(staff_remark=staff_remark, flag=flag)


def set_flag(orders: Collection[int], flag: str) -> int:
    """Give the orders (primary keys) a flag, "" for none; return how many there are."""
    return Order.objects.filter(pk__in=orders).update(flag=flag)


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """What a customer asked for: who (by phone), where to, SKU keys with units, what was said and answered."""

    phone: str
    address: AddressDraft
    items: Sequence[Wanted]
    remark: str = ""
    expected_total: int | None = None
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # SKU key → field key → answer


@transaction.atomic
def place_for_customer(wanted: StaffOrder, token: UUID, *, actor: str) -> Order:
    """Return the unpaid order of the member with that phone, who is made when nobody has it.

    `token` comes from the form: the same one orders once. ShopError: 409 `already_placed`, 422 for a wrong phone or
    address, and as `place_order`.
    """
    try:
        with transaction.atomic():
            ProcessedEvent.objects.create(event_id=token, subscriber="orders.place_for_customer")
    except IntegrityError as error:
        raise ShopError("already_placed", _("这张订单已经创建过了，请到订单列表查看"), status=409) from error
    member = members.member_with_phone(wanted.phone)
    address = members.create_address(member, wanted.address)
    order = place_order(
        member,
        OrderRequest(
            items=wanted.items,
            address=address.key,
            remark=wanted.remark,
            expected_total=wanted.expected_total,
            channel=Order.Channel.STAFF,
            forms=wanted.forms,
        ),
    )
    OrderEvent.objects.create(order=order, actor=actor, action="created", before="", after=State.UNPAID)
    return order


@transaction.atomic
def save_filter(user: User, name: str, query: str) -> None:
    """Keep a way to look at the orders under a name; an equal name is overwritten. ShopError `too_many_filters`."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    SavedFilter.objects.update_or_create(user=locked, name=name, defaults={"query": query})
    if SavedFilter.objects.filter(user=locked).count() > MOST_SAVED:
        raise ShopError("too_many_filters", _("最多保存 20 个常用筛选，请先删除不用的"), status=409)


def forget_filter(user: User, pk: int) -> None:
    """Remove one of the user's own filters."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()
