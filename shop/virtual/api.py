"""What a shopper bought and nobody carries: secrets of cards, codes of services."""

from typing import Any

from django.utils.timezone import localtime
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.orders.api import order_of
from shop.virtual.models import CardSecret, RefundRule, ServiceCode


class CardsSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    secrets = serializers.ListField(child=serializers.CharField())


class ServiceSchema(serializers.Serializer[Any]):
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    code = serializers.CharField(help_text="twelve digits; a QR code of them is what staff scan")
    units = serializers.IntegerField()
    used = serializers.IntegerField()
    refunded = serializers.IntegerField()
    expired = serializers.IntegerField()
    left = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True)
    refund_rule = serializers.ChoiceField(RefundRule.choices)


class SecretsSchema(serializers.Serializer[Any]):
    """Everything virtual that an order has delivered; empty lists before it is paid."""

    cards = CardsSchema(many=True)
    services = ServiceSchema(many=True)


class SecretsView(APIView):
    """The secrets and codes of an order, for its buyer only."""

    @extend_schema(responses=SecretsSchema)
    def get(self, request: Request, number: str) -> Response:
        """Return them; nobody on the way may keep the answer."""
        order = order_of(request, number)
        body = {"cards": _cards(order.pk), "services": _services(order.pk)}
        return Response(body, headers={"Cache-Control": "no-store"})


def _cards(order: int) -> list[dict[str, Any]]:
    sold = CardSecret.objects.filter(order_line__order=order, state=CardSecret.State.SOLD)
    rows: dict[int, dict[str, Any]] = {}
    for secret in sold.select_related("order_line__sku").order_by("order_line__position", "pk"):
        line: Any = secret.order_line
        row: dict[str, Any] = {"sku": line.sku.key, "title": line.title, "options": line.options, "secrets": []}
        rows.setdefault(line.pk, row)["secrets"].append(secret.secret)
    return list(rows.values())


def _services(order: int) -> list[dict[str, Any]]:
    codes = ServiceCode.objects.shown().filter(order_line__order=order).order_by("order_line__position")
    return [
        {
            "sku": code.order_line.sku.key,
            "title": code.order_line.title,
            "options": code.order_line.options,
            "code": code.code,
            "units": code.units,
            "used": code.used,
            "refunded": code.refunded,
            "expired": code.expired,
            "left": code.left,
            "expires_at": localtime(code.expires_at) if code.expires_at else None,
            "refund_rule": code.refund_rule,
        }
        for code in codes
    ]
