"""What shoppers write about what they bought."""

from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.core.api import BoundedListField, Pagination, StrictIntegerField
from shop.core.errors import ShopError
from shop.members.authentication import member_of
from shop.orders.models import Order
from shop.reviews import services
from shop.reviews.models import Check, Review, ReviewSettings
from shop.reviews.services.writing import MOST_PICTURES
from shop.reviews.tasks import purchase_of
from shop.storefront.reviews import picture_rows
from shop.storefront.schemas import AdditionSerializer, ReviewPictureSerializer

LONGEST = 2000


class WordsSerializer(serializers.Serializer[Any]):
    """A text, pictures (keys from POST uploads/pictures), or both."""

    content = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
    pictures = BoundedListField(
        child=serializers.CharField(max_length=16), required=False, default=list, max_length=MOST_PICTURES
    )


class AppendSerializer(WordsSerializer):
    """What is added; it must say something."""

    content = serializers.CharField(max_length=LONGEST)


class LineSerializer(WordsSerializer):
    """What is said of one SKU of the order."""

    sku = serializers.CharField(max_length=16)
    score = StrictIntegerField(min_value=1, max_value=5)
    tags = BoundedListField(child=serializers.CharField(max_length=12), required=False, default=list, max_length=12)
    anonymous = serializers.BooleanField(required=False, default=False)


class SubmitSerializer(serializers.Serializer[Any]):
    """Reviews of lines of an order, and what service and delivery were like."""

    lines = BoundedListField(child=LineSerializer(), min_length=1, max_length=120)
    service_score = StrictIntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)
    logistics_score = StrictIntegerField(min_value=1, max_value=5, required=False, allow_null=True, default=None)

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse a SKU that comes twice."""
        if len({line["sku"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("同一个商品只能评价一次"))
        return lines


class OwnReviewSerializer(serializers.Serializer[Any]):
    """One of the member's own reviews; `state` says whether others see it."""

    key = serializers.CharField()
    product = serializers.CharField()
    title = serializers.CharField()
    order = serializers.CharField()
    sku_options = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    content = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    pictures = ReviewPictureSerializer(many=True)
    state = serializers.ChoiceField(Check.choices)
    reply = serializers.CharField()
    addition = AdditionSerializer(allow_null=True)
    can_append = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class OwnReviewPageSerializer(serializers.Serializer[Any]):
    """One page of the member's reviews."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    results = OwnReviewSerializer(many=True)


class ReviewableSerializer(serializers.Serializer[Any]):
    """A SKU of the order that waits for a review."""

    sku = serializers.CharField()
    options = serializers.CharField()


class OrderReviewsSerializer(serializers.Serializer[Any]):
    """What of an order may still be reviewed, the tags to choose from, and what was written."""

    open = ReviewableSerializer(many=True)
    tags = serializers.ListField(child=serializers.CharField())
    reviews = OwnReviewSerializer(many=True)


class InvitationSerializer(serializers.Serializer[Any]):
    """The subscribe message's template; empty when the shop sends none."""

    template = serializers.CharField(max_length=64)


def _order(request: Request, number: str) -> Order:
    order = Order.everything.of(member_of(request)).filter(number=number).first()
    if order is None:
        raise ShopError("not_found", _("没有找到"), status=404)
    return order


def _own(reviews: Any) -> list[dict[str, Any]]:
    rows = reviews.select_related("product", "addition").prefetch_related("pictures__asset")
    return [_own_row(review) for review in rows]


def _own_row(review: Review) -> dict[str, Any]:
    pictures = list(review.pictures.all())
    addition = getattr(review, "addition", None)
    return {
        "key": review.key,
        "product": review.product.key,
        "title": review.product.title,
        "order": review.order_number,
        "sku_options": review.options,
        "score": review.score,
        "content": review.content,
        "tags": review.tags,
        "pictures": picture_rows(picture for picture in pictures if not picture.is_added),
        "state": review.state,
        "reply": review.reply,
        "addition": addition
        and {
            "content": addition.content,
            "pictures": picture_rows(picture for picture in pictures if picture.is_added),
            "created_at": localtime(addition.created_at),
        },
        "can_append": review.can_append,
        "created_at": localtime(review.created_at),
    }


class OrderReviewsView(APIView):
    """Reviews of one order."""

    @extend_schema(responses=OrderReviewsSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Return what may still be reviewed and what was written."""
        return Response(self._answer(_order(request, number)))

    @extend_schema(request=SubmitSerializer, responses={201: OrderReviewsSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Review lines of a completed order, each once; others see a review when its check has passed."""
        order = _order(request, number)
        given = SubmitSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        drafts = [
            services.Draft(
                line["sku"],
                line["score"],
                services.Words(line["content"], line["pictures"]),
                line["tags"],
                line["anonymous"],
            )
            for line in data["lines"]
        ]
        services.write_reviews(
            member_of(request),
            purchase_of(order),
            drafts,
            service_score=data["service_score"],
            logistics_score=data["logistics_score"],
        )
        return Response(self._answer(order), status=201)

    def _answer(self, order: Order) -> dict[str, Any]:
        purchase = purchase_of(order)
        written = Review.objects.filter(order_number=order.number, source=Review.Source.ORDER).order_by("pk")
        done = set(written.values_list("line", flat=True))
        waiting = [line for line in purchase.lines if line.pk not in done] if purchase.completed_at else []
        return {
            "open": [{"sku": line.sku, "options": line.options} for line in waiting],
            "tags": ReviewSettings.objects.get(pk=1).tags,
            "reviews": _own(written),
        }


class InvitationView(APIView):
    """The one message that asks for a review of an order."""

    @extend_schema(responses=InvitationSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Return the template that the client asks the shopper's consent for; empty: ask for none."""
        _order(request, number)
        return Response({"template": ReviewSettings.objects.get(pk=1).invite_template})

    @extend_schema(request=InvitationSerializer, responses={204: None})
    def post(self, request: Request, number: str) -> Response:
        """Note that the shopper accepted the template for this order."""
        order = _order(request, number)
        given = InvitationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.accept_invitation(member_of(request), order.number, given.validated_data["template"])
        return Response(status=204)


class MyReviewsView(APIView):
    """The member's own reviews."""

    @extend_schema(operation_id="reviews_mine", responses=OwnReviewPageSerializer)
    def get(self, request: Request) -> Response:
        """Return one page, newest first."""
        mine = Review.objects.filter(member=member_of(request), source=Review.Source.ORDER)
        pages = Pagination()
        rows = mine.order_by("-pk").select_related("product", "addition").prefetch_related("pictures__asset")
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([_own_row(review) for review in page or ()])


class AppendView(APIView):
    """Adding to one's own review."""

    @extend_schema(request=AppendSerializer, responses={201: OwnReviewSerializer})
    def post(self, request: Request, key: str) -> Response:
        """Add once; others see it when its check has passed."""
        given = AppendSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        words = services.Words(given.validated_data["content"], given.validated_data["pictures"])
        services.add_to_review(member_of(request), key, words)
        return Response(_own(Review.objects.filter(key=key))[0], status=201)
