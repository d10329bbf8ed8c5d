"""What a member means to buy."""

from django.db import models
from django.db.models.functions import Now

from shop.catalog.models import SKU
from shop.core.base import ShopModel
from shop.members.models import Member
from tenants.models import new_key


class CartItem(ShopModel):
    """One SKU in one member's cart."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="cart_items")
    sku = models.ForeignKey(SKU, on_delete=models.CASCADE)
    quantity = models.PositiveIntegerField()
    is_selected = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "sku"], name="cart_item_unique"),
            models.UniqueConstraint(fields=["key"], name="cart_item_key_unique"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="cart_item_positive"),
        ]

    def __str__(self) -> str:
        return self.key
