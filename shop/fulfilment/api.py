"""Packages and receipt, as shoppers see them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.fulfilment import services
from shop.fulfilment.carriers import CARRIERS
from shop.members.authentication import member_of
from shop.orders.api import OrderSchema, order_of
from shop.orders.presentation import order_json


class PackageLineSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class PackageSchema(serializers.Serializer[Any]):
    key = serializers.CharField()
    carrier = serializers.CharField()
    carrier_name = serializers.CharField()
    tracking_number = serializers.CharField()
    created_at = serializers.DateTimeField()
    lines = PackageLineSchema(many=True)


class PackagesView(APIView):
    """The packages of an order."""

    @extend_schema(responses=PackageSchema(many=True))
    def get(self, request: Request, number: str) -> Response:
        """Return the packages, oldest first."""
        packages = order_of(request, number).packages.order_by("pk").prefetch_related("lines__order_line__sku")
        return Response(
            [
                {
                    "key": package.key,
                    "carrier": package.carrier,
                    "carrier_name": str(CARRIERS[package.carrier].name),
                    "tracking_number": package.tracking_number,
                    "created_at": package.created_at,
                    "lines": [
                        {
                            "sku": line.order_line.sku.key,
                            "title": line.order_line.title,
                            "quantity": line.quantity,
                        }
                        for line in package.lines.all()
                    ],
                }
                for package in packages
            ]
        )


class ReceiveView(APIView):
    """Confirming receipt."""

    @extend_schema(request=None, responses=OrderSchema)
    def post(self, request: Request, number: str) -> Response:
        """Complete the order."""
        order = order_of(request, number)
        services.receive(order, actor=f"member:{member_of(request).key}")
        return Response(order_json(order_of(request, number)))
