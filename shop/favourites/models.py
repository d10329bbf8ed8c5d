"""What a member keeps for later, and what he looked at on which day."""

from datetime import date, timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.base import ShopModel, ShopQuerySet
from shop.members.models import Member
from tenants.models import new_key

MOST_FAVOURITES = 500  # of one member
MOST_FOOTPRINTS = 100  # of one member
FOOTPRINT_DAYS = 90


class FavouriteQuerySet(ShopQuerySet):
    """Reads of favourites."""

    def of(self, member: Member) -> "FavouriteQuerySet":
        """What one member keeps, the newest first."""
        return self.filter(member=member).order_by("-pk")

    def keys_among(self, member: Member, keys: list[str]) -> set[str]:
        """Return which of these products (keys) the member keeps."""
        return set(self.filter(member=member, product__key__in=keys).values_list("product__key", flat=True))


class Favourite(ShopModel):
    """A product that a member keeps for later."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="favourites")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(db_default=Now())

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("收藏")
        indexes = [models.Index(fields=["member", "-id"], name="favourite_newest")]
        constraints = [models.UniqueConstraint(fields=["member", "product"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.product_id}"


def first_day_kept() -> date:
    """Return the first day whose footprints are still shown."""
    return timezone.localdate() - timedelta(days=FOOTPRINT_DAYS - 1)


class FootprintQuerySet(ShopQuerySet):
    """Reads of footprints."""

    def of(self, member: Member) -> "FootprintQuerySet":
        """What one member looked at, the latest first."""
        return self.filter(member=member).order_by("-day", "-seen_at", "-pk")

    def kept(self) -> "FootprintQuerySet":
        """Those that are still shown."""
        return self.filter(day__gte=first_day_kept())


class Footprint(ShopModel):
    """A product that a member looked at on a day (Asia/Shanghai), and when last on it."""

    IS_LOST_IN_MERGE = True  # it must not keep two log-ins of one person from becoming one

    key = models.CharField(max_length=16, default=new_key, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="footprints")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="footprints")
    day = models.DateField()
    seen_at = models.DateTimeField()

    objects = FootprintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("足迹")
        indexes = [models.Index(fields=["day"], name="footprint_age")]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="footprint_key_unique"),
            models.UniqueConstraint(fields=["member", "product", "day"], name="footprint_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.key
