"""Endpoints that help shoppers to search; anybody may read them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.search.suggestions import LONGEST_START, hot_words, suggest


class WordsSerializer(serializers.Serializer[Any]):
    """Texts to search for, the likeliest first."""

    words = serializers.ListField(child=serializers.CharField())


class SuggestView(APIView):
    """GET search/suggest."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="search_suggest",
        parameters=[OpenApiParameter("q", str, required=True, description=f"{LONGEST_START} characters count")],
        responses=WordsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Show what begins like `q`, in Chinese, pinyin or initials."""
        return Response({"words": suggest(request.query_params.get("q", ""))})


class HotView(APIView):
    """GET search/hot."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="search_hot", responses=WordsSerializer)
    def get(self, request: Request) -> Response:
        """Show what is searched for most."""
        return Response({"words": hot_words()})
