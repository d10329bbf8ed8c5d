"""Checkout and orders of a shopper."""

from typing import Any

from django.db.models import BigIntegerField, CharField
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.aftersale.services import claimable
from shop.catalog.models import Product
from shop.catalog.order_form import LONGEST_ANSWER, MOST_FIELDS
from shop.core import idempotency
from shop.core.api import BoundedListField, Pagination, StrictIntegerField
from shop.core.errors import ShopError
from shop.core.money import MOST_FEN
from shop.core.prepared import Parameter, PreparedObjects
from shop.members.authentication import is_from_browser, member_of
from shop.orders import services
from shop.orders.models import Order
from shop.orders.presentation import order_json, order_row, quote_json, with_promotions
from shop.orders.services import checkout
from shop.promotions import services as promotions
from shop.promotions.presentation import order_details

_ORDER = PreparedObjects[Order](
    lambda: Order.everything.filter(
        member=Parameter("member", BigIntegerField()), number=Parameter("number", CharField())
    )
)
TO_REVIEW = "TO_REVIEW"  # beside the states: completed, with something that may still be reviewed
IDEMPOTENCY_KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


class ActivityNameSerializer(serializers.Serializer[Any]):
    """The activity that a line is bought in."""

    tool = serializers.CharField(max_length=40)
    key = serializers.CharField(max_length=40)


class ActivitySerializer(ActivityNameSerializer):
    """The activity in which a line is wanted."""

    option = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="what is chosen within the activity: of a group buy the group's key, or size-<n> to open one",
    )


class AnswersField(serializers.DictField):
    """Answers to one product's order form: field key → text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=LONGEST_ANSWER, allow_blank=True), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the answers; their number is checked before they are."""
        if isinstance(data, dict) and len(data) > MOST_FIELDS:
            raise serializers.ValidationError(_("最多 %(most)d 项") % {"most": MOST_FIELDS})
        return super().to_internal_value(data)


class WantedSerializer(serializers.Serializer[Any]):
    """One SKU and how many units."""

    sku = serializers.CharField(max_length=16)
    quantity = StrictIntegerField(min_value=1, max_value=checkout.MOST_UNITS)
    activity = ActivitySerializer(required=False, allow_null=True, default=None)
    form = AnswersField(required=False, help_text="answers to the product's order form, by field key")


class CheckoutSerializer(serializers.Serializer[Any]):
    """What to buy: items, or the selected lines of the cart, and beside them items of an activity.

    Prices a client sends are not read.
    """

    items = BoundedListField(child=WantedSerializer(), required=False, max_length=checkout.MOST_LINES)
    cart = serializers.BooleanField(required=False, default=False)
    address = serializers.CharField(max_length=16, required=False, allow_blank=True, default="")
    remark = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    forms = serializers.DictField(
        child=AnswersField(), required=False, default=dict, help_text="SKU key → answers; for a checkout of the cart"
    )
    points = StrictIntegerField(
        min_value=0, max_value=MOST_FEN, required=False, default=0, help_text="points to spend, at most"
    )
    coupons = BoundedListField(
        child=serializers.CharField(max_length=40),
        required=False,
        allow_null=True,
        default=None,
        max_length=20,
        help_text="keys of the coupons to use; null for the best combination, [] for none",
    )
    expected_total = StrictIntegerField(min_value=0, max_value=MOST_FEN, required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Items or the cart; beside the cart only what is bought in an activity."""
        items = attrs.get("items") or []
        if (not items and not attrs["cart"]) or (attrs["cart"] and any(item["activity"] is None for item in items)):
            raise serializers.ValidationError({"items": [_("请给出商品，或选择购物车结算")]})
        if len(attrs["forms"]) > checkout.MOST_LINES:
            raise serializers.ValidationError({"forms": [_("一次购买的数量太多")]})
        return attrs

    def order_request(self, channel: str) -> services.OrderRequest:
        """Return the checked request, which came by `channel`."""
        data = self.validated_data
        return services.OrderRequest(
            items=[_wanted(item) for item in data.get("items") or ()],
            address=data["address"],
            remark=data["remark"],
            expected_total=data["expected_total"],
            from_cart=data["cart"],
            points=data["points"],
            coupons=data["coupons"],
            forms=self._forms(),
            channel=channel,
        )

    def _forms(self) -> dict[str, dict[str, str]]:
        """Return SKU key → answers, from both places; 422 when they contradict each other."""
        forms = dict(self.validated_data["forms"])
        for item in self.validated_data.get("items") or ():
            given = item.get("form")
            if given is not None and forms.setdefault(item["sku"], given) != given:
                raise serializers.ValidationError({"items": [_("同一商品填写了两份不同的信息，请分开下单")]})
        return forms


def _wanted(item: dict[str, Any]) -> services.Wanted:
    activity = item["activity"]
    if activity is None:
        return services.Wanted(item["sku"], item["quantity"])
    name = (activity["tool"], activity["key"])
    return services.Wanted(item["sku"], item["quantity"], name, activity["option"])


def checked(request: Request) -> services.OrderRequest:
    """Return the request's body as an OrderRequest; 422 naming the field when it is wrong."""
    serializer = CheckoutSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.order_request(Order.Channel.H5 if is_from_browser(request) else Order.Channel.MINIPROGRAM)


def order_of(request: Request, number: str) -> Order:
    """Return the member's own order; 404 for any other."""
    found = _ORDER.objects(member=member_of(request).pk, number=number)
    if not found:
        raise ShopError("not_found", _("没有找到"), status=404)
    return found[0]


def detail_json(order: Order) -> dict[str, Any]:
    """Return an order as its own page shows it, with what of it may be asked back and reviewed."""
    order.placed_lines = list(order.lines.select_related("sku").prefetch_related("promotions"))
    answer, left = with_promotions(order_json(order), order.placed_lines), claimable(order, order.placed_lines)
    for row, line in zip(answer["lines"], order.placed_lines, strict=True):
        row |= {"line": line.position, "after_sale_units": left[line.pk]}
    used = {line.tool for line in order.placed_lines if line.tool}
    return answer | {
        "reviewable": Order.everything.reviewable([order]).get(order.pk, 0),
        "activities": order_details(order.number, used) if used else {},
    }


class LineSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    picture = serializers.CharField()
    unit_price = serializers.IntegerField()
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField()
    discount = serializers.IntegerField()
    total = serializers.IntegerField()
    kind = serializers.ChoiceField(Product.Kind.choices)
    activity = ActivityNameSerializer(allow_null=True)
    is_gift = serializers.BooleanField()


class AnswerSchema(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    value = serializers.CharField()


class OrderLineSchema(LineSchema):
    """A line of an order, with what its buyer filled in."""

    form = AnswerSchema(many=True)


class ProblemSchema(serializers.Serializer[Any]):
    """Why the order would be refused: `limit_exceeded`, `below_minimum`, `form_invalid` (with `form`: key → reason)."""

    sku = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    limit = serializers.IntegerField(required=False)
    wanted = serializers.IntegerField(required=False)
    bought = serializers.IntegerField(required=False)
    form = serializers.DictField(child=serializers.CharField(), required=False)


class ShareSchema(serializers.Serializer[Any]):
    """What one promotion takes off a line, in fen; `key` of its activity or coupon, "" for others."""

    tool = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    amount = serializers.IntegerField()


class QuotedLineSchema(LineSchema):
    """A line of a quote, with what each promotion takes off it."""

    promotions = ShareSchema(many=True)


class BasketSchema(serializers.Serializer[Any]):
    """What a basket and an order have in common, amounts in fen."""

    lines = LineSchema(many=True)
    subtotal = serializers.IntegerField()
    discount = serializers.IntegerField()
    freight = serializers.IntegerField()
    total = serializers.IntegerField()


class DiscountSchema(serializers.Serializer[Any]):
    """What one promotion takes off goods and freight, in fen; `key` of its activity or coupon, "" for others."""

    tool = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    amount = serializers.IntegerField()


class MissSchema(serializers.Serializer[Any]):
    """A promotion that does not apply, or could take off more: why, and what is missing (`unit`: fen or units).

    `gain` is what comes then, `summary` the whole rule in a line; both empty where there is nothing to say.
    """

    tool = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()
    message = serializers.CharField()
    missing = serializers.IntegerField()
    unit = serializers.ChoiceField(["", "fen", "units"])
    gain = serializers.CharField()
    summary = serializers.CharField()


class PerkSchema(serializers.Serializer[Any]):
    """What the order gives beside money off: free_freight at once, points and coupon when it is complete."""

    title = serializers.CharField()
    kind = serializers.CharField()
    quantity = serializers.IntegerField()


class CouponAnswerSchema(serializers.Serializer[Any]):
    """A coupon of the member: used in this quote, or why it cannot be; `saves` fen, `missing` fen to its threshold."""

    key = serializers.CharField()
    tool = serializers.CharField()
    title = serializers.CharField()
    is_used = serializers.BooleanField()
    is_usable = serializers.BooleanField()
    reason = serializers.CharField()
    message = serializers.CharField()
    missing = serializers.IntegerField()
    saves = serializers.IntegerField()


class PointsSchema(serializers.Serializer[Any]):
    """The member's points, the most that this basket can take and what those are worth in fen, and what is used."""

    balance = serializers.IntegerField()
    most = serializers.IntegerField()
    most_worth = serializers.IntegerField()
    used = serializers.IntegerField()
    earned = serializers.IntegerField(help_text="points that the order earns when it is complete")


class QuoteSchema(BasketSchema):
    """A priced basket, amounts in fen; `problems` are what an order would be refused for."""

    lines = QuotedLineSchema(many=True)
    discounts = DiscountSchema(many=True)
    misses = MissSchema(many=True)
    perks = PerkSchema(many=True)
    coupons = CouponAnswerSchema(many=True)
    best_coupons = serializers.ListField(child=serializers.CharField())
    points = PointsSchema(allow_null=True)
    needs_address = serializers.BooleanField()
    problems = ProblemSchema(many=True)


class OrderRowSchema(BasketSchema):
    """An order as lists show it, amounts in fen."""

    lines = OrderLineSchema(many=True)
    fulfilment = serializers.ChoiceField(Order.Fulfilment.choices)
    number = serializers.CharField()
    status = serializers.ChoiceField(Order.State.choices)
    cancel_reason = serializers.CharField()
    points_used = serializers.IntegerField()
    points_earned = serializers.IntegerField()
    paid = serializers.IntegerField()
    refunded = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    pay_deadline = serializers.DateTimeField()


class OrderSchema(OrderRowSchema):
    """An order with its address and times, amounts in fen."""

    remark = serializers.CharField()
    paid_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    address = serializers.DictField()


class TakenSchema(serializers.Serializer[Any]):
    """What one promotion took off a line, in fen; `key` of its activity or coupon, "" for others."""

    tool = serializers.CharField()
    key = serializers.CharField()
    amount = serializers.IntegerField()


class ListedLineSchema(OrderLineSchema):
    """A line of an order with what each promotion took off it."""

    promotions = TakenSchema(many=True)


class ClaimableLineSchema(ListedLineSchema):
    """A line of an order; `line` is its place, `after_sale_units` how many units may be asked back now."""

    line = serializers.IntegerField()
    after_sale_units = serializers.IntegerField()


class OrderDetailSchema(OrderSchema):
    """An order with its address and times and what of it may be asked back and reviewed, amounts in fen."""

    lines = ClaimableLineSchema(many=True)
    reviewable = serializers.IntegerField(help_text="lines that may still be reviewed")
    activities = serializers.DictField(
        help_text="tool → what it says of the order, such as the group that it waits for"
    )


class OrderEntrySchema(OrderRowSchema):
    """An order of a list, with what of it may be reviewed, amounts in fen."""

    lines = ListedLineSchema(many=True)
    reviewable = serializers.IntegerField(help_text="lines that may still be reviewed")


class OrderPageSchema(serializers.Serializer[Any]):
    """One page of orders."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = OrderEntrySchema(many=True)


class PreviewView(APIView):
    """The price of a basket, by the very function that prices the order."""

    open_to_sandbox = True

    @extend_schema(request=CheckoutSerializer, responses=QuoteSchema)
    def post(self, request: Request) -> Response:
        """Return the quote."""
        member, wanted = member_of(request), checked(request)
        return Response(quote_json(member, wanted, services.preview(member, wanted)))


class OrdersView(APIView):
    """A member's orders."""

    open_to_sandbox = True

    @extend_schema(
        operation_id="orders_list",
        parameters=[
            OpenApiParameter("status", str, enum=[*Order.State.values, TO_REVIEW]),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=OrderPageSchema,
    )
    def get(self, request: Request) -> Response:
        """Return one page of orders, newest first."""
        orders = Order.everything.of(member_of(request)).order_by("-pk")
        orders = orders.prefetch_related("lines__sku", "lines__promotions")
        status = request.query_params.get("status")
        if status == TO_REVIEW:
            orders = orders.to_review()
        elif status:
            if status not in Order.State.values:
                raise serializers.ValidationError({"status": [_("没有这种状态")]})
            orders = orders.in_state(status)
        pages = Pagination()
        rows = pages.paginate_queryset(orders, request, view=self) or []
        left = Order.everything.reviewable(rows)
        return pages.get_paginated_response(
            [
                with_promotions(order_row(order), order.lines.all()) | {"reviewable": left.get(order.pk, 0)}
                for order in rows
            ]
        )

    @extend_schema(request=CheckoutSerializer, responses={201: OrderSchema}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> Response:
        """Place an order. Where too many ask for the units of an activity: 429 `queueing`."""
        member, wanted = member_of(request), checked(request)

        def work() -> tuple[int, Any]:
            order = services.place_order(member, wanted)
            return 201, order_json(order)

        lines = [(item.sku, item.activity) for item in wanted.items]
        with promotions.gates(member, lines, request.headers.get("Idempotency-Key", "")):
            return idempotency.once(request, f"order:{member.pk}", work)


class SandboxPaySerializer(serializers.Serializer[Any]):
    """What `pay` answered under `client.sandbox`."""

    code = serializers.CharField(max_length=200)


class SandboxPayView(APIView):
    """Paying a trial order of the preview, with nothing."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=SandboxPaySerializer, responses={204: None}, auth=[])
    def post(self, request: Request, number: str) -> Response:
        """Take the order as paid; 422 `sandbox_code_invalid`, 409 `not_unpaid`."""
        body = SandboxPaySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.pay_sandbox(number, body.validated_data["code"])
        return Response(status=204)


class OrderView(APIView):
    """One order."""

    @extend_schema(responses=OrderDetailSchema)
    def get(self, request: Request, number: str) -> Response:
        """Return the order."""
        return Response(detail_json(order_of(request, number)))
