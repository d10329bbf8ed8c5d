"""What members' endpoints take and give."""

from typing import Any

from rest_framework import serializers

from shop.members.models import Level, Member
from shop.members.pasted import MOST_LETTERS


class CodeSerializer(serializers.Serializer[Any]):
    """A code WeChat gave the mini-program."""

    code = serializers.CharField(max_length=200)


class PhoneSerializer(serializers.Serializer[Any]):
    """A mobile number as typed in."""

    phone = serializers.CharField(max_length=40)


class PhoneLoginSerializer(PhoneSerializer):
    """A mobile number and the code that was sent to it."""

    code = serializers.RegexField(r"\A[0-9]{6}\Z")


class TicketSerializer(serializers.Serializer[Any]):
    """The ticket that the preview in the back office holds."""

    code = serializers.CharField(max_length=500)


class LevelSerializer(serializers.ModelSerializer[Level]):
    """A level of membership; `discount_bp` basis points come off every price."""

    class Meta:
        model = Level
        fields = ["name", "discount_bp"]


class MemberSerializer(serializers.ModelSerializer[Member]):
    """What members see of themselves."""

    level = LevelSerializer(allow_null=True, read_only=True)

    class Meta:
        model = Member
        fields = ["key", "nickname", "avatar", "phone_last4", "level"]


class LoginSerializer(serializers.Serializer[Any]):
    """A fresh token and who it stands for."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    member = MemberSerializer()


class ProfileSerializer(serializers.Serializer[Any]):
    """What members may change of themselves."""

    nickname = serializers.CharField(max_length=40, allow_blank=True, required=False)
    avatar = serializers.CharField(max_length=300, allow_blank=True, required=False, help_text="https or own media")


class AddressInputSerializer(serializers.Serializer[Any]):
    """An address as typed in."""

    name = serializers.CharField(max_length=40)
    phone = serializers.CharField(max_length=40)
    province = serializers.CharField(max_length=40)
    city = serializers.CharField(max_length=40)
    district = serializers.CharField(
        max_length=40, allow_blank=True, required=False, help_text="empty only in a city without any"
    )
    detail = serializers.CharField(max_length=200)
    is_default = serializers.BooleanField(required=False)


class PastedSerializer(serializers.Serializer[Any]):
    """An address as people send it in a chat."""

    text = serializers.CharField(max_length=MOST_LETTERS)


class ParsedSerializer(serializers.Serializer[Any]):
    """The parts of an address that a text holds, regions by their full names; "" for what it lacks."""

    name = serializers.CharField()
    phone = serializers.CharField()
    province = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField()
    detail = serializers.CharField()


class AddressSerializer(serializers.Serializer[Any]):
    """An address."""

    key = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    province = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField()
    detail = serializers.CharField()
    is_default = serializers.BooleanField()
