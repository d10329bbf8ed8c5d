"""Paying and cancelling, and the door for providers' notices."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments.base import PaymentError
from payments.models import Attempt
from payments.services import attempts, closing, methods, notices
from shop.core import idempotency
from shop.core.errors import ShopError
from shop.members.authentication import member_of, token_of
from shop.members.services import payer_openid
from shop.orders.api import IDEMPOTENCY_KEY, OrderDetailSchema, OrderSchema, detail_json, order_of
from shop.orders.models import Order
from shop.orders.presentation import order_json
from shop.orders.services import sandbox_code
from tenants.addresses import client_address

logger = logging.getLogger(__name__)

LARGEST_NOTICE = 64 * 1024


class PaySerializer(serializers.Serializer[Any]):
    """How to pay."""

    provider = serializers.CharField(max_length=20, default="wechat")
    trade = serializers.ChoiceField(
        methods.TRADES, default="jsapi", help_text="jsapi: in the mini-program, h5: in a browser outside WeChat."
    )


class ClientSerializer(serializers.Serializer[Any]):
    """In what the shopper has the shop before him."""

    client = serializers.ChoiceField(methods.CLIENTS, default="miniprogram")


class MethodSerializer(serializers.Serializer[Any]):
    provider = serializers.CharField()
    trade = serializers.ChoiceField(methods.TRADES)
    name = serializers.CharField()


class PaySchema(serializers.Serializer[Any]):
    out_trade_no = serializers.CharField()
    client = serializers.DictField(
        help_text="What the client hands to the provider's cashier; `h5_url`, the address of its page, for h5; "
        "`{sandbox: code, number}` for a trial order of the preview."
    )


class PayStatusSchema(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["UNPAID", "PROCESSING", "PAID", "CANCELLED"])
    paid = serializers.IntegerField()


class MethodsView(APIView):
    """By what the shop can be paid."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(parameters=[ClientSerializer], responses=MethodSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the ways to pay in a client, the usual one first; none when the shop offers nothing there."""
        serializer = ClientSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        found = methods.methods_for(serializer.validated_data["client"])
        return Response(MethodSerializer(found, many=True).data)


class PayView(APIView):
    """Starting to pay."""

    open_to_sandbox = True

    @extend_schema(request=PaySerializer, responses=PaySchema, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, number: str) -> Response:
        """Return what the client's cashier needs."""
        serializer = PaySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        order = order_of(request, number)

        def work() -> tuple[int, Any]:
            if order.is_sandbox:
                return 200, {"out_trade_no": "", "client": {"sandbox": sandbox_code(order), "number": number}}
            provider, trade = serializer.validated_data["provider"], serializer.validated_data["trade"]
            openid, address = payer_openid(token_of(request)), client_address(request)
            agent = request.headers.get("User-Agent", "")
            payer = methods.payer_for(trade, openid=openid, address=address, agent=agent)
            attempt = attempts.start_payment(order, provider, payer, trade)
            return 200, {"out_trade_no": attempt.out_trade_no, "client": attempt.client}

        return idempotency.once(request, f"pay:{order.pk}", work, transactional=False)


class PayStatusView(APIView):
    """How paying stands."""

    @extend_schema(responses=PayStatusSchema)
    def get(self, request: Request, number: str) -> Response:
        """Return the state; PROCESSING while a started payment is undecided."""
        order = order_of(request, number)
        status = {Order.State.UNPAID: "UNPAID", Order.State.CANCELLED: "CANCELLED"}.get(
            Order.State(order.state), "PAID"
        )
        if status == "UNPAID" and Attempt.objects.filter(attempts.LIVE, order=order).exists():
            status = "PROCESSING"
        return Response({"status": status, "paid": order.paid})


class TradeView(APIView):
    """The order that a payment was for."""

    @extend_schema(responses=OrderDetailSchema)
    def get(self, request: Request, out_trade_no: str) -> Response:
        """Return the member's own order by the number of any of its payments; 404 for any other."""
        order = Order.objects.of(member_of(request)).filter(attempts__out_trade_no=out_trade_no).first()
        if order is None:
            raise ShopError("not_found", _("没有找到"), status=404)
        return Response(detail_json(order))


class CancelView(APIView):
    """Cancelling an unpaid order."""

    open_to_sandbox = True

    @extend_schema(request=None, responses=OrderSchema)
    def post(self, request: Request, number: str) -> Response:
        """Cancel; 409 when it was paid meanwhile."""
        order = order_of(request, number)
        try:
            closing.cancel_order(order, Order.CancelReason.MEMBER, actor=f"member:{member_of(request).key}")
        except PaymentError as error:
            raise ShopError("payment_pending", _("支付处理中，请稍后再试"), status=503) from error
        return Response(order_json(order_of(request, number)))


@method_decorator(csrf_exempt, name="dispatch")
class NoticeView(View):
    """Where a provider sends its notices: 200 once the notice is stored, 4xx when it is not for us."""

    def post(self, request: HttpRequest, provider: str, account: str) -> HttpResponse:
        """Take one notice."""
        try:
            if request.META.get("QUERY_STRING"):
                raise notices.Refused("query string")
            if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_NOTICE:
                raise notices.Refused("too large")
            notices.receive(provider, account, dict(request.headers), request.body)
        except notices.Refused as error:
            logger.warning("notice for %r %r refused: %s", provider, account, error)  # %r: a path may hold line ends
            return JsonResponse({"code": "FAIL", "message": "refused"}, status=401)
        return HttpResponse(status=200)
