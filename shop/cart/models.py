"""What a member means to buy."""

from django.db import models
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Now

from shop.catalog.models import SKU
from shop.core.base import ShopModel, ShopQuerySet
from shop.inventory.models import StockItem
from shop.members.models import Member
from tenants.models import new_key

MOST_UNITS = 999  # of one line


class CartItemQuerySet(ShopQuerySet):
    """Reads of carts."""

    def of(self, member: Member) -> "CartItemQuerySet":
        """Lines of one member's cart, the newest first."""
        return self.filter(member=member)

    def priced(self) -> "CartItemQuerySet":
        """Lines with SKU, product, and `available`: units that may be sold now, 0 when the SKU is not on sale."""
        on_sale = SKU.objects.sellable().filter(pk=OuterRef("sku_id"))
        stock = StockItem.objects.filter(sku=OuterRef("sku_id"), warehouse__is_default=True, bucket="")
        left = Greatest(F("on_hand") - F("reserved") - F("safety"), Value(0))
        return self.select_related("sku__product").annotate(
            available=models.Case(
                models.When(models.Exists(on_sale), then=Coalesce(Subquery(stock.values(left=left)), Value(0))),
                default=Value(0),
            )
        )

    def to_order(self) -> "CartItemQuerySet":
        """Lines that a checkout of the cart takes: selected, on sale, not sold out."""
        return self.priced().filter(is_selected=True, available__gt=0)


class CartItem(ShopModel):
    """One SKU in one member's cart."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="cart_items")
    sku = models.ForeignKey(SKU, on_delete=models.CASCADE)
    quantity = models.PositiveIntegerField()
    is_selected = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = CartItemQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "sku"], name="cart_item_unique"),
            models.UniqueConstraint(fields=["key"], name="cart_item_key_unique"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=MOST_UNITS), name="cart_item_quantity"
            ),
        ]

    def __str__(self) -> str:
        return self.key
