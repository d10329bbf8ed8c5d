"""What every shop has: staff, settings, the audit log, idempotency records."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.colours import validate_theme_colour
from tenants.context import require_shop


class UserManager(BaseUserManager.from_queryset(ShopQuerySet)):
    """Look-up by account name; writes are in staff.py."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user whose account is `username`, without regard to case."""
        return self.get(username__iexact=username)


class User(ShopModel, AbstractBaseUser, PermissionsMixin):
    """A merchant's owner or staff member (in `console`: an operator). Never a shopper."""

    username = models.CharField(_("账号（邮箱或手机号）"), max_length=254)
    display_name = models.CharField(_("姓名"), max_length=40, blank=True)
    is_staff = models.BooleanField(_("可登录后台"), default=True)
    is_owner = models.BooleanField(_("店主"), default=False, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)
    date_joined = models.DateTimeField(_("加入时间"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = _("员工")
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="user_username_unique"),
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the hash a session must carry: bound to this shop, so that no other shop accepts the session."""
        salt = f"weipu.session:{require_shop().uuid}"
        return salted_hmac(salt, f"{self.pk}:{self.password}", secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return whether the user may; the owner may everything, staff what their roles list."""
        return bool(self.is_active and (self.is_owner or super().has_perm(perm, obj)))

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether the user may anything in the app."""
        return bool(self.is_active and (self.is_owner or super().has_module_perms(app_label)))


THEME_COLOUR = "#15803d"


class ShopSettings(ShopModel):
    """One row: how this shop sells."""

    pay_minutes = models.PositiveSmallIntegerField(
        _("待付款保留时间（分钟）"), default=30, help_text=_("超过这个时间没有付款的订单会自动取消，库存会放回去")
    )
    most_unpaid = models.PositiveSmallIntegerField(
        _("每位会员最多的待付款订单"), default=5, help_text=_("防止有人占着库存不付款")
    )
    auto_receive_days = models.PositiveSmallIntegerField(_("发货后自动确认收货（天）"), default=10)
    after_sale_days = models.PositiveSmallIntegerField(
        _("完成后可申请售后（天）"),
        default=7,
        db_default=7,
        help_text=_("订单完成后多少天内买家可以申请售后；0 表示完成后不能再申请"),
    )
    low_stock_units = models.PositiveIntegerField(
        _("库存预警线"), default=5, help_text=_("可售不多于这个数量的规格会列入低库存，0 表示不提醒；单个规格可以另设")
    )
    points_on = models.BooleanField(
        _("使用积分"), default=False, db_default=False, help_text=_("关闭后不再产生和抵扣积分，会员已有的积分保留")
    )
    points_earned_per_yuan = models.PositiveSmallIntegerField(
        _("每消费 1 元得积分"),
        default=1,
        db_default=1,
        help_text=_("订单完成后按商品实付金额发放，退款时扣回；0 表示不发放"),
    )
    points_per_yuan = models.PositiveSmallIntegerField(_("多少积分抵 1 元"), default=100, db_default=100)
    points_most_bp = models.PositiveSmallIntegerField(_("最多抵扣商品金额的比例"), default=5000, db_default=5000)
    service_phone = models.CharField(_("客服电话"), max_length=20, blank=True)
    notice = models.CharField(_("店铺公告"), max_length=120, blank=True)
    # The storage name of a picture of the library, which lies above this app.
    logo = models.CharField(_("店铺标志"), max_length=200, blank=True, default="", db_default="")
    theme_colour = models.CharField(
        _("主题色"),
        max_length=7,
        default=THEME_COLOUR,
        db_default=THEME_COLOUR,
        validators=[validate_theme_colour],
        help_text=_("小程序里按钮和标签的颜色；要够深，上面的白字才看得清"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("店铺设置")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="settings_one_row"),
            models.CheckConstraint(
                condition=models.Q(pay_minutes__gte=1, pay_minutes__lte=1440), name="settings_pay_minutes"
            ),
            models.CheckConstraint(
                condition=models.Q(points_per_yuan__gte=1, points_most_bp__lte=10_000), name="settings_points"
            ),
            models.CheckConstraint(condition=models.Q(theme_colour__regex="^#[0-9a-f]{6}$"), name="settings_colour"),
        ]

    def __str__(self) -> str:
        return str(_("店铺设置"))


class AppendOnlyQuerySet(ShopQuerySet):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> int:
        """Refused."""
        raise TypeError(f"{self.model._meta.label} is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise TypeError(f"{self.model._meta.label} is append-only")


class AppendOnlyModel(ShopModel):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; TypeError for a row that is stored already."""
        if not self._state.adding:
            raise TypeError(f"{self._meta.label} is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise TypeError(f"{self._meta.label} is append-only")


class AuditEntry(AppendOnlyModel):
    """Who changed what in the back office, from where, and what it was before."""

    actor = models.CharField(_("操作人"), max_length=254)
    action = models.CharField(_("操作"), max_length=60)
    object_kind = models.CharField(_("对象类型"), max_length=60)
    object_ref = models.CharField(_("对象"), max_length=120)
    before = models.JSONField(_("修改前"), default=dict)
    after = models.JSONField(_("修改后"), default=dict)
    ip = models.GenericIPAddressField(_("IP 地址"), null=True)
    at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("操作日志")
        indexes = [
            models.Index(fields=["object_kind", "object_ref"], name="audit_object"),
            models.Index(fields=["-at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object_ref}"


class IdempotencyRecord(ShopModel):
    """The answer that was given to a request with an Idempotency-Key."""

    owner = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body_sealed = models.TextField()  # answers hold addresses
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"


class LoginAttempt(ShopModel):
    """A failed log-in to the back office; counted by account and by address."""

    account_digest = models.CharField(max_length=64)
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["account_digest", "at"], name="login_attempt_account")]

    def __str__(self) -> str:
        return self.account_digest[:8]


class Ticket(ShopModel):
    """A single-use entry into the back office: its SHA-256, whose it is, and until when."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="ticket_hash_unique")]

    def __str__(self) -> str:
        return str(self.uuid)


class ProcessedEvent(ShopModel):
    """An event whose effect a subscriber has stored, so that a second delivery has none."""

    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=60)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "subscriber"], name="processed_event_once")]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"


class Onboarding(ShopModel):
    """One row: whether the owner folded the first steps away, and what was done then (null: they are open)."""

    folded_with = ArrayField(models.CharField(max_length=20), null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="onboarding_one_row")]

    def __str__(self) -> str:
        return "onboarding"


class SampleRow(ShopModel):
    """Something that the sample data brought into the shop: its key, and a mark of how it was when it came."""

    class Kind(models.TextChoices):
        PRODUCT = "PRODUCT"
        CATEGORY = "CATEGORY"
        PICTURE = "PICTURE"
        REVIEW = "REVIEW"

    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=16)
    mark = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="sample_row_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
