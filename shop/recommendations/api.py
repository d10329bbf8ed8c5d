"""Endpoints of recommendations."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.members.authentication import member_of
from shop.recommendations import reads
from shop.storefront.api import NOT_FOUND, PublicView
from shop.storefront.schemas import ProductRowSerializer


class ProductRecommendationsView(PublicView):
    """GET products/{key}/recommendations."""

    @extend_schema(
        operation_id="products_recommendations", responses={200: ProductRowSerializer(many=True), **NOT_FOUND}
    )
    def get(self, request: Request, key: str) -> Response:
        """Show at most ten products that are bought with this one, then what sells in its category."""
        return Response(reads.beside_product(key))


class CartRecommendationsView(APIView):
    """GET cart/recommendations."""

    @extend_schema(operation_id="cart_recommendations", responses=ProductRowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Show at most ten products that go with what is in the cart."""
        return Response(reads.beside_cart(member_of(request)))
