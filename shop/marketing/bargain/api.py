"""Endpoints of bargains."""

from typing import Any

from django.core.files.storage import storages
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api import Pagination
from shop.marketing.bargain import services
from shop.marketing.bargain.models import Bargain, cuts_in_words
from shop.members.authentication import member_of
from shop.members.models import Member


class LaunchSerializer(serializers.Serializer[Any]):
    """The activity and the SKU to bargain for, by their keys."""

    activity = serializers.CharField(max_length=40)
    sku = serializers.CharField(max_length=16)


class CutSchema(serializers.Serializer[Any]):
    """A cut in fen; of the helper's name only the first character is told."""

    name = serializers.CharField()
    avatar = serializers.CharField()
    amount = serializers.IntegerField()
    at = serializers.DateTimeField()


class BargainRowSchema(serializers.Serializer[Any]):
    """A bargain, prices in fen: what it costs now, how many helpers are missing to the lowest price, until when."""

    key = serializers.CharField()
    activity = serializers.CharField()
    sku = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    cover = serializers.CharField()
    product = serializers.CharField()
    normal_price = serializers.IntegerField()
    price = serializers.IntegerField()
    lowest_price = serializers.IntegerField()
    helped = serializers.IntegerField()
    missing = serializers.IntegerField()
    state = serializers.ChoiceField(["OPEN", "ORDERED", "OVER"])
    can_be_ordered = serializers.BooleanField()
    sold_out = serializers.BooleanField(help_text="whether the activity has no unit left")
    order = serializers.CharField(help_text="the member's own order of it")
    ends_at = serializers.DateTimeField()


class BargainSchema(BargainRowSchema):
    """A bargain with who helped; `is_mine` and `has_helped` are of the member who asks."""

    is_mine = serializers.BooleanField()
    has_helped = serializers.BooleanField()
    cuts = CutSchema(many=True)


class HelpSchema(serializers.Serializer[Any]):
    """What the cut took, and what the bargain costs now, in fen."""

    amount = serializers.IntegerField()
    price = serializers.IntegerField()
    missing = serializers.IntegerField()


class BargainPageSchema(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = BargainRowSchema(many=True)


def row_of(bargain: Bargain, *, is_mine: bool) -> dict[str, Any]:
    """Return a bargain as shoppers see it."""
    product = bargain.sku.product
    running: bool = bargain.is_running  # type: ignore[attr-defined]  # by with_clock()
    is_open = bargain.state == Bargain.State.OPEN
    return {
        "key": bargain.key,
        "activity": bargain.activity.key,
        "sku": bargain.sku.key,
        "title": product.title,
        "options": bargain.sku.option_text,
        "cover": storages["public"].url(product.cover) if product.cover else "",
        "product": product.key,
        "normal_price": bargain.normal_price,
        "price": bargain.price,
        "lowest_price": bargain.lowest_price,
        "helped": bargain.helped,
        "missing": bargain.missing,
        "state": "OVER" if is_open and not running else bargain.state,
        "can_be_ordered": running and (not bargain.missing or bool(bargain.activity.rule.get("any_price"))),
        "sold_out": bargain.sold_out,  # type: ignore[attr-defined]  # by with_stock()
        "order": bargain.order if is_mine else "",
        "ends_at": bargain.ends_at,
    }


class BargainsView(APIView):
    """POST bargains."""

    @extend_schema(request=LaunchSerializer, responses={201: BargainSchema})
    def post(self, request: Request) -> Response:
        """Launch a bargain; the one that runs already is answered again. 409 `activity_over`."""
        body = LaunchSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        member = member_of(request)
        made = services.launch(member, body.validated_data["activity"], body.validated_data["sku"])
        return Response(_detail(request, made.key), status=201)


class BargainView(APIView):
    """GET bargains/{key}."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="bargain", responses=BargainSchema)
    def get(self, request: Request, key: str) -> Response:
        """Return a bargain, as whoever has its link may see it."""
        return Response(_detail(request, key))


def _detail(request: Request, key: str) -> dict[str, Any]:
    bargain: Bargain = Bargain.objects.shown().get(key=key)
    member = request.user if isinstance(request.user, Member) else None
    is_mine = member is not None and bargain.member_id == member.pk
    has_helped = member is not None and bargain.helps.filter(member=member.pk).exists()
    return {
        **row_of(bargain, is_mine=is_mine),
        "is_mine": is_mine,
        "has_helped": has_helped,
        "cuts": cuts_in_words(bargain),
    }


class HelpView(APIView):
    """POST bargains/{key}/help."""

    @extend_schema(request=None, responses={201: HelpSchema})
    def post(self, request: Request, key: str) -> Response:
        """Cut somebody's price. 409 `own_bargain`, `already_helped`, `bargain_over`, `help_limit_exceeded`."""
        made = services.help_bargain(member_of(request), key)
        bargain: Bargain = Bargain.objects.get(pk=made.bargain_id)
        return Response({"amount": made.amount, "price": bargain.price, "missing": bargain.missing}, status=201)


class MyBargainsView(APIView):
    """GET me/bargains."""

    @extend_schema(
        parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)], responses=BargainPageSchema
    )
    def get(self, request: Request) -> Response:
        """Return the member's bargains, the newest first."""
        pages = Pagination()
        mine = Bargain.objects.of(member_of(request)).shown()
        rows = pages.paginate_queryset(mine, request, view=self) or []
        return pages.get_paginated_response([row_of(bargain, is_mine=True) for bargain in rows])
