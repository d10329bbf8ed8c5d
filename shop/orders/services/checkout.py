"""From what a member wants to an order: one price for the preview and for the order, one transaction for the order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import BigIntegerField, CharField
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
from shop.orders.models import Order, OrderLine, OrderPromotion, stock_units
from shop.orders.services import answers, limits, points, promoting
from shop.pricing.member_price import MemberPrice, offer_for
from shop.pricing.models import FreightRule
from shop.pricing.quote import NO_POINTS, CouponsNotCombinable, CouponUnusable, quote
from shop.pricing.steps import Offered
from shop.pricing.values import Freight, Item, PointsRule, Quote
from shop.promotions import services as promotions
from shop.promotions.contract import ActivityName
from shop.promotions.reads import item_of
from shop.promotions.services import Offering
from tenants import due

MOST_LINES = 120
MOST_UNITS = 999


_SKUS = PreparedObjects[SKU](
    lambda: SKU.objects.sellable().select_related("product").filter(AnyOf("key", "keys", CharField()))
)
_FREIGHT = PreparedObjects[FreightRule](lambda: FreightRule.objects.filter(pk=1))
_SETTINGS = PreparedObjects[ShopSettings](lambda: ShopSettings.objects.filter(pk=1).annotate(now=TransactionNow()))
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
    """A SKU's key and how many units of it, in an activity (tool, key) with its option when the shopper chose one."""

    sku: str
    quantity: int
    activity: ActivityName | None = None
    option: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What the shopper sends: `items`, beside the selected lines of the cart when `from_cart`; prices are never taken.

    `coupons` are the keys to use, None for the best of the member's.
    """

    items: Sequence[Wanted] = ()
    address: str = ""
    remark: str = ""
    expected_total: int | None = None
    channel: str = Order.Channel.MINIPROGRAM
    from_cart: bool = False
    points: int = 0
    coupons: Sequence[str] | None = None
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # SKU key → field key → answer


@dataclass(frozen=True, slots=True)
class Basket:
    """What is bought, priced: a SKU for every line of the quote, gifts last."""

    skus: Sequence[SKU]
    quote: Quote
    settings: ShopSettings
    points: PointsRule
    offering: Offering
    pay_minutes: int
    now: datetime  # the database's, at the beginning of its transaction: no other clock decides

    @property
    def bought(self) -> dict[SKU, int]:
        """Return SKU → units that the shopper asked for, without gifts."""
        units: dict[SKU, int] = {}
        for sku, line in zip(self.skus, self.quote.lines, strict=True):
            if not line.is_gift:
                units[sku] = units.get(sku, 0) + line.quantity
        return units

    @property
    def ships(self) -> bool:
        """Return whether anything in it has to be sent somewhere."""
        return any(_ships(sku) for sku in self.skus)


def _ships(sku: SKU) -> bool:
    return sku.product.kind == Product.Kind.GOODS


def preview(member: Member, request: OrderRequest) -> Basket:
    """Return the priced basket; ShopError when it is empty, too large, or holds what cannot be sold."""
    wanted = [*(_from_cart(member) if request.from_cart else ()), *_from_items(request.items)]
    if not wanted:
        raise ShopError("nothing_to_buy", _("请先选择商品"))
    if len(wanted) > MOST_LINES or any(item.quantity > MOST_UNITS for _sku, item in wanted):
        raise ShopError("too_many", _("一次购买的数量太多"))
    (settings,) = _SETTINGS.objects()
    items = [item for _sku, item in wanted]
    offering = promotions.offered(member, items)
    points_rule = _points(member, settings, request.points)
    price = _price(member, items, offering, request, points_rule, settings)
    skus = [sku for sku, _item in wanted]
    gifts = [offering.gifts[line.sku].sku for line in price.lines if line.is_gift]
    minutes = offering.pay_minutes(items) or settings.pay_minutes
    return Basket([*skus, *gifts], price, settings, points_rule, offering, minutes, settings.now)  # type: ignore[attr-defined]


def _price(
    member: Member,
    items: Sequence[Item],
    offering: Offering,
    request: OrderRequest,
    points_rule: PointsRule,
    settings: ShopSettings,
) -> Quote:
    """Return the quote. ShopError: 409 `coupon_unusable`, `coupons_not_combinable` for coupons that were named."""
    offers = [*_member_price(member), *offering.offers]
    earned = settings.points_earned_per_yuan if settings.points_on else 0
    try:
        return quote(items, _freight(), offers, coupons=request.coupons, points=points_rule, earned_per_yuan=earned)
    except CouponUnusable as error:
        detail = {"coupon": error.answer.ref, "reason": error.answer.refused, "missing": error.answer.missing}
        raise ShopError("coupon_unusable", _("优惠券现在不能用"), status=409, detail=detail) from error
    except CouponsNotCombinable as error:
        raise ShopError("coupons_not_combinable", _("这些优惠券不能一起用"), status=409) from error


def _member_price(member: Member) -> list[Offered]:
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


def _from_items(items: Sequence[Wanted]) -> list[tuple[SKU, Item]]:
    """Return the lines that are wanted; what is wanted twice in the same activity is one line."""
    wanted: dict[tuple[str, ActivityName | None], Wanted] = {}
    for item in items:
        name = (item.sku, item.activity)
        before = wanted.get(name, replace(item, quantity=0))
        if before.option != item.option:
            raise ShopError("invalid", _("同一商品选了两种不同的活动方式，请分开下单"))
        wanted[name] = replace(item, quantity=before.quantity + item.quantity)
    keys = {key for key, _activity in wanted}
    found = {sku.key: sku for sku in _SKUS.objects(keys=list(keys))} if keys else {}
    if missing := sorted(keys - set(found)):
        raise ShopError("sku_unavailable", _("有商品已下架"), status=409, detail={"skus": missing})
    return [
        (found[item.sku], item_of(found[item.sku], item.quantity, item.activity, item.option))
        for item in wanted.values()
    ]


def _from_cart(member: Member) -> list[tuple[SKU, Item]]:
    return [(sku, item_of(sku, quantity)) for sku, quantity in cart.selected(member)]


def _freight() -> Freight:
    (rule,) = _FREIGHT.objects()
    by_weight = rule.mode == FreightRule.Mode.WEIGHT
    return Freight(by_weight, rule.first, rule.first_fee, rule.extra, rule.extra_fee, rule.free_over)


@transaction.atomic(savepoint=False)
def place_order(member: Member, request: OrderRequest) -> Order:
    """Return the new order, its stock held until the pay deadline; a sandbox member's holds and tells nothing.

    ShopError: 409 `price_changed`, `sold_out`, `sku_unavailable`, `too_many_unpaid`, `limit_exceeded`, `cart_changed`,
    `activity_over`, `coupon_unusable`, `coupons_not_combinable`;
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
    limits.check(basket.bought)
    order = _new_order(member, request, basket)
    if not member.is_sandbox and not members.take_unpaid_slot(member.pk, basket.settings.most_unpaid):
        raise ShopError("too_many_unpaid", _("待付款的订单太多了，请先付款或取消"), status=409)
    _ORDER.insert([order])
    lines = _lines(order, basket)
    answers.fill([line for line in lines if not line.is_gift], request.forms)
    _LINES.insert(lines)
    order.placed_lines = lines
    OrderPromotion.objects.bulk_create(_promotions(order, basket.quote))
    if not member.is_sandbox:
        limits.count(member, order, {sku.product for sku in basket.bought})
        promoting.claim(order, basket.offering, basket.quote, lines)
        points.spend(order, lines)
    if request.from_cart:
        cart.take(member, {line.sku_id: line.quantity for line in lines if not line.is_gift and not line.tool})
    if member.is_sandbox:
        inventory.refuse_short(stock_units(lines))
        return order
    due.schedule("orders.expire", order.number, after=timedelta(minutes=basket.pay_minutes))
    publish("order.placed", "order", order.number)
    inventory.reserve(order.number, stock_units(lines), order.pay_deadline)  # last: hot rows stay locked to the end
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
        pay_deadline=basket.now + timedelta(minutes=basket.pay_minutes),
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
            tool=line.activity[0] if line.activity else "",
            ref=line.activity[1] if line.activity else "",
            bucket=basket.offering.bucket(line.activity),
            is_gift=line.is_gift,
            kind=sku.product.kind,
        )
        for position, (sku, line) in enumerate(zip(basket.skus, basket.quote.lines, strict=True), start=1)
    ]


def _promotions(order: Order, price: Quote) -> list[OrderPromotion]:
    """Return a row for every share above 0; `order.placed_lines` are stored already. Freight has no line."""
    of_lines = [
        OrderPromotion(order=order, line=line, tool=discount.tool, ref=discount.ref, amount=share)
        for discount in price.discounts
        for line, share in zip(order.placed_lines or (), discount.shares, strict=True)
        if share
    ]
    of_freight = [
        OrderPromotion(order=order, line=None, tool=tool, ref=ref, amount=fen)
        for tool, ref, fen in price.freight_discounts
    ]
    return of_lines + of_freight
