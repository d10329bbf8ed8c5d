"""The first steps of a new shop: what is done, what is missing, and what broke since."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.models import Account
from shop.catalog.models import Category, Product
from shop.core.models import AuditEntry, Onboarding, SampleRow, ShopSettings, User
from shop.inventory.models import StockItem
from shop.members.models import WechatApp
from shop.orders.models import Order
from shop.pricing.models import FreightRule


@dataclass(frozen=True, slots=True)
class Step:
    """One step: why it is needed, where it is taken; a `broken` one was done before, or half of it is."""

    code: str
    title: Any
    why: Any
    link: str
    done: bool
    broken: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps in their order, whether the owner folded them away, and whether samples are there or may come."""

    steps: tuple[Step, ...]
    is_folded: bool
    has_samples: bool
    may_add_samples: bool

    @property
    def finished(self) -> int:
        """How many steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        """Whether every step that a shop cannot do without is done."""
        return all(step.done or step.optional for step in self.steps)


# code → title, why, page, what it says when it broke, optional
_STEPS = (
    ("shop", _("填写客服电话"), _("买家有问题时知道打给谁。店名在开店时已填好。"), "core_shopsettings_changelist", ""),
    ("category", _("建第一个分类"), _("买家按分类逛店，商品也必须放在分类里。"), "catalog_category_add", ""),
    (
        "goods",
        _("上架第一个商品，配上图片"),
        _("没有图片的商品很少有人点开。"),
        "catalog_product_add",
        _("有商品，但没有一个既上架又有图片：买家看不到完整的商品。"),
    ),
    (
        "stock",
        _("填写库存"),
        _("库存为 0 的商品显示“售罄”，买家下不了单。"),
        "inventory_stockitem_changelist",
        _("现在没有一件商品可卖：全部售罄。"),
    ),
    ("freight", _("设置运费"), _("不设置就是全国包邮，邮费由您承担。"), "pricing_freightrule_changelist", ""),
    (
        "account",
        _("开通收款"),
        _("没有支付账户，买家付不了款。"),
        "payments_account_changelist",
        _("支付账户都停用了：买家现在付不了款。请启用一个。"),
    ),
    ("app", _("连接小程序"), _("买家从小程序登录、下单，需要填 AppID 和密钥。"), "members_wechatapp_changelist", ""),
    ("staff", _("给同事开账号（可选）"), _("各用各的账号，谁做了什么都有记录。"), "core_user_add", ""),
    (
        "order",
        _("下一笔测试订单"),
        _("代客下一单，再发货或取消，开张前走一遍全程。"),
        "orders_order_new",
        "",
    ),
)
_OPTIONAL = frozenset({"staff"})
# Where a step leads when something is there already that only has to be put right.
_REPAIR = {"goods": "catalog_product_changelist"}


def own_products() -> QuerySet[Product]:
    """Return the shop's products without samples and without the recycle bin."""
    samples = SampleRow.objects.filter(kind=SampleRow.Kind.PRODUCT).values("key")
    return Product.objects.filter(archived_at=None).exclude(key__in=samples)


def checklist() -> Checklist:
    """Return the first steps of the current shop, read with one query."""
    facts = _facts()
    folded_with: Collection[str] | None = facts["folded_with"]
    steps = tuple(_step(row, facts, folded_with or ()) for row in _STEPS)
    came_undone = any(not step.done and step.code in (folded_with or ()) for step in steps)
    return Checklist(
        steps,
        is_folded=folded_with is not None and not came_undone,
        has_samples=facts["samples"],
        may_add_samples=not facts["samples"] and not facts["order"],
    )


def fold(*, folded: bool) -> None:
    """Fold the first steps away until something that is done now comes undone, or open them."""
    done = [step.code for step in checklist().steps if step.done] if folded else None
    Onboarding.objects.update_or_create(pk=1, defaults={"folded_with": done})


def _facts() -> dict[str, Any]:
    own = own_products()
    in_samples = SampleRow.objects.filter(kind=SampleRow.Kind.CATEGORY).values("key")
    items = StockItem.objects.filter(sku__archived_at=None, sku__product__in=own)
    row: Any = FreightRule.objects.values(
        samples=Exists(SampleRow.objects.all()),
        folded_with=Subquery(Onboarding.objects.filter(pk=1).values("folded_with")),
        shop=Exists(ShopSettings.objects.exclude(service_phone="")),
        category=Exists(Category.objects.exclude(key__in=in_samples)),
        goods=Exists(own.filter(is_on_shelf=True).exclude(cover="")),
        goods_begun=Exists(own),
        stock=Exists(items.filter(on_hand__gt=F("reserved") + F("safety"))),
        stock_begun=Exists(own.filter(sales__gt=0)),
        freight=Q(first_fee__gt=0) | Exists(AuditEntry.objects.filter(object_kind="pricing.freightrule")),
        account=Exists(Account.objects.filter(is_enabled=True)),
        account_begun=Exists(Account.objects.all()),
        app=Exists(WechatApp.objects.all()),
        staff=Exists(User.objects.filter(is_owner=False, is_active=True)),
        order=Exists(Order.objects.all()),
    ).get(pk=1)
    return dict(row)


def _step(row: tuple[Any, ...], facts: dict[str, Any], folded_with: Collection[str]) -> Step:
    code, title, why, page, broken_why = row
    done = facts[code]
    begun = facts.get(f"{code}_begun", False)
    broken = not done and (bool(broken_why and begun) or code in folded_with)
    page = _REPAIR.get(code, page) if begun and not done else page
    return Step(
        code=code,
        title=title,
        why=(broken_why or why) if broken else why,
        link=reverse(f"admin:{page}"),
        done=done,
        broken=broken,
        optional=code in _OPTIONAL,
    )
