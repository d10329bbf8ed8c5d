"""Endpoints of group buys. A group is opened and joined by an order (activity option)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api import Pagination
from shop.marketing.group_buy.models import Group, Seat
from shop.marketing.group_buy.presentation import group_detail, group_row, own_rows
from shop.marketing.group_buy.services import TOOL
from shop.members.authentication import member_of
from shop.members.models import Member
from shop.promotions.api import ActivityItemSchema
from shop.promotions.models import Activity

MOST_SHOWN = 20


class PersonSchema(serializers.Serializer[Any]):
    """A member as strangers see him: the first character of the name."""

    name = serializers.CharField()
    avatar = serializers.CharField()


class GroupRowSchema(serializers.Serializer[Any]):
    """A group: how many make it, how many paid, how many are missing, until when."""

    key = serializers.CharField()
    activity = serializers.CharField()
    state = serializers.ChoiceField(Group.State.values)
    size = serializers.IntegerField()
    paid = serializers.IntegerField()
    missing = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    leader = PersonSchema()


class GroupSchema(GroupRowSchema):
    """A group with its members, the leader first; `is_mine` and `order` are of the member who asks.

    `items`: what can be bought in it, at the price of a group of its size.
    """

    title = serializers.CharField()
    items = ActivityItemSchema(many=True)
    members = PersonSchema(many=True)
    is_mine = serializers.BooleanField()
    order = serializers.CharField()


class OwnGroupSchema(GroupRowSchema):
    """A group with the member's own order in it, and what was bought; `total` in fen."""

    order = serializers.CharField()
    title = serializers.CharField()
    options = serializers.CharField()
    picture = serializers.CharField()
    total = serializers.IntegerField()


class GroupPageSchema(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = OwnGroupSchema(many=True)


class OpenGroupsView(APIView):
    """GET group-buys/{activity}/groups."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="open_groups", responses=GroupRowSchema(many=True), auth=[])
    def get(self, request: Request, key: str) -> Response:
        """Return groups that may be joined, those that lack fewest first; none where the shop does not show them."""
        activity: Activity = Activity.objects.of_tool(TOOL).live().get(key=key)
        if not activity.rule.get("shows_groups", True):
            return Response([])
        groups = Group.objects.open().filter(activity=activity).select_related("activity", "leader")
        return Response([group_row(group) for group in groups.order_by("-paid", "expires_at")[:MOST_SHOWN]])


class GroupView(APIView):
    """GET groups/{key}."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="group", responses=GroupSchema)
    def get(self, request: Request, key: str) -> Response:
        """Return a group, as whoever has its link may see it."""
        group: Group = Group.objects.select_related("activity", "leader").get(key=key)
        return Response(group_detail(group, request.user if isinstance(request.user, Member) else None))


class MyGroupsView(APIView):
    """GET me/groups."""

    @extend_schema(
        parameters=[OpenApiParameter("page", int), OpenApiParameter("page_size", int)], responses=GroupPageSchema
    )
    def get(self, request: Request) -> Response:
        """Return the groups in which the member has paid, the newest first."""
        seats = Seat.objects.filter(member=member_of(request), state=Seat.State.PAID)
        pages = Pagination()
        found = seats.select_related("group__activity", "group__leader").order_by("-pk")
        return pages.get_paginated_response(own_rows(pages.paginate_queryset(found, request, view=self) or []))
