"""Endpoints of the cart."""

from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.cart import services
from shop.cart.models import MOST_UNITS, CartItem
from shop.core.api import StrictIntegerField
from shop.members.authentication import member_of
from shop.orders.services import limits


class AddSerializer(serializers.Serializer[Any]):
    """What to put into the cart."""

    sku = serializers.CharField(max_length=16)
    quantity = StrictIntegerField(min_value=1, max_value=MOST_UNITS)


class ChangeSerializer(serializers.Serializer[Any]):
    """What to change about a line; at least one of them."""

    quantity = StrictIntegerField(min_value=1, max_value=MOST_UNITS, required=False)
    is_selected = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a change of nothing."""
        if not attrs:
            raise serializers.ValidationError({"quantity": [_("没有要修改的内容")]})
        return attrs


class CartSKUSchema(serializers.Serializer[Any]):
    """The SKU of a line, at today's price in fen."""

    key = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    product_key = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    price = serializers.IntegerField()
    picture = serializers.CharField(help_text='the address of the product\'s cover, "" without one')


class CartItemSchema(serializers.Serializer[Any]):
    """A line; `available` units may be sold now, a line without any is not."""

    key = serializers.CharField()
    sku = CartSKUSchema()
    quantity = serializers.IntegerField()
    is_selected = serializers.BooleanField()
    is_available = serializers.BooleanField(help_text="whether a checkout of the cart would take this line")
    available = serializers.IntegerField()


def _line(item: Any) -> dict[str, Any]:
    """Return a line as CartItemSchema says; by hand, for every addition to a cart is answered with one."""
    sku, product = item.sku, item.sku.product
    return {
        "key": item.key,
        "sku": {
            "key": sku.key,
            "code": sku.code,
            "title": product.title,
            "product_key": product.key,
            "options": sku.options,
            "price": sku.price,
            "picture": storages["public"].url(product.cover) if product.cover else "",
        },
        "quantity": item.quantity,
        "is_selected": item.is_selected,
        "is_available": item.available > 0,
        "available": item.available,
    }


class CartProblemSerializer(serializers.Serializer[Any]):
    """Why a checkout of the selected lines would be refused: `limit_exceeded` or `below_minimum`."""

    sku = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    limit = serializers.IntegerField()
    wanted = serializers.IntegerField()
    bought = serializers.IntegerField()


class CartSerializer(serializers.Serializer[Any]):
    """The whole cart: `count` lines, `total_selected` fen for what a checkout would take, before discounts."""

    problems = CartProblemSerializer(many=True)

    items = CartItemSchema(many=True)
    count = serializers.IntegerField()
    total_selected = serializers.IntegerField()


class CartView(APIView):
    """GET cart."""

    @extend_schema(responses=CartSerializer)
    def get(self, request: Request) -> Response:
        """Show the cart, unavailable lines included."""
        member = member_of(request)
        items = list(CartItem.objects.of(member).priced())
        taken = [item for item in items if item.is_selected and item.available > 0]
        total = sum(item.sku.price * item.quantity for item in taken)
        rows = [_line(item) for item in items]
        over = limits.problems(member, {item.sku: item.quantity for item in taken})
        problems = [problem.row() for problem in over]
        return Response({"items": rows, "count": len(items), "total_selected": total, "problems": problems})


class CartItemsView(APIView):
    """POST cart/items."""

    open_to_sandbox = True

    @extend_schema(request=AddSerializer, responses={201: CartItemSchema})
    def post(self, request: Request) -> Response:
        """Add units of a SKU."""
        body = AddSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        item = services.add_item(member_of(request), body.validated_data["sku"], body.validated_data["quantity"])
        return Response(_line(item), status=201)


class CartItemView(APIView):
    """PATCH, DELETE cart/items/{key}."""

    open_to_sandbox = True

    @extend_schema(request=ChangeSerializer, responses=CartItemSchema)
    def patch(self, request: Request, key: str) -> Response:
        """Change units or selection of a line."""
        body = ChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        item = services.change_item(member_of(request), key, **body.validated_data)
        return Response(_line(item))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Remove a line."""
        services.remove(member_of(request), key)
        return Response(status=204)
