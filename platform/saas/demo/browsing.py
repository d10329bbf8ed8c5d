"""What the demonstration's shoppers look at, and keep for later."""

from shop.catalog.models import Product
from shop.favourites.models import Footprint
from shop.favourites.services import add_favourite, leave_footprint
from shop.members.models import Member
from shop.orders.models import Order

# The remark of an order, by which its shopper is known, → product codes: (kept, looked at)
BROWSING: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "demo-home": {
        "请周末送，家里白天没人": (("JJ-102", "JJ-401"), ("JJ-101", "JJ-301", "JJ-305")),
        "碗请多包一层": (("JJ-301", "JJ-308", "JJ-405"), ("JJ-302", "JJ-306")),
    },
    "demo-tea": {
        "茶给爸爸，请放一张空白卡片": (("CD-102", "CD-305"), ("CD-101", "CD-201")),
        "壶请检查一下出水": (("CD-201",), ("CD-204", "CD-301")),
    },
}


def browse(slug: str) -> None:
    """Let shoppers look around, once."""
    for remark, (kept, seen) in BROWSING[slug].items():
        order = Order.objects.select_related("member").filter(remark=remark).first()
        if order is not None and not Footprint.objects.filter(member=order.member).exists():
            _look_around(order.member, kept, seen)


def _look_around(member: Member, kept: tuple[str, ...], seen: tuple[str, ...]) -> None:
    keys = dict(Product.objects.on_shelf().filter(code__in=(*kept, *seen)).values_list("code", "key"))
    for code in keys:
        leave_footprint(member, keys[code])
    for code in kept:
        if code in keys:
            add_favourite(member, keys[code])
