"""Endpoints that anybody may read: the shop, its categories and its products."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.agreements.reads import agreement_text
from shop.catalog.models import Product
from shop.core import miniprogram
from shop.members.services.codes import mini_program_code
from shop.search.counting import searched
from shop.storefront import detail, reads, reviews, schemas
from shop.storefront.facets import facets
from tenants.context import require_shop, using_shop

NOT_FOUND = {404: OpenApiResponse(schemas.ErrorSerializer, description="unknown, off the shelf or archived")}
OVER = {404: OpenApiResponse(schemas.ErrorSerializer, description="the promotion is over or unknown")}
NO_CODE = {
    409: OpenApiResponse(schemas.ErrorSerializer, description="`wechat_app_missing`; `code_refused`, by WeChat"),
    503: OpenApiResponse(schemas.ErrorSerializer, description="`code_pending`, `wechat_unavailable`: ask again"),
}
FROM_BROWSER = "h5"  # the scene of codes for a page that reads none; WeChat wants one
INVALID = {422: OpenApiResponse(schemas.ErrorSerializer, description="detail names the wrong parameter")}


class PublicView(APIView):
    """Answers everybody alike; a token is not even looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


def _query(request: Request, kind: type[serializers.Serializer[Any]]) -> reads.ListQuery:
    given = kind(data=request.query_params)
    given.is_valid(raise_exception=True)
    return reads.ListQuery(**given.validated_data)


def _page(request: Request, query: reads.ListQuery, count: int, results: list[reads.Row]) -> Response:
    link = reads.next_link(request.path, request.query_params.items(), query, count)
    return Response({"count": count, "next": link, "results": results})


def _is_preview(request: Request) -> bool:
    """Return whether staff look through the preview: what they search for is no shopper's wish."""
    return urlsplit(request.headers.get("Referer", "")).path.startswith("/h5/preview/")


def _count_afterwards(response: Response, text: str, *, found: bool) -> None:
    """Count a search when the answer has left."""
    shop = require_shop()

    def count() -> None:
        with using_shop(shop):
            searched(text, found=found)

    response._resource_closers.append(count)  # type: ignore[attr-defined]


class BootstrapView(PublicView):
    """GET bootstrap."""

    @extend_schema(responses=schemas.BootstrapSerializer)
    def get(self, request: Request) -> Response:
        """Show what a client needs before it shows anything: the shop, its looks, agreements and order settings."""
        return Response(reads.bootstrap())


class AgreementView(PublicView):
    """GET agreements/{kind}."""

    @extend_schema(responses={200: schemas.AgreementTextSerializer, **NOT_FOUND})
    def get(self, request: Request, kind: str) -> Response:
        """Show the user agreement (`user`) or the privacy policy (`privacy`)."""
        return Response(agreement_text(kind))


class HomeView(PublicView):
    """GET home."""

    @extend_schema(responses=schemas.HomeSerializer)
    def get(self, request: Request) -> Response:
        """Show the front page: top categories, what sells, what is new."""
        return Response(reads.home())


class CategoriesView(PublicView):
    """GET categories."""

    @extend_schema(responses=schemas.CategoryTreeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Show the category tree."""
        return Response(reads.category_tree())


class ProductsView(PublicView):
    """GET products."""

    @extend_schema(
        operation_id="products_list",
        parameters=[schemas.ListQuerySerializer],
        responses={200: schemas.ProductPageSerializer, **INVALID, **OVER},
    )
    def get(self, request: Request) -> Response:
        """Show one page of the products on the shelf."""
        query = _query(request, schemas.ListQuerySerializer)
        try:
            count, results = reads.product_page(query)
        except reads.UnknownCategory as error:
            raise serializers.ValidationError({"category": [_("分类不存在")]}) from error
        response = _page(request, query, count, results)
        if query.keyword and query.page == 1 and not _is_preview(request):
            _count_afterwards(response, query.keyword, found=count > 0)
        return response


class FacetsView(PublicView):
    """GET products/facets."""

    @extend_schema(
        operation_id="products_facets",
        parameters=[schemas.FilterQuerySerializer],
        responses={200: schemas.FacetsSerializer, **INVALID, **OVER},
    )
    def get(self, request: Request) -> Response:
        """Show what the list with the same parameters can be narrowed by."""
        query = _query(request, schemas.FilterQuerySerializer)
        try:
            return Response(facets(query))
        except reads.UnknownCategory as error:
            raise serializers.ValidationError({"category": [_("分类不存在")]}) from error


class ProductView(PublicView):
    """GET products/{key}."""

    @extend_schema(responses={200: schemas.ProductDetailSerializer, **NOT_FOUND})
    def get(self, request: Request, key: str) -> Response:
        """Show everything about one product."""
        return Response(detail.product_detail(key))


class ProductCodeView(PublicView):
    """GET products/{key}/code."""

    @extend_schema(responses={200: schemas.ProductCodeSerializer, **NOT_FOUND, **NO_CODE})
    def get(self, request: Request, key: str) -> Response:
        """Show WeChat's code that opens the product's page, whose `scene` is the product's key."""
        product = Product.objects.on_shelf().only("key").get(key=key)
        return Response({"picture": reads.picture_url(mini_program_code(miniprogram.PRODUCT, product.key))})


class PageCodeView(PublicView):
    """GET mini-program-code."""

    @extend_schema(
        parameters=[schemas.PageCodeQuerySerializer],
        responses={200: schemas.ProductCodeSerializer, **NO_CODE, **INVALID},
    )
    def get(self, request: Request) -> Response:
        """Show WeChat's code that opens a page of the mini-program."""
        query = schemas.PageCodeQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = schemas.CODED_PAGES[query.validated_data["page"]]
        return Response({"picture": reads.picture_url(mini_program_code(page, FROM_BROWSER))})


class StockView(PublicView):
    """GET products/{key}/stock."""

    @extend_schema(responses={200: schemas.StockSerializer(many=True), **NOT_FOUND})
    def get(self, request: Request, key: str) -> Response:
        """Show how many units of each SKU are left."""
        return Response(reads.product_stock(key))


class ReviewsView(PublicView):
    """GET products/{key}/reviews."""

    @extend_schema(
        parameters=[schemas.ReviewQuerySerializer],
        responses={200: schemas.ReviewPageSerializer, **NOT_FOUND, **INVALID},
    )
    def get(self, request: Request, key: str) -> Response:
        """Show one page of a product's reviews, newest first, with what all of them come to."""
        given = schemas.ReviewQuerySerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        query = reads.ListQuery(page=values["page"], page_size=values["page_size"])
        wanted = reviews.Wanted(values.get("score"), "pictures" in values, values.get("tag", ""))
        count, results, summary = reviews.review_page(key, wanted, values["page"], values["page_size"])
        link = reads.next_link(request.path, request.query_params.items(), query, count)
        return Response({"count": count, "next": link, "results": results, "summary": summary})
