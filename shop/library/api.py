"""Pictures that shoppers send, for reviews and after-sales."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from shop.core.errors import ShopError
from shop.library.services import store_picture
from shop.members.authentication import member_of


class UploadThrottle(SimpleRateThrottle):
    """Thirty pictures a minute for each member; without Redis nobody is held up."""

    rate = "30/min"
    scope = "uploads"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """Return the key that counts this member."""
        return f"throttle:uploads:{member_of(request).key}"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Return whether the member may upload now."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True


class UploadSerializer(serializers.Serializer[Any]):
    """One file; JPEG, PNG, WebP or GIF of at most 10 MB and 25 megapixels."""

    file = serializers.FileField()


class UploadedSerializer(serializers.Serializer[Any]):
    """A stored picture; `key` goes into the review that shows it."""

    key = serializers.CharField()
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class PictureUploadView(APIView):
    """POST uploads/pictures."""

    parser_classes = (MultiPartParser,)
    throttle_classes = (UploadThrottle,)

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: UploadedSerializer})
    def post(self, request: Request) -> Response:
        """Store a picture of the member; one that nothing shows after a day is removed."""
        file = request.FILES.get("file")
        if file is None:
            raise ShopError("picture_invalid", _("没有收到文件"))
        member = member_of(request)
        asset = store_picture(file, actor=f"member:{member.key}", owner=member.key, title=" ")
        shown = {"key": asset.key, "url": asset.url(), "width": asset.width, "height": asset.height}
        return Response(UploadedSerializer(shown).data, status=201)
