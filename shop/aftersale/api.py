"""After-sales, as shoppers see them."""

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.aftersale import services
from shop.aftersale.models import AfterSale
from shop.aftersale.services.applying import MOST_PICTURES
from shop.core import idempotency
from shop.core.api import BoundedListField, Pagination, StrictIntegerField
from shop.core.errors import ShopError
from shop.members.authentication import member_of
from shop.orders.api import IDEMPOTENCY_KEY, order_of
from shop.orders.presentation import picture_url
from shop.orders.services.checkout import MOST_LINES, MOST_UNITS


class WantedLineSerializer(serializers.Serializer[Any]):
    """A line of the order (`line` in GET orders/{number}) and how many units of it."""

    line = StrictIntegerField(min_value=1, max_value=MOST_LINES)
    quantity = StrictIntegerField(min_value=1, max_value=MOST_UNITS)


class ApplySerializer(serializers.Serializer[Any]):
    """What is asked back, and why; `pictures` are keys from POST uploads/pictures."""

    order = serializers.CharField(max_length=32)
    lines = BoundedListField(child=WantedLineSerializer(), min_length=1, max_length=MOST_LINES)
    reason = serializers.ChoiceField(AfterSale.Reason.choices)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    pictures = BoundedListField(
        child=serializers.CharField(max_length=16), required=False, default=list, max_length=MOST_PICTURES
    )

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a line that comes twice."""
        if len({line["line"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("同一个商品只能写一次"))
        return lines


class AfterSaleLineSchema(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    picture = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = serializers.IntegerField()


class AfterSaleSchema(serializers.Serializer[Any]):
    """An after-sale, amounts in fen. `freight` is part of `amount`, and decided when the merchant agrees."""

    number = serializers.CharField()
    order = serializers.CharField()
    state = serializers.ChoiceField(AfterSale.State.choices)
    reason = serializers.ChoiceField(AfterSale.Reason.choices)
    description = serializers.CharField()
    lines = AfterSaleLineSchema(many=True)
    amount = serializers.IntegerField()
    freight = serializers.IntegerField()
    pictures = serializers.ListField(child=serializers.CharField())
    answer = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class AfterSalePageSchema(serializers.Serializer[Any]):
    """One page of after-sales."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = AfterSaleSchema(many=True)


def _json(after_sale: AfterSale) -> dict[str, Any]:
    return {
        "number": after_sale.number,
        "order": after_sale.order.number,
        "state": after_sale.state,
        "reason": after_sale.reason,
        "description": after_sale.description,
        "lines": [
            {
                "line": row.order_line.position,
                "sku": row.order_line.sku.key,
                "title": row.order_line.title,
                "options": row.order_line.options,
                "picture": picture_url(row.order_line.picture),
                "quantity": row.quantity,
                "amount": row.amount,
            }
            for row in after_sale.lines.all()
        ],
        "amount": after_sale.amount,
        "freight": after_sale.freight,
        "pictures": [picture.asset.url() for picture in after_sale.pictures.all()],
        "answer": after_sale.answer,
        "created_at": localtime(after_sale.created_at),
        "decided_at": after_sale.decided_at and localtime(after_sale.decided_at),
        "ended_at": after_sale.ended_at and localtime(after_sale.ended_at),
    }


def _own(request: Request) -> Any:
    return AfterSale.objects.shown().of(member_of(request)).prefetch_related("lines__order_line__sku")


def _one(request: Request, number: str) -> AfterSale:
    """Return the member's own after-sale; 404 for any other."""
    found: AfterSale | None = _own(request).filter(number=number).first()
    if found is None:
        raise ShopError("not_found", _("没有找到"), status=404)
    return found


class AfterSalesView(APIView):
    """A member's after-sales."""

    @extend_schema(
        operation_id="after_sales_list",
        parameters=[
            OpenApiParameter("state", str, enum=AfterSale.State.values),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=AfterSalePageSchema,
    )
    def get(self, request: Request) -> Response:
        """Return one page of after-sales, newest first."""
        rows = _own(request).order_by("-pk")
        if state := request.query_params.get("state"):
            if state not in AfterSale.State.values:
                raise serializers.ValidationError({"state": [_("没有这种状态")]})
            rows = rows.filter(state=state)
        pages = Pagination()
        page: list[AfterSale] | None = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([_json(row) for row in page or ()])

    @extend_schema(request=ApplySerializer, responses={201: AfterSaleSchema}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> Response:
        """Ask units of an own order back."""
        given = ApplySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, member = given.validated_data, member_of(request)
        order = order_of(request, data["order"])

        def work() -> tuple[int, Any]:
            made = services.apply(
                member,
                order,
                {line["line"]: line["quantity"] for line in data["lines"]},
                reason=data["reason"],
                description=data["description"],
                pictures=data["pictures"],
            )
            return 201, _json(_one(request, made.number))

        return idempotency.once(request, f"after_sale:{member.pk}", work)


class AfterSaleView(APIView):
    """One after-sale."""

    @extend_schema(responses=AfterSaleSchema)
    def get(self, request: Request, number: str) -> Response:
        """Return the after-sale."""
        return Response(_json(_one(request, number)))


class CancelView(APIView):
    """Taking an application back."""

    @extend_schema(request=None, responses=AfterSaleSchema)
    def post(self, request: Request, number: str) -> Response:
        """Take it back; 409 when it was decided meanwhile."""
        services.cancel(_one(request, number), actor=f"member:{member_of(request).key}")
        return Response(_json(_one(request, number)))
