"""Banners, entries and picture strips of the front page."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Category, Product
from shop.core.base import ShopModel, ShopQuerySet
from shop.library.models import Asset
from tenants.models import new_key


class HomeItemQuerySet(ShopQuerySet):
    """Reads of the front page's items."""

    def showing(self) -> "HomeItemQuerySet":
        """Items that shoppers see at this moment; the times are half-open."""
        begun = Q(starts_at=None) | Q(starts_at__lte=Now())
        return self.filter(begun, Q(ends_at=None) | Q(ends_at__gt=Now()), is_shown=True)


class HomeItem(ShopModel):
    """A picture on the front page that leads somewhere."""

    class Place(models.TextChoices):
        BANNER = "BANNER", _("轮播图")
        ENTRY = "ENTRY", _("快捷入口")
        STRIP = "STRIP", _("图片条")

    class Target(models.TextChoices):
        NOTHING = "NOTHING", _("不跳转")
        PRODUCT = "PRODUCT", _("商品")
        CATEGORY = "CATEGORY", _("分类")
        SEARCH = "SEARCH", _("搜索")
        PAGE = "PAGE", _("小程序页面")
        OFFER = "OFFER", _("营销活动")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    place = models.CharField(_("位置"), max_length=8, choices=Place)
    title = models.CharField(
        _("名称"), max_length=20, help_text=_("快捷入口会显示这个名称；轮播图和图片条不显示，读屏软件会读出来")
    )
    picture = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+", verbose_name=_("图片"))
    target = models.CharField(_("点击后去"), max_length=8, choices=Target, default=Target.NOTHING)
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("商品")
    )
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("分类")
    )
    text = models.CharField(_("搜索词或页面路径"), max_length=200, blank=True, default="")
    position = models.PositiveIntegerField(_("排序"), default=0)
    is_shown = models.BooleanField(_("显示"), default=True)
    starts_at = models.DateTimeField(_("开始显示"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束显示"), null=True, blank=True)

    objects = HomeItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("首页装修")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="home_item_key_unique"),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(starts_at__lt=F("ends_at")), name="home_item_times"
            ),
        ]

    def __str__(self) -> str:
        return self.title
