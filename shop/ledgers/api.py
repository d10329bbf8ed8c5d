"""Endpoints of a member's points."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api import Pagination
from shop.ledgers.models import Account, LedgerEntry
from shop.members.authentication import member_of


class EntrySerializer(serializers.ModelSerializer[LedgerEntry]):
    """A change of the points: `amount` with its sign, why, and of which order."""

    title = serializers.CharField(source="get_cause_display")
    order = serializers.CharField(source="ref")

    class Meta:
        model = LedgerEntry
        fields = ["amount", "cause", "title", "order", "note", "at"]


class PointsPageSerializer(serializers.Serializer[Any]):
    """What the member has, or owes, and a page of what happened, the newest first."""

    balance = serializers.IntegerField()
    debt = serializers.IntegerField(help_text="points taken back that were spent before; the next ones settle it")
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = EntrySerializer(many=True)


class PointsView(APIView):
    """GET me/points."""

    @extend_schema(
        parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)], responses=PointsPageSerializer
    )
    def get(self, request: Request) -> Response:
        """Return the member's points and where they come from."""
        member, pages = member_of(request), Pagination()
        account = Account.objects.of(member, Account.Kind.POINTS).first() or Account()
        rows = pages.paginate_queryset(LedgerEntry.objects.of(member, Account.Kind.POINTS), request, view=self)
        answer = pages.get_paginated_response(EntrySerializer(rows, many=True).data)
        return Response({"balance": account.balance, "debt": account.debt, **answer.data})
