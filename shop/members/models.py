"""Shoppers: who they are, how they log in, where their parcels go."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.encrypted import EncryptedText
from shop.core.errors import ShopError
from shop.core.models import User
from tenants.codes import Code
from tenants.context import require_shop
from tenants.models import new_key


class Level(ShopModel):
    """A level of membership: who is in it pays less for everything, and `threshold` growth leads to it."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("等级名称"), max_length=20)
    threshold = models.PositiveIntegerField(_("成长值"), help_text=_("从低到高排列等级；会员的等级现在由店员设置"))
    discount_bp = models.PositiveSmallIntegerField(
        _("折扣"), default=0, help_text=_("会员价：例如 9.5 折，10 表示不打折")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("会员等级")
        ordering = ["threshold"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="level_key_unique"),
            models.UniqueConstraint(fields=["name"], name="level_name_unique"),
            models.UniqueConstraint(fields=["threshold"], name="level_threshold_unique"),
            models.CheckConstraint(condition=models.Q(discount_bp__lt=10_000), name="level_discount"),
        ]

    def __str__(self) -> str:
        return self.name


class MemberManager(models.Manager.from_queryset(ShopQuerySet)):
    """Shoppers alone, without the sandbox members of staff who look at their shop."""

    def get_queryset(self) -> Any:
        """Return the members that count."""
        return super().get_queryset().filter(is_sandbox=False)


class Member(ShopModel):
    """A shopper of this shop. Not a Django user; has no password and no openid of its own."""

    PERSONAL = ("nickname", "avatar", "phone")

    uuid = models.UUIDField(default=uuid4, editable=False)
    key = models.CharField(_("会员编号"), max_length=16, default=new_key, editable=False)
    nickname = models.CharField(_("昵称"), max_length=40, blank=True)
    avatar = models.CharField(_("头像"), max_length=300, blank=True)
    phone_sealed = models.TextField(blank=True, default="", editable=False)
    phone_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    phone_last4 = models.CharField(_("手机尾号"), max_length=4, blank=True, default="", editable=False)
    level = models.ForeignKey(
        Level, on_delete=models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("等级")
    )
    unpaid_orders = models.PositiveSmallIntegerField(_("待付款订单"), default=0, editable=False)
    created_at = models.DateTimeField(_("加入时间"), db_default=Now(), editable=False)
    phone_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    phone_tries_since = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    # The shopper that a staff member is in the preview of the shop; it counts nowhere and is gone after a day.
    is_sandbox = models.BooleanField(default=False, db_default=False, editable=False)
    staff = models.OneToOneField(User, on_delete=models.CASCADE, null=True, editable=False, related_name="+")

    phone = EncryptedText("phone", lookup=True)

    objects = MemberManager()
    everything = ShopQuerySet.as_manager()

    is_authenticated = True  # DRF's permission asks a user; a member is who a token stands for

    class Meta:
        verbose_name = verbose_name_plural = _("会员")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="member_key_unique"),
            models.UniqueConstraint(fields=["uuid"], name="member_uuid_unique"),
            models.UniqueConstraint(fields=["id", "is_sandbox"], name="member_and_sandbox"),  # orders refer to both
            models.CheckConstraint(
                condition=models.Q(is_sandbox=True, staff__isnull=False, unpaid_orders=0)
                | models.Q(is_sandbox=False, staff=None),
                name="member_sandbox",
            ),
        ]
        indexes = [models.Index(fields=["phone_digest"], name="member_phone")]

    def __str__(self) -> str:
        return self.nickname or self.key

    @property
    def shown_name(self) -> str:
        """Return the nickname, or that there is none."""
        return self.nickname or str(_("未填昵称"))


class IdentityQuerySet(ShopQuerySet):
    """Reads of identities."""

    def of_app(self, appid: str, openid: str) -> "IdentityQuerySet":
        """The identity of an openid in a mini-program, if it is known."""
        return self.filter(kind=Identity.Kind.MINIPROGRAM, app=appid, subject=openid)

    def of_phone(self, digest: str) -> "IdentityQuerySet":
        """The identity of a verified phone number, by its digest, if it is known."""
        return self.filter(kind=Identity.Kind.PHONE, app="", subject=digest)

    def openid(self, member: Member, appid: str) -> str:
        """Return the member's openid in a mini-program, "" when the member never logged in there."""
        known = self.filter(member=member, kind=Identity.Kind.MINIPROGRAM, app=appid).order_by("-pk")
        return known.values_list("subject", flat=True).first() or ""


class Identity(ShopModel):
    """One way in which a member is known: the openid of an app, a phone number's digest."""

    class Kind(models.TextChoices):
        MINIPROGRAM = "MINIPROGRAM", _("小程序")
        OFFICIAL = "OFFICIAL", _("公众号")
        PHONE = "PHONE", _("手机号")
        H5 = "H5", "H5"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=12, choices=Kind)
    app = models.CharField(max_length=40)
    subject = models.CharField(max_length=128)
    unionid = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = IdentityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("登录身份")
        constraints = [models.UniqueConstraint(fields=["kind", "app", "subject"], name="identity_unique")]
        indexes = [models.Index(fields=["unionid"], name="identity_unionid", condition=~models.Q(unionid=""))]

    def __str__(self) -> str:
        return self.kind


class MemberToken(ShopModel):
    """An opaque bearer token, stored as its SHA-256, and the identity that logged in for it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, related_name="tokens")
    token_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="member_token_unique")]

    def __str__(self) -> str:
        return self.token_hash[:8]


class PhoneCode(ShopModel, Code):
    """The latest code for logging in that went to a phone."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    phone_sealed = models.TextField()
    phone_digest = models.CharField(max_length=64)

    phone = EncryptedText("phone", lookup=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["phone_digest"], name="phonecode_phone_unique")]
        indexes = [models.Index(fields=["expires_at"], name="phonecode_age")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def salt(self) -> str:
        """Return the shop's and the phone's: a code is worth nothing at another shop."""
        return f"weipu.login.{require_shop().uuid}.{self.phone_digest}"


class WechatAppMissing(ShopError):
    """The shop has not connected its mini-program yet."""

    status = 409
    code = "wechat_app_missing"


class WechatAppQuerySet(ShopQuerySet):
    """Reads of the shop's mini-program."""

    def current(self) -> "WechatApp":
        """Return the shop's mini-program; WechatAppMissing when it has none."""
        app = self.filter(pk=WechatApp.ONLY).first()
        if app is None:
            raise WechatAppMissing(message=_("店铺还没有绑定小程序"))
        return app

    def appid(self) -> str:
        """Return the appid of the shop's mini-program, "" when it has none."""
        return self.filter(pk=WechatApp.ONLY).values_list("appid", flat=True).first() or ""


class WechatApp(ShopModel):
    """The shop's mini-program: appid and secret. One row."""

    ONLY = 1

    uuid = models.UUIDField(default=uuid4, editable=False)
    appid = models.CharField("AppID", max_length=40)
    secret_sealed = models.TextField(blank=True, default="", editable=False)
    name = models.CharField(_("小程序名称"), max_length=60, blank=True)

    secret = EncryptedText("secret")

    objects = WechatAppQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("小程序")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="wechat_app_one_row")]

    def __str__(self) -> str:
        return self.name or self.appid


class AccessToken(ShopModel):
    """WeChat's access token of an app; whoever holds the lease refreshes it."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    app = models.OneToOneField(WechatApp, on_delete=models.CASCADE, related_name="access_token")
    token_sealed = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    token = EncryptedText("token")

    def __str__(self) -> str:
        return f"{self.app_id}"


class MiniProgramCode(ShopModel):
    """WeChat's code (小程序码) for a page of an app, or why there is none; whoever holds the lease asks WeChat.

    A refusal keeps its lease, so that WeChat is not asked again before it has run out.
    """

    appid = models.CharField(max_length=40)
    page = models.CharField(max_length=128)
    scene = models.CharField(max_length=32)
    picture = models.CharField(max_length=200, blank=True, default="")
    refusal = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appid", "page", "scene"], name="mini_program_code_once")]

    def __str__(self) -> str:
        return f"{self.page}?{self.scene}"


class AddressQuerySet(ShopQuerySet):
    """Reads of addresses."""

    def of(self, member: Member) -> "AddressQuerySet":
        """Addresses of one member, the default one first."""
        return self.filter(member=member)


class Address(ShopModel):
    """Where a member's parcels go."""

    PERSONAL = ("name", "phone", "detail")

    uuid = models.UUIDField(default=uuid4, editable=False)
    key = models.CharField(max_length=16, default=new_key, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="addresses")
    name_sealed = models.TextField()
    phone_sealed = models.TextField()
    phone_digest = models.CharField(max_length=64)
    phone_last4 = models.CharField(max_length=4)
    detail_sealed = models.TextField()
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, blank=True)
    is_default = models.BooleanField(default=False)

    name = EncryptedText("name")
    phone = EncryptedText("phone", lookup=True)
    detail = EncryptedText("detail")

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("收货地址")
        ordering = ["-is_default", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="address_key_unique"),
            models.UniqueConstraint(fields=["member"], name="address_one_default", condition=models.Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return self.key
