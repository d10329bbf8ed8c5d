"""Endpoints of flash sales: the sessions, and the wish to be told of one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.marketing.flash_sale import admission, presentation, reminders
from shop.members.authentication import member_of
from shop.promotions.api import ActivityItemSchema, ActivitySchema


class FlashItemSchema(ActivityItemSchema):
    """A SKU of a session; `sold_percent` is rounded down to 5."""

    sold_percent = serializers.IntegerField()


class FlashSessionSchema(ActivitySchema):
    """One session."""

    items = FlashItemSchema(many=True)


class FlashGroupSchema(serializers.Serializer[Any]):
    """The sessions that begin at the same moment."""

    starts_at = serializers.DateTimeField()
    phase = serializers.ChoiceField(["COMING", "LIVE"])
    sessions = FlashSessionSchema(many=True)


class FlashSalesSchema(serializers.Serializer[Any]):
    """The sessions of today and tomorrow, and the database's time, by which they begin and end.

    `reminder_template` is that of WeChat's message which tells of one before it begins; "" when the shop sends none.
    """

    now = serializers.DateTimeField()
    reminder_template = serializers.CharField()
    groups = FlashGroupSchema(many=True)


class FlashSalesView(APIView):
    """GET flash-sales."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="flash_sales", responses=FlashSalesSchema, auth=[])
    def get(self, request: Request) -> Response:
        """Return the sessions that run or begin by the end of tomorrow, the first to begin first."""
        return Response(presentation.flash_sales())


class QueueSchema(serializers.Serializer[Any]):
    """Whether I may order now; if not, how many asked before me and still wait, and when to ask again (seconds)."""

    admitted = serializers.BooleanField()
    position = serializers.IntegerField()
    retry_after = serializers.IntegerField()


class QueueView(APIView):
    """GET flash-sales/{key}/queue."""

    @extend_schema(operation_id="flash_sale_queue", responses=QueueSchema)
    def get(self, request: Request, key: str) -> Response:
        """Return where I stand; asking keeps my place. One gets it by ordering (429 `queueing`)."""
        place = admission.place_of(member_of(request).pk, key)
        return Response({"admitted": place.is_admitted, "position": place.position, "retry_after": place.retry_after})


class RemindSchema(serializers.Serializer[Any]):
    """`template`: that of WeChat's message to which I agreed, as `flash-sales` named it; none for the event alone."""

    template = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)


class RemindView(APIView):
    """POST activities/{key}/remind."""

    @extend_schema(operation_id="activity_remind", request=RemindSchema, responses={204: None})
    def post(self, request: Request, key: str) -> Response:
        """Have me told three minutes before the flash sale begins; 409 `already_started`, 422 `template_unknown`.

        Repeatable.
        """
        body = RemindSchema(data=request.data)
        body.is_valid(raise_exception=True)
        reminders.remind(member_of(request), key, **body.validated_data)
        return Response(status=204)


class RemindersSchema(serializers.Serializer[Any]):
    """Keys of the sessions to come of which I want to be told."""

    activities = serializers.ListField(child=serializers.CharField())


class RemindersView(APIView):
    """GET me/flash-sale-reminders."""

    @extend_schema(operation_id="flash_sale_reminders", responses=RemindersSchema)
    def get(self, request: Request) -> Response:
        """Return of which sessions I am going to be told."""
        return Response({"activities": reminders.reminded(member_of(request))})
