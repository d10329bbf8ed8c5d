"""Endpoints of activities: what runs, for a product or at all. What one does with them, their tools say."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.catalog.models import Product
from shop.core.api import Pagination
from shop.promotions import presentation
from shop.promotions.models import Activity
from shop.promotions.services import count_view

MOST_LABELLED = 100


class ActivityProductSchema(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    cover = serializers.CharField()


class ActivityItemSchema(serializers.Serializer[Any]):
    """A SKU of an activity: its price there in fen (null: `discount_bp` off the normal one)."""

    sku = serializers.CharField()
    options = serializers.CharField()
    price = serializers.IntegerField(allow_null=True)
    normal_price = serializers.IntegerField()
    discount_bp = serializers.IntegerField()
    sold_out = serializers.BooleanField()
    product = ActivityProductSchema()


class ActivityLimitsSchema(serializers.Serializer[Any]):
    per_order = serializers.IntegerField(help_text="0 for none")
    per_member = serializers.IntegerField(help_text="0 for none")


class ActivitySchema(serializers.Serializer[Any]):
    """An activity that runs or will: `summary` says its rule in a line; both times bound [starts_at, ends_at)."""

    key = serializers.CharField()
    tool = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    phase = serializers.ChoiceField(["COMING", "LIVE"])
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    limits = ActivityLimitsSchema()
    items = ActivityItemSchema(many=True)
    details = serializers.DictField(
        help_text="what the tool says beside, of a group buy its sizes and their prices; see docs/marketing"
    )


class ProductLabelsSchema(serializers.Serializer[Any]):
    """What a list tells of a product for which something runs; prices in fen."""

    product = serializers.CharField()
    tools = serializers.ListField(child=serializers.CharField())
    price = serializers.IntegerField(
        allow_null=True, help_text="of the cheapest SKU that costs less for everybody who buys it now"
    )
    normal_price = serializers.IntegerField(allow_null=True, help_text="of the same SKU, otherwise")


class LabelQuery(serializers.Serializer[Any]):
    """Which products: their keys with commas between, at most 100."""

    products = serializers.CharField(max_length=1_700)

    def validate_products(self, value: str) -> list[str]:
        """Return the keys."""
        keys = value.split(",")
        if len(keys) > MOST_LABELLED:
            raise serializers.ValidationError(_("最多 %(most)d 件商品") % {"most": MOST_LABELLED})
        return keys


class ActivityPageSchema(serializers.Serializer[Any]):
    """One page of activities, and the database's time, by which they begin and end."""

    now = serializers.DateTimeField()
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = ActivitySchema(many=True)


class ActivitiesView(APIView):
    """GET activities."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="activities_list",
        parameters=[
            OpenApiParameter("tool", str, description="code of a tool, such as limited_discount"),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=ActivityPageSchema,
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Return what runs and what will, the first to begin first."""
        activities, tool = presentation.shown(), request.query_params.get("tool")
        if tool:
            activities = activities.of_tool(tool)
        pages = Pagination()
        rows = pages.paginate_queryset(activities, request, view=self) or []
        answer = pages.get_paginated_response(presentation.activity_rows(rows))
        return Response({"now": presentation.database_time(), **answer.data})


class ActivityView(APIView):
    """GET activities/{key}."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="activity", responses=ActivitySchema, auth=[])
    def get(self, request: Request, key: str) -> Response:
        """Return an activity, and count that somebody looked at it; 404 once it is over."""
        activity = presentation.shown().filter(key=key).first()
        if activity is None:
            raise Activity.DoesNotExist
        count_view(key)
        return Response(presentation.activity_rows([activity])[0])


class ProductLabelsView(APIView):
    """GET activities/labels."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="activity_labels",
        parameters=[LabelQuery],
        responses=ProductLabelsSchema(many=True),
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Return what runs for each of those products for which something does: for lists."""
        query = LabelQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response(presentation.labels(query.validated_data["products"]))


class ProductActivitiesView(APIView):
    """GET products/{key}/activities."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="product_activities", responses=ActivitySchema(many=True), auth=[])
    def get(self, request: Request, key: str) -> Response:
        """Return what runs for a product, with the SKUs that are its own."""
        product: Product = Product.objects.on_shelf().get(key=key)
        return Response(presentation.activity_rows(presentation.of_product(product), product))
