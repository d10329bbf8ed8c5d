"""Plain functions that make what tests need, inside the current shop."""

import secrets

from shop.catalog.models import SKU, Category, Product
from shop.core.auditing import violations
from shop.inventory.services import set_on_hand
from shop.members.models import Address, Identity, Member
from shop.members.services import issue_token
from shop.orders.services import OrderRequest, Wanted, place_order


def make_sku(price=1000, stock=10, **fields):
    code = secrets.token_hex(4)
    category, _ = Category.objects.get_or_create(parent=None, name="居家")
    product = Product.objects.create(
        code=code, title=fields.pop("title", f"商品 {code}"), category=category, price=price
    )
    sku = SKU.objects.create(
        product=product, code=f"{code}-1", options={"规格": "标准"}, option_text="标准", price=price, **fields
    )
    set_on_hand({sku.pk: stock}, kind="IMPORT", ref=code, actor="test")
    return sku


def make_member(openid=None):
    member = Member.objects.create(nickname="小明")
    member.identity = Identity.objects.create(
        member=member, kind="MINIPROGRAM", app="wxtest", subject=openid or secrets.token_hex(14)
    )
    member.token = issue_token(member, member.identity)[0]
    return member


def make_address(member):
    return Address.objects.create(
        member=member,
        name="王小明",
        phone="13800138000",
        detail="文三路 1 号",
        province="浙江省",
        city="杭州市",
        district="西湖区",
        is_default=not Address.objects.filter(member=member).exists(),
    )


def make_order(member=None, *items, **fields):
    """An unpaid order of (sku, quantity) pairs; one unit of a new SKU by default."""
    member = member or make_member()
    wanted = [Wanted(sku.key, quantity) for sku, quantity in items or [(make_sku(), 1)]]
    return place_order(member, OrderRequest(items=wanted, address=make_address(member).key, **fields))


def broken():
    """Invariants of the current shop that do not hold: code → rows."""
    return {code: count for code, count in violations().items() if count}
