"""Endpoints of members: log-in, profile, addresses."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.aftersale.models import AfterSale
from shop.favourites.models import Favourite, Footprint
from shop.ledgers.reads import balance_of
from shop.members import openapi, services  # noqa: F401  (importing openapi registers it)
from shop.members.authentication import member_of, token_of
from shop.members.models import Address, AddressQuerySet
from shop.members.pasted import read_pasted
from shop.members.serializers import (
    AddressInputSerializer,
    AddressSerializer,
    CodeSerializer,
    LoginSerializer,
    MemberSerializer,
    ParsedSerializer,
    PastedSerializer,
    PhoneLoginSerializer,
    PhoneSerializer,
    ProfileSerializer,
    TicketSerializer,
)
from shop.orders.models import Order
from shop.promotions import plugins
from tenants.addresses import address_in


class WechatLoginView(APIView):
    """POST auth/wechat-login."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=CodeSerializer, responses=LoginSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Log in with a wx.login code."""
        body = CodeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(LoginSerializer(services.log_in_with_code(body.validated_data["code"])).data)


class PhoneCodeView(APIView):
    """POST auth/phone-code."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=PhoneSerializer, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Send a six-digit code to a phone; 409 `contact_unreachable` where no text messages are sent."""
        body = PhoneSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.request_phone_code(body.validated_data["phone"], address_in(request.META))
        return Response(status=204)


class PhoneLoginView(APIView):
    """POST auth/phone-login."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=PhoneLoginSerializer, responses=LoginSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Log in with a phone and the code sent to it."""
        body = PhoneLoginSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(LoginSerializer(services.log_in_with_phone(**body.validated_data)).data)


class PreviewLoginView(APIView):
    """POST auth/preview-login."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=TicketSerializer, responses=LoginSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Log a staff member in as their sandbox member, with the ticket of the preview; 422 `preview_ended`."""
        body = TicketSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(LoginSerializer(services.log_in_with_ticket(body.validated_data["code"])).data)


class PhoneView(APIView):
    """POST auth/phone."""

    @extend_schema(request=CodeSerializer, responses=MemberSerializer)
    def post(self, request: Request) -> Response:
        """Bind the phone number of a getPhoneNumber code."""
        body = CodeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        member = services.bind_phone_with_code(member_of(request), body.validated_data["code"])
        return Response(MemberSerializer(member).data)


class LogoutView(APIView):
    """POST auth/logout."""

    open_to_sandbox = True

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this log-in."""
        services.revoke(token_of(request))
        return Response(status=204)


class MeView(APIView):
    """GET, PATCH me."""

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request) -> Response:
        """Show who is logged in."""
        return Response(MemberSerializer(member_of(request)).data)

    @extend_schema(request=ProfileSerializer, responses=MemberSerializer)
    def patch(self, request: Request) -> Response:
        """Change nickname and avatar."""
        body = ProfileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(MemberSerializer(services.update_profile(member_of(request), **body.validated_data)).data)


class CountsSerializer(serializers.Serializer[Any]):
    """What waits for the member, and what the member keeps; orders by what is to be done about them."""

    unpaid = serializers.IntegerField()
    to_ship = serializers.IntegerField()
    shipped = serializers.IntegerField()
    to_review = serializers.IntegerField()
    after_sale = serializers.IntegerField(help_text="undecided, or money on its way")
    favourites = serializers.IntegerField()
    footprints = serializers.IntegerField()
    points = serializers.IntegerField(allow_null=True, help_text="null where the shop has none")
    coupons = serializers.IntegerField(allow_null=True, help_text="to be used now or later; null without coupons")


class CountsView(APIView):
    """GET me/counts."""

    @extend_schema(responses=CountsSerializer)
    def get(self, request: Request) -> Response:
        """Count what waits for the member and what the member keeps."""
        member = member_of(request)
        orders = Order.everything.of(member)
        waiting = orders.counts()
        return Response(
            {
                "unpaid": waiting[Order.State.UNPAID],
                "to_ship": waiting[Order.State.TO_SHIP],
                "shipped": waiting[Order.State.SHIPPED],
                "to_review": orders.to_review().count(),
                "after_sale": AfterSale.objects.of(member).open().count(),
                "favourites": Favourite.objects.of(member).count(),
                "footprints": Footprint.objects.of(member).kept().count(),
                "points": balance_of(member),
                "coupons": plugins.counts_of(member).get("coupons"),
            }
        )


class EraseView(APIView):
    """POST account/erase."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Forget the member for ever."""
        services.erase_member(member_of(request))
        return Response(status=204)


class AddressesView(ListAPIView[Address]):
    """GET, POST addresses."""

    open_to_sandbox = True
    serializer_class = AddressSerializer

    def get_queryset(self) -> AddressQuerySet:
        """Return the member's own."""
        return Address.objects.of(member_of(self.request))

    @extend_schema(request=AddressInputSerializer, responses={201: AddressSerializer})
    def post(self, request: Request) -> Response:
        """Add an address; an equal one is not doubled."""
        body = AddressInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        is_default = values.pop("is_default", False)
        draft = services.AddressDraft(**values)
        address = services.create_address(member_of(request), draft, is_default=is_default)
        return Response(AddressSerializer(address).data, status=201)


class ParseView(APIView):
    """POST addresses/parse."""

    open_to_sandbox = True

    @extend_schema(request=PastedSerializer, responses=ParsedSerializer)
    def post(self, request: Request) -> Response:
        """Take a pasted text apart into the fields of an address; nothing is kept."""
        body = PastedSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(read_pasted(body.validated_data["text"]))


class AddressView(APIView):
    """GET, PATCH, DELETE addresses/{key}."""

    open_to_sandbox = True

    @extend_schema(responses=AddressSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Show one address."""
        return Response(AddressSerializer(Address.objects.of(member_of(request)).get(key=key)).data)

    @extend_schema(request=AddressInputSerializer, responses=AddressSerializer)
    def patch(self, request: Request, key: str) -> Response:
        """Change parts of an address."""
        body = AddressInputSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        is_default = changes.pop("is_default", None)
        address = services.change_address(member_of(request), key, changes, is_default=is_default)
        return Response(AddressSerializer(address).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Remove an address."""
        services.delete_address(member_of(request), key)
        return Response(status=204)
