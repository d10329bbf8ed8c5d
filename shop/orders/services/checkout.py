"""From what a member wants to an order: one price for the preview and for the order, one transaction for the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import BigIntegerField, CharField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.cart import services as cart
from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import ShopSettings
from shop.core.prepared import AnyOf, Parameter, PreparedInsert, PreparedObjects
from shop.inventory import services as inventory
from shop.ledgers.models import Account
from shop.members import services as members
from shop.members.models import Address, Level, Member
from shop.members.services.locks import lock_member
from shop.orders.models import Order, OrderLine, OrderPromotion
from shop.orders.services import answers, limits, points
from shop.pricing.member_price import MemberPrice, offer_for
from shop.pricing.models import FreightRule
from shop.pricing.quote import NO_POINTS, quote
from shop.pricing.steps import Offered
from shop.pricing.values import Freight, Item, PointsRule, Quote
from tenants import due

MOST_LINES = 120
MOST_UNITS = 999


_SKUS = PreparedObjects[SKU](
    lambda: SKU.objects.sellable().select_related("product").filter(AnyOf("key", "keys", CharField()))
)
_FREIGHT = PreparedObjects[FreightRule](lambda: FreightRule.objects.filter(pk=1))
_SETTINGS = PreparedObjects[ShopSettings](lambda: ShopSettings.objects.filter(pk=1))
_ADDRESSES = PreparedObjects[Address](
    lambda: Address.objects.filter(member=Parameter("member", BigIntegerField()), key=Parameter("key", CharField()))
)
_LEVELS = PreparedObjects[Level](lambda: Level.objects.filter(pk=Parameter("level", BigIntegerField())))
_POINTS = PreparedObjects[Account](
    lambda: Account.objects.filter(member=Parameter("member", BigIntegerField()), kind=Account.Kind.POINTS)
)
_ORDER, _LINES = PreparedInsert(Order), PreparedInsert(OrderLine)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A SKU's key and how many units of it."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What the shopper sends. Without `items` the selected lines of the cart are meant; prices are never taken."""

    items: Sequence[Wanted] = ()
    address: str = ""
    remark: str = ""
    expected_total: int | None = None
    channel: str = Order.Channel.MINIPROGRAM
    from_cart: bool = False
    points: int = 0
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # SKU key → field key → answer


@dataclass(frozen=True, slots=True)
class Basket:
    """The SKUs, each once, with their quantities, and their price."""

    skus: Sequence[SKU]
    quantities: dict[int, int] = field(repr=False)
    quote: Quote
    settings: ShopSettings
    points: PointsRule

    @property
    def ships(self) -> bool:
        """Return whether anything in it has to be sent somewhere."""
        return any(_ships(sku) for sku in self.skus)


def _ships(sku: SKU) -> bool:
    return sku.product.kind == Product.Kind.GOODS


def preview(member: Member, request: OrderRequest) -> Basket:
    """Return the priced basket; ShopError when it is empty, too large, or holds what cannot be sold."""
    quantities, skus = _from_cart(member) if request.from_cart else _from_items(request.items)
    if not skus:
        raise ShopError("nothing_to_buy", _("请先选择商品"))
    if len(skus) > MOST_LINES or any(quantity > MOST_UNITS for quantity in quantities.values()):
        raise ShopError("too_many", _("一次购买的数量太多"))
    (settings,) = _SETTINGS.objects()
    items = [Item(sku.pk, quantities[sku.pk], sku.price, sku.weight, _ships(sku), sku.product_id) for sku in skus]
    spent = _points(member, settings, request.points)
    earned = settings.points_earned_per_yuan if settings.points_on else 0
    price = quote(items, _freight(), _offers(member), points=spent, earned_per_yuan=earned)
    return Basket(skus, quantities, price, settings, spent)


def _offers(member: Member) -> list[Offered]:
    levels = _LEVELS.objects(level=member.level_id) if member.level_id else []
    return [(MemberPrice(), [offer_for(level.name, level.discount_bp)]) for level in levels if level.discount_bp]


def _points(member: Member, settings: ShopSettings, spent: int) -> PointsRule:
    """Return what the member's points are worth. ShopError 409 `points_insufficient` for more than there are."""
    accounts = _POINTS.objects(member=member.pk) if settings.points_on else []
    balance = sum(account.balance for account in accounts)
    if spent > balance:
        raise ShopError("points_insufficient", _("积分不足"), status=409, detail={"balance": balance})
    if not settings.points_on:
        return NO_POINTS
    return PointsRule(settings.points_per_yuan, settings.points_most_bp, balance, spent)


def _from_items(items: Sequence[Wanted]) -> tuple[dict[int, int], list[SKU]]:
    wanted: dict[str, int] = {}
    for item in items:
        wanted[item.sku] = wanted.get(item.sku, 0) + item.quantity
    found = {sku.key: sku for sku in _SKUS.objects(keys=list(wanted))}
    if missing := sorted(set(wanted) - set(found)):
        raise ShopError("sku_unavailable", _("有商品已下架"), status=409, detail={"skus": missing})
    skus = [found[key] for key in wanted]
    return {sku.pk: wanted[sku.key] for sku in skus}, skus


def _from_cart(member: Member) -> tuple[dict[int, int], list[SKU]]:
    lines = cart.selected(member)
    return {sku.pk: quantity for sku, quantity in lines}, [sku for sku, _quantity in lines]


def _freight() -> Freight:
    (rule,) = _FREIGHT.objects()
    by_weight = rule.mode == FreightRule.Mode.WEIGHT
    return Freight(by_weight, rule.first, rule.first_fee, rule.extra, rule.extra_fee, rule.free_over)


@transaction.atomic(savepoint=False)
def place_order(member: Member, request: OrderRequest) -> Order:
    """Return the new order, its stock held until the pay deadline; a sandbox member's holds and tells nothing.

    ShopError: 409 `price_changed`, `sold_out`, `sku_unavailable`, `too_many_unpaid`, `limit_exceeded`, `cart_changed`;
    422 `below_minimum`, `form_invalid`; 404 for a foreign address;
    401 for a sandbox member that was purged.
    """
    if member.is_sandbox:
        lock_member(member)  # the purge waits; a shopper's slot of unpaid orders does the same for an erasure
    basket = preview(member, request)
    if request.expected_total not in (None, basket.quote.total):
        raise ShopError(
            "price_changed", _("价格有变动，请确认后再下单"), status=409, detail={"total": basket.quote.total}
        )
    limits.check(basket.skus, basket.quantities)
    settings = basket.settings
    order = _new_order(member, request, basket)
    if not member.is_sandbox and not members.take_unpaid_slot(member.pk, settings.most_unpaid):
        raise ShopError("too_many_unpaid", _("待付款的订单太多了，请先付款或取消"), status=409)
    _ORDER.insert([order])
    lines = _lines(order, basket)
    answers.fill(lines, request.forms)
    _LINES.insert(lines)
    order.placed_lines = lines
    OrderPromotion.objects.bulk_create(_promotions(order, basket.quote))
    if not member.is_sandbox:
        limits.count(member, order, {sku.product for sku in basket.skus})
        points.spend(order, lines)
    if request.from_cart:
        cart.take(member, basket.quantities)
    if member.is_sandbox:
        inventory.refuse_short(basket.quantities)
        return order
    due.schedule("orders.expire", order.number, after=timedelta(minutes=settings.pay_minutes))
    publish("order.placed", "order", order.number)
    inventory.reserve(
        order.number, basket.quantities, order.pay_deadline
    )  # last: hot stock rows stay locked to the end
    return order


def _new_order(member: Member, request: OrderRequest, basket: Basket) -> Order:
    price = basket.quote
    order = Order(
        member=member,
        is_sandbox=member.is_sandbox,
        channel=request.channel,
        subtotal=price.subtotal,
        discount=price.discount,
        freight=price.freight,
        total=price.total,
        remark=request.remark,
        earned_per_yuan=basket.settings.points_earned_per_yuan if basket.settings.points_on else 0,
        pay_deadline=timezone.now() + timedelta(minutes=basket.settings.pay_minutes),
    )
    if basket.ships:
        _send_to(order, request.address)
    else:
        order.fulfilment_kind = Order.Fulfilment.VIRTUAL
    return order


def _send_to(order: Order, key: str) -> None:
    found = _ADDRESSES.objects(member=order.member.pk, key=key)
    if not found:
        raise ShopError("address_not_found", _("没有找到收货地址"), status=404)
    (address,) = found
    order.province, order.city, order.district = address.province, address.city, address.district
    order.name, order.phone, order.detail = address.name, address.phone, address.detail


def _lines(order: Order, basket: Basket) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            sku=sku,
            position=position,
            title=sku.product.title,
            sku_code=sku.code,
            options=sku.option_text,
            picture=sku.product.cover,
            unit_price=line.unit_price,
            quantity=line.quantity,
            amount=line.amount,
            discount=line.discount,
            total=line.total,
            points_used=line.points_used,
            kind=sku.product.kind,
        )
        for position, (sku, line) in enumerate(zip(basket.skus, basket.quote.lines, strict=True), start=1)
    ]


def _promotions(order: Order, price: Quote) -> list[OrderPromotion]:
    """Return a row for every share above 0; `order.placed_lines` are stored already."""
    return [
        OrderPromotion(order=order, line=line, tool=discount.tool, ref=discount.ref, amount=share)
        for discount in price.discounts
        for line, share in zip(order.placed_lines or (), discount.shares, strict=True)
        if share
    ]
