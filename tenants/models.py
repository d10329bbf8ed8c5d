"""The platform's own tables. Each names `public` in full, because no shop's search_path contains it."""

import secrets
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.context import ShopMismatch, ShopRef, using_shop

KEY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PLATFORM = UUID(int=0)  # the `shop` of rows that belong to no shop; a value, because NULLs are never equal


def new_key(length: int = 10) -> str:
    """Return a short random URL-safe text without look-alike letters."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(length))


def public(table: str) -> str:
    """Return `table` of the schema public, quoted so that Django passes it on unchanged."""
    return f'"public"."{table}"'


class Tenant(TenantMixin):
    """A merchant's shop."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("营业中")
        READ_ONLY = "READ_ONLY", _("只读（欠费）")
        SUSPENDED = "SUSPENDED", _("已停用")
        CLOSED = "CLOSED", _("已关闭")
        MIGRATING = "MIGRATING", _("迁移中")

    auto_create_schema = False
    auto_drop_schema = False

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(_("店铺编号"), max_length=16, default=new_key)
    slug = models.CharField(_("店铺网址"), max_length=40)
    name = models.CharField(_("店铺名称"), max_length=60)
    owner_contact = models.CharField(_("店主联系方式"), max_length=254)
    state = models.CharField(_("状态"), max_length=16, choices=State, default=State.OPEN)
    features = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("开店时间"), db_default=Now(), editable=False)

    class Meta:
        db_table = public("tenants_tenant")
        verbose_name = verbose_name_plural = _("店铺")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="tenant_key_unique"),
            models.UniqueConstraint(fields=["slug"], name="tenant_slug_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def __enter__(self) -> "Tenant":
        """Refused: the parent class remembers the shop before in a list that all threads share."""
        raise ShopMismatch("use using_shop()")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, whichever shop is current: the row belongs to none (the parent class refuses inside a shop)."""
        with using_shop(None):
            super().save(*args, **kwargs)

    def ref(self, *, host: str = "", schema_hash: str = "") -> ShopRef:
        """Return the frozen view of this row that code passes around."""
        return ShopRef(
            uuid=self.uuid,
            key=self.key,
            slug=self.slug,
            name=self.name,
            schema=self.schema_name,
            host=host,
            state=self.state,
            schema_hash=schema_hash,
            slot=self.pk,
            features=frozenset(self.features),
            limits=dict(self.limits),
        )


class Domain(DomainMixin):
    """A host name of a shop, lower case, without port."""

    class Meta:
        db_table = public("tenants_domain")
        verbose_name = verbose_name_plural = _("域名")


class Schema(models.Model):
    """Every schema of a shop, ready ones without an owner among them, and the migrations it has."""

    class State(models.TextChoices):
        BUILDING = "BUILDING", "building"
        SPARE = "SPARE", "spare"
        LIVE = "LIVE", "live"
        FAILED = "FAILED", "failed"

    name = models.CharField(_("名称"), max_length=63, primary_key=True)
    hash = models.CharField(_("迁移版本"), max_length=64)
    state = models.CharField(_("状态"), max_length=8, choices=State)
    error = models.TextField(_("错误"), blank=True, default="")
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        db_table = public("tenants_schema")
        verbose_name = verbose_name_plural = _("数据架构")
        indexes = [models.Index(fields=["state", "hash"], name="schema_state_hash")]

    def __str__(self) -> str:
        return self.name


class SchemaScript(models.Model):
    """The DDL that builds a schema with the migrations of `hash`."""

    hash = models.CharField(max_length=64, primary_key=True)
    body = models.TextField()

    class Meta:
        db_table = public("tenants_schemascript")

    def __str__(self) -> str:
        return self.hash


class Registry(models.Model):
    """One row; its generation rises with every change that `resolve()` could have cached."""

    generation = models.BigIntegerField(default=0)

    class Meta:
        db_table = public("tenants_registry")

    def __str__(self) -> str:
        return str(self.generation)


class CatalogueVersion(models.Model):
    """The version of what shoppers read of a shop; rises in every transaction that changes it."""

    slot = models.BigIntegerField(primary_key=True)  # the tenant's key; no reference, so that a bump locks nothing else
    version = models.BigIntegerField()

    class Meta:
        db_table = public("tenants_catalogueversion")
        indexes = [models.Index(fields=["version"], name="catalogueversion_version")]

    def __str__(self) -> str:
        return f"{self.slot}: {self.version}"


class OutboxEvent(models.Model):
    """A domain event, written in the transaction of its cause. Holds numbers and ids, never personal data."""

    event_id = models.UUIDField(_("事件编号"), default=uuid4, primary_key=True)
    shop = models.UUIDField(_("店铺"))
    topic = models.CharField(_("主题"), max_length=60)
    version = models.SmallIntegerField(default=1)
    ref_kind = models.CharField(_("对象类型"), max_length=20)
    ref = models.CharField(_("对象"), max_length=64)
    ids = models.JSONField(_("编号"), default=dict)
    occurred_at = models.DateTimeField(_("发生时间"), db_default=Now())
    relayed_at = models.DateTimeField(_("分发时间"), null=True)

    class Meta:
        db_table = public("tenants_outbox")
        verbose_name = verbose_name_plural = _("事件")
        indexes = [
            models.Index(fields=["occurred_at"], name="outbox_waiting", condition=models.Q(relayed_at=None)),
            models.Index(fields=["shop", "topic", "ref"], name="outbox_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.ref}"


class DueQuerySet(models.QuerySet["Due"]):
    """Reads of the due-table."""

    def waiting(self) -> "DueQuerySet":
        """Rows that still have to run."""
        return self.filter(dead=False)

    def of(self, shop: UUID, kind: str, ref: Any) -> "DueQuerySet":
        """The one row of (shop, kind, ref), if it is there."""
        return self.filter(shop=shop, kind=kind, ref=str(ref))


class Due(models.Model):
    """Work to be done at a time: a kind from `tenants.subscriptions` and the key of what it is about."""

    shop = models.UUIDField(_("店铺"))
    kind = models.CharField(_("种类"), max_length=80)
    ref = models.CharField(_("对象"), max_length=80)
    run_at = models.DateTimeField(_("执行时间"), db_default=Now())
    ticket = models.IntegerField(default=0)
    failures = models.IntegerField(_("失败次数"), default=0)
    dead = models.BooleanField(_("已放弃"), default=False)
    error = models.TextField(_("错误"), blank=True, default="")
    created_at = models.DateTimeField(_("创建时间"), db_default=Now())

    objects = DueQuerySet.as_manager()

    class Meta:
        db_table = public("tenants_due")
        verbose_name = verbose_name_plural = _("定时任务")
        constraints = [models.UniqueConstraint(fields=["shop", "kind", "ref"], name="due_once")]
        indexes = [models.Index(fields=["run_at"], name="due_waiting", condition=models.Q(dead=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


from tenants.signup.models import Quota, SentCode, SignupCode  # noqa: E402, F401  (Django finds models here)
