"""Endpoints of favourites and footprints."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api import BoundedListField
from shop.favourites import reads, services
from shop.favourites.models import Favourite
from shop.members.authentication import member_of
from shop.storefront.reads import ListQuery, next_link
from shop.storefront.schemas import ErrorSerializer, PageQuerySerializer, ProductRowSerializer

MOST_CHECKED = 100
NOT_FOUND = {404: OpenApiResponse(ErrorSerializer, description="unknown, off the shelf or archived")}
FULL = {409: OpenApiResponse(ErrorSerializer, description="`favourites_full`: 500 are kept already")}


class KeptRowSerializer(ProductRowSerializer):
    """A row of the product list that may be gone: off the shelf, not to be bought, its page answers 404."""

    is_gone = serializers.BooleanField()


class FavouriteRowSerializer(KeptRowSerializer):
    """A product the member keeps."""

    added_at = serializers.DateTimeField()


class FavouritePageSerializer(serializers.Serializer[Any]):
    """A page of favourites, the newest first."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text="path of the next page")
    results = FavouriteRowSerializer(many=True)


class ProductsSerializer(serializers.Serializer[Any]):
    """Keys of products that a page shows."""

    products = BoundedListField(child=serializers.CharField(max_length=16), max_length=MOST_CHECKED)


class KeptKeysSerializer(serializers.Serializer[Any]):
    """Those of the asked products that the member keeps, in the order asked."""

    favourites = serializers.ListField(child=serializers.CharField())


class SeenSerializer(serializers.Serializer[Any]):
    """The product that is being looked at."""

    product = serializers.CharField(max_length=16, help_text="key")


class FootprintRowSerializer(KeptRowSerializer):
    """A product the member looked at; `footprint` is the key to remove it by."""

    footprint = serializers.CharField()
    seen_at = serializers.DateTimeField()


class FootprintDaySerializer(serializers.Serializer[Any]):
    """What the member looked at on one day in Asia/Shanghai, the latest first."""

    day = serializers.DateField()
    products = FootprintRowSerializer(many=True)


class FootprintPageSerializer(serializers.Serializer[Any]):
    """A page of footprints by day; a day may go on on the next page. `count` counts footprints."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True, help_text="path of the next page")
    results = FootprintDaySerializer(many=True)


def _paged(request: Request, read: Any) -> Response:
    given = PageQuerySerializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    query = ListQuery(**given.validated_data)
    count, results = read(member_of(request), query.page, query.page_size)
    link = next_link(request.path, request.query_params.items(), query, count)
    return Response({"count": count, "next": link, "results": results})


class FavouritesView(APIView):
    """GET favourites."""

    @extend_schema(operation_id="favourites_list", parameters=[PageQuerySerializer], responses=FavouritePageSerializer)
    def get(self, request: Request) -> Response:
        """Show what the member keeps, with what is sold out or gone."""
        return _paged(request, reads.favourite_page)


class FavouriteCheckView(APIView):
    """POST favourites/check."""

    open_to_sandbox = True

    @extend_schema(request=ProductsSerializer, responses=KeptKeysSerializer)
    def post(self, request: Request) -> Response:
        """Say which of up to 100 products the member keeps: pages of products are the same for everybody."""
        body = ProductsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data["products"]
        kept = Favourite.objects.keys_among(member_of(request), asked)
        return Response({"favourites": [key for key in dict.fromkeys(asked) if key in kept]})


class FavouriteView(APIView):
    """POST, DELETE favourites/{product key}."""

    @extend_schema(request=None, responses={204: None, **NOT_FOUND, **FULL})
    def post(self, request: Request, key: str) -> Response:
        """Keep a product; repeating has no effect."""
        services.add_favourite(member_of(request), key)
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Let a product go; repeating has no effect."""
        services.remove_favourite(member_of(request), key)
        return Response(status=204)


class FootprintsView(APIView):
    """GET, POST, DELETE footprints."""

    @extend_schema(operation_id="footprints_list", parameters=[PageQuerySerializer], responses=FootprintPageSerializer)
    def get(self, request: Request) -> Response:
        """Show what the member looked at in the last 90 days, by day."""
        return _paged(request, reads.footprint_page)

    @extend_schema(request=SeenSerializer, responses={204: None, **NOT_FOUND})
    def post(self, request: Request) -> Response:
        """Note that the member looks at a product; once per product and day, the last 100 are kept."""
        body = SeenSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.leave_footprint(member_of(request), body.validated_data["product"])
        return Response(status=204)

    @extend_schema(operation_id="footprints_clear", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Remove all footprints."""
        services.remove_footprints(member_of(request))
        return Response(status=204)


class FootprintView(APIView):
    """DELETE footprints/{footprint key}."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Remove one footprint."""
        services.remove_footprint(member_of(request), key)
        return Response(status=204)
