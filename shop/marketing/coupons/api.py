"""Endpoints of coupons: the claim centre, what a member has, codes."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.catalog.models import Product
from shop.core.api import Pagination
from shop.marketing.coupons import presentation, services
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.members.authentication import member_of
from shop.members.models import Member
from shop.promotions.presentation import database_time


class CouponRuleSchema(serializers.Serializer[Any]):
    """What a coupon gives: `value` fen off goods or freight (0: all of it), or `share_bp` off, up to `cap` fen."""

    title = serializers.CharField()
    summary = serializers.CharField(help_text="the rule in a line")
    kind = serializers.ChoiceField(CouponTemplate.Kind.choices)
    value = serializers.IntegerField()
    share_bp = serializers.IntegerField()
    cap = serializers.IntegerField(allow_null=True)
    threshold = serializers.IntegerField(help_text="fen of the goods it is for; 0 for none")
    is_stackable = serializers.BooleanField(help_text="may be used beside others that are")
    is_limited = serializers.BooleanField(help_text="for some goods only")


class CouponOfferSchema(CouponRuleSchema):
    """A coupon of the centre. It is good between two times, or from `days_after` days after claiming on."""

    key = serializers.CharField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    days_after = serializers.IntegerField()
    days_valid = serializers.IntegerField(allow_null=True)
    claim_until = serializers.DateTimeField(allow_null=True)
    left_percent = serializers.IntegerField(allow_null=True, help_text="share that is left; null without a limit")
    is_mine = serializers.BooleanField(help_text="the member has taken one already")
    can_claim = serializers.BooleanField(help_text="true for visitors who have not logged in, too")


class CouponSchema(CouponRuleSchema):
    """A member's coupon, good in [starts_at, ends_at)."""

    key = serializers.CharField(help_text="names it in a checkout")
    state = serializers.ChoiceField(Coupon.State.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    order = serializers.CharField(help_text="number of the order that holds it, or empty")
    used_at = serializers.DateTimeField(allow_null=True)
    source = serializers.ChoiceField(Coupon.Source.choices)  # type: ignore[assignment]


class CouponsSchema(serializers.Serializer[Any]):
    """Coupons, and the database's time, by which they begin and end."""

    now = serializers.DateTimeField()
    coupons = CouponSchema(many=True)


class CouponPageSchema(serializers.Serializer[Any]):
    """One page of a member's coupons, and the database's time, by which they begin and end."""

    now = serializers.DateTimeField()
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = CouponSchema(many=True)


class CouponCodeSerializer(serializers.Serializer[Any]):
    """A code as it was typed; blanks, dashes and small letters do not matter."""

    code = serializers.CharField(max_length=40)


class StateSerializer(serializers.Serializer[Any]):
    """Which of the member's coupons."""

    state = serializers.ChoiceField(["usable", "used", "expired"], default="usable")


def _visitor(request: Request) -> Member | None:
    return request.user if isinstance(request.user, Member) else None


class CentreView(APIView):
    """GET coupons."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="coupons_centre", responses=CouponOfferSchema(many=True))
    def get(self, request: Request) -> Response:
        """Return what can be claimed now, the newest first."""
        return Response(presentation.centre(_visitor(request)))


class ProductCouponsView(APIView):
    """GET products/{key}/coupons."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="product_coupons", responses=CouponOfferSchema(many=True))
    def get(self, request: Request, key: str) -> Response:
        """Return what can be claimed now and used for a product."""
        product: Product = Product.objects.on_shelf().get(key=key)
        return Response(presentation.centre(_visitor(request), product))


class ClaimView(APIView):
    """POST coupons/{key}/claim."""

    @extend_schema(operation_id="coupon_claim", request=None, responses={201: CouponSchema})
    def post(self, request: Request, key: str) -> Response:
        """Claim a coupon; 409 `coupon_limit`, `coupon_gone`, `coupon_over`."""
        template = CouponTemplate.objects.shown().get(key=key)
        return Response(presentation.coupon_row(services.claim(member_of(request), template)), status=201)


class ClaimAllView(APIView):
    """POST coupons/claim-all."""

    @extend_schema(operation_id="coupons_claim_all", request=None, responses=CouponsSchema)
    def post(self, request: Request) -> Response:
        """Claim one of each that the member can have and has not; answers with those."""
        return Response(presentation.page(services.claim_all(member_of(request))))


class RedeemView(APIView):
    """POST coupons/redeem."""

    @extend_schema(operation_id="coupon_redeem", request=CouponCodeSerializer, responses={201: CouponSchema})
    def post(self, request: Request) -> Response:
        """Take the coupon of a code; 404 `code_unknown`, 409 `code_used`, 429 after ten wrong ones in ten minutes."""
        body = CouponCodeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        coupon = services.redeem_code(member_of(request), body.validated_data["code"])
        return Response(presentation.coupon_row(coupon), status=201)


class MyCouponsView(APIView):
    """GET me/coupons."""

    @extend_schema(
        operation_id="me_coupons",
        parameters=[StateSerializer, OpenApiParameter("page", int), OpenApiParameter("page_size", int)],
        responses=CouponPageSchema,
    )
    def get(self, request: Request) -> Response:
        """Return the member's coupons: usable now or later (the first to end first), used, or expired and void."""
        asked = StateSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        mine, pages = Coupon.objects.of(member_of(request)), Pagination()
        found = getattr(mine, asked.validated_data["state"])()
        rows: list[Coupon] = pages.paginate_queryset(found, request, view=self) or []
        answer = pages.get_paginated_response([presentation.coupon_row(coupon) for coupon in rows])
        return Response({"now": database_time(), **answer.data})
