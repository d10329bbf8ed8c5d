"""A shop's pictures and videos, and how much room they take."""

from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.db import models
from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Now, Replace
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from tenants.models import new_key


class AssetQuerySet(ShopQuerySet):
    """Reads of assets."""

    def live(self) -> "AssetQuerySet":
        """Assets that have not been removed."""
        return self.filter(archived_at=None)

    def pictures(self) -> "AssetQuerySet":
        """Pictures that have not been removed."""
        return self.live().filter(kind=Asset.Kind.PICTURE)

    def of_shop(self) -> "AssetQuerySet":
        """What the merchant uploaded, without what shoppers did."""
        return self.filter(owner="")


class Asset(ShopModel):
    """A stored picture or video. Its content never changes; a picture's sizes share its name.

    `name` is the large picture as WebP: at most 800 × 800, or 1080 wide when it is tall. Until the other sizes are
    made it stands for all of them.
    """

    class Kind(models.TextChoices):
        PICTURE = "PICTURE", _("图片")
        VIDEO = "VIDEO", _("视频")

    class State(models.TextChoices):
        PENDING = "PENDING", _("处理中")
        READY = "READY", _("可用")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    kind = models.CharField(_("类型"), max_length=8, choices=Kind, default=Kind.PICTURE, editable=False)
    name = models.CharField(max_length=200, editable=False)
    title = models.CharField(_("名称"), max_length=120, blank=True, default="")
    folder = models.CharField(_("文件夹"), max_length=40, blank=True, default="")
    width = models.PositiveIntegerField(_("宽"), default=0, editable=False)
    height = models.PositiveIntegerField(_("高"), default=0, editable=False)
    bytes = models.PositiveBigIntegerField(_("大小"), default=0, editable=False)
    # SHA-256 of what was uploaded, so that the same file is stored once.
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.PENDING, editable=False)
    # The key of the member who uploaded it; empty for the shop's own.
    owner = models.CharField(max_length=16, blank=True, default="", editable=False)
    uploaded_by = models.CharField(_("上传人"), max_length=254, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("上传时间"), db_default=Now(), editable=False)
    archived_at = models.DateTimeField(_("删除时间"), null=True, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("图片")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="asset_key_unique"),
            models.UniqueConstraint(fields=["name"], name="asset_name_unique"),
            models.UniqueConstraint(
                fields=["owner", "digest"],
                name="asset_digest_unique",
                condition=models.Q(archived_at=None) & ~models.Q(digest=""),
            ),
        ]
        indexes = [models.Index(fields=["folder", "-id"], name="asset_folder", condition=models.Q(archived_at=None))]

    def __str__(self) -> str:
        return self.title or self.key

    def sized(self, size: int = 800, *, jpeg: bool = False) -> str:
        """Return the name of the large (800), 400 or 200 WebP or the large JPEG; of the large WebP until they exist."""
        if self.kind != self.Kind.PICTURE or self.state != self.State.READY:
            return self.name
        return sized_name(self.name, size, jpeg=jpeg)

    def url(self, size: int = 800, *, jpeg: bool = False) -> str:
        """Return the address of one size: large (800), 400 or 200 pixels as WebP, or large as JPEG."""
        return storages["public"].url(self.sized(size, jpeg=jpeg))

    @property
    def small_url(self) -> str:
        """Return the address of the 200 WebP."""
        return self.url(200)

    def names(self) -> list[str]:
        """Return every storage name that this asset may have."""
        if self.kind == self.Kind.VIDEO:
            return [self.name]
        return [*(sized_name(self.name, size) for size in SIZES), sized_name(self.name, 800, jpeg=True)]


SIZES = (800, 400, 200)


def sized_name(name: str, size: int, *, jpeg: bool = False) -> str:
    """Return the name of one size of the picture whose large WebP is called `name`; ValueError for other sizes."""
    if size not in SIZES:
        raise ValueError(f"no pictures of {size} pixels are made")
    stem = PurePosixPath(name).with_suffix("")
    if jpeg:
        return f"{stem}.jpg"
    return name if size == 800 else f"{stem}_{size}.webp"


def medium_name(prefix: str = "") -> Case:
    """Return the expression for the storage name of an asset's 400 WebP, of the large one while there is none."""
    medium = Replace(F(f"{prefix}name"), Value(".webp"), Value("_400.webp"))
    ready = When(**{f"{prefix}state": Asset.State.READY}, then=medium)
    return Case(ready, default=F(f"{prefix}name"), output_field=CharField())


class Usage(ShopModel):
    """Bytes that the living assets of one scope take: the shop's own, all members', one member's."""

    SHOP = "shop"
    MEMBERS = "members"

    scope = models.CharField(max_length=40)
    bytes = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope"], name="usage_scope_unique"),
            models.CheckConstraint(condition=models.Q(bytes__gte=0), name="usage_not_negative"),
        ]

    def __str__(self) -> str:
        return self.scope
