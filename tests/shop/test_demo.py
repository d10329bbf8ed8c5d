import stat

import pytest
from django.utils import timezone

from payments.services.settling import settle
from saas.demo import accounts, activities, after_sales, work
from saas.demo.activities import offer_deals
from saas.demo.browsing import BROWSING, browse
from saas.demo.coupons import hand_out
from saas.demo.deals import DEALS
from saas.demo.decoration import SIGNS, decorate
from saas.demo.flash import SESSIONS, UNITS, sell_fast
from saas.demo.merchandise import MERCHANDISE, dress, prove
from saas.demo.orders import STORIES
from saas.demo.pictures import hang_pictures
from saas.demo.shops import DATA, SHOPS
from saas.demo.virtual import furnish
from shop.aftersale.models import AfterSale
from shop.catalog.importing import CategoryPart, ProductPart, import_files
from shop.catalog.models import (
    SKU,
    BrandQualification,
    Category,
    Guarantee,
    Picture,
    Product,
    RelatedProduct,
    Tag,
)
from shop.decoration.models import HomeItem
from shop.favourites.models import Favourite, Footprint
from shop.inventory.models import CountLine, StockItem
from shop.marketing.bargain.models import Bargain
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.marketing.group_buy.models import Group
from shop.members.models import Member
from shop.orders.models import Order
from shop.orders.services import mark_paid
from shop.promotions.models import Activity
from shop.promotions.services import end_activity
from shop.reviews.importing import ReviewPart
from shop.reviews.models import Review
from shop.storefront.reads import home
from tests.factories import broken, make_address, make_member, make_order
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import unsound

HOME, TEA = SHOPS


def imported(demo):
    report = import_files(demo.files, (CategoryPart, ProductPart, ReviewPart), actor="test").report
    furnish(demo.slug, actor="test")
    return report


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.folder)
def test_the_catalogue_passes_the_import_without_a_remark(shop, demo):
    report = imported(demo)
    assert (report.errors, report.warnings) == ([], [])
    expected = {"home": (25, 69, 19, 15), "tea": (21, 46, 20, 11)}[demo.folder]
    models = (Product, SKU, Category, Review)
    assert tuple(model.objects.count() for model in models) == expected
    assert Category.objects.filter(tagline="").count() == 0
    assert list(Product.objects.with_sold_out().filter(sold_out=True).values_list("code", flat=True)) == [
        {"home": "JJ-405", "tea": "CD-305"}[demo.folder]
    ]


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.folder)
def test_the_orders_ask_for_goods_that_are_there(shop, demo):
    imported(demo)
    wanted = [unit for story in STORIES[demo.slug] for unit in story.units]
    stock = dict(StockItem.objects.values_list("sku__code", "on_hand"))
    assert all(stock[code] >= units for code, units in wanted)
    remarks = [story.remark for story in STORIES[demo.slug]]
    assert len(remarks) == len(set(remarks))


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.folder)
def test_reviews_and_a_count_are_made_once(shop, demo):
    imported(demo)
    before = Review.objects.count()
    for story in STORIES[demo.slug]:
        if story.goal == "COMPLETED":
            skus = [(SKU.objects.get(code=code), units) for code, units in story.units]
            placed = make_order(make_member(), *skus, remark=story.remark)
            Order.objects.filter(pk=placed.pk).update(state="COMPLETED", completed_at=timezone.now())
    for _twice in range(2):
        work.do(demo.slug)
    assert Review.objects.count() - before == len(work.WORK[demo.slug].opinions)
    assert CountLine.objects.count() == len(work.WORK[demo.slug].counted)
    assert CountLine.objects.filter(counted=None).count() > 0


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.folder)
def test_one_after_sale_waits_and_one_is_agreed_to(money, demo):  # noqa: F811
    imported(demo)
    wanted = {complaint.remark for complaint in after_sales.COMPLAINTS[demo.slug]}
    for story in STORIES[demo.slug]:
        if story.remark in wanted:
            skus = [(SKU.objects.get(code=code), units) for code, units in story.units]
            placed = make_order(make_member(), *skus, remark=story.remark)
            settle(money.receipt(money.pay(placed)))
    for _twice in range(2):
        after_sales.complain(demo.slug)
    assert sorted(AfterSale.objects.values_list("state", flat=True)) == ["APPLIED", "REFUNDING"]


def test_pictures_are_hung_once(shop, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    imported(TEA)
    table = tmp_path / "pictures.csv"
    lines = (DATA / "tea" / "pictures.csv").read_text("utf-8").splitlines()
    table.write_text("\n".join(lines[:1] + [line for line in lines if line.startswith(("CD-103", "CD-301"))]), "utf-8")
    assert hang_pictures(table) == 4
    assert hang_pictures(table) == 0
    assert Picture.objects.count() == 4
    covers = dict(Product.objects.exclude(cover="").values_list("code", "cover"))
    assert set(covers) == {"CD-103", "CD-301"}


def test_a_log_in_is_made_once_and_kept_private(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    password, is_new = accounts.password_of("demo-home@example.com")
    assert is_new
    assert len(password) == 14
    assert accounts.password_of("demo-home@example.com") == (password, False)
    assert accounts.password_of("demo-tea@example.com")[0] != password
    assert accounts.password_of("demo-home@example.com") == (password, False)
    assert stat.S_IMODE((tmp_path / accounts.FILE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_goods_are_dressed_once_the_shop_is_open(shop, demo, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    imported(demo)
    goods = MERCHANDISE[demo.slug]
    dress(goods)
    prove(goods)
    prove(goods)
    assert Guarantee.objects.count() == len(goods.promises)
    assert dict(Tag.objects.values_list("name", "colour")) == goods.colours
    assert RelatedProduct.objects.count() == sum(len(others) for others in goods.related.values())
    assert BrandQualification.objects.count() == len(goods.stories)
    assert broken() == {}


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_shoppers_look_around_once(shop, demo):
    imported(demo)
    for remark in BROWSING[demo.slug]:
        [story] = [story for story in STORIES[demo.slug] if story.remark == remark]
        skus = [(SKU.objects.get(code=code), units) for code, units in story.units]
        make_order(make_member(), *skus, remark=remark)
    for _twice in range(2):
        browse(demo.slug)
    pairs = list(BROWSING[demo.slug].values())
    assert Favourite.objects.count() == sum(len(kept) for kept, _seen in pairs)
    assert Footprint.objects.count() == sum(len({*kept, *seen}) for kept, seen in pairs)


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_the_front_page_is_decorated_once(shop, demo, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    imported(demo)
    offer_deals(demo.slug, actor="test")
    for _twice in range(2):
        decorate(demo.slug)
    assert [item.title for item in HomeItem.objects.order_by("pk")] == [sign.title for sign in SIGNS[demo.slug]]
    page = home()
    assert all(row["link"] for name in ("banners", "entries", "strips") for row in page[name])
    assert broken() == {}


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_the_front_page_leads_to_no_activity_that_does_not_run(shop, demo, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    imported(demo)
    decorate(demo.slug)
    named = [sign.title for sign in SIGNS[demo.slug] if "/" not in sign.value]
    assert [item.title for item in HomeItem.objects.order_by("pk")] == named


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_one_flash_sale_runs_and_one_is_to_come(shop, demo):
    imported(demo)
    for _twice in range(2):
        sell_fast(demo.slug, actor="test")
    phases = dict(Activity.objects.of_tool("flash_sale").with_phase().values_list("title", "phase"))
    assert phases == dict(zip(SESSIONS.get(demo.slug, ()), ("LIVE", "COMING"), strict=False))
    carved = StockItem.objects.exclude(bucket="").values_list("on_hand", flat=True)
    assert list(carved) == [UNITS] * sum(len(prices) for prices in SESSIONS.get(demo.slug, {}).values())
    for session in Activity.objects.live():
        end_activity(session, actor="test")
    sell_fast(demo.slug, actor="test")  # started again on another day
    assert Activity.objects.live().count() == Activity.objects.coming().count() == len(phases) // 2
    for session in Activity.objects.filter(state="ON"):
        end_activity(session, actor="test")
    StockItem.objects.update(on_hand=0)
    sell_fast(demo.slug, actor="test")  # everything was sold meanwhile
    assert not Activity.objects.filter(state="ON").exists()


@pytest.fixture
def shoppers(shop, monkeypatch):
    """The shoppers of the demonstration; what they pay is booked at once."""
    monkeypatch.setattr(activities, "pay", lambda order: mark_paid(order, order.total))
    monkeypatch.setattr(activities, "wait_until_booked", lambda order: None)
    for nickname in dict.fromkeys(story.nickname for stories in STORIES.values() for story in stories):
        member = make_member()
        Member.objects.filter(pk=member.pk).update(nickname=nickname)
        make_address(member)


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.slug)
def test_deals_of_every_tool_run_and_shoppers_take_part(shoppers, demo):
    imported(demo)
    for _twice in range(2):
        offer_deals(demo.slug, actor="test")
    live = Activity.objects.live()
    assert sorted(live.values_list("title", flat=True)) == sorted(deal.title for deal in DEALS[demo.slug])
    assert "" not in live.values_list("summary", flat=True)
    assert set(live.values_list("tool", flat=True)) == {
        *("limited_discount", "full_reduction", "ladder_price", "group_buy", "bargain", "bundle", "add_on"),
    }
    assert [(group.state, group.paid) for group in Group.objects.all()] == [("OPEN", 1)]
    [begun] = [deal for deal in DEALS[demo.slug] if deal.tool == "bargain"]
    [bargain] = Bargain.objects.all()
    assert (bargain.helped, bargain.missing > 0) == (1 + len(begun.helped_by), True)
    assert unsound() == {}
    for activity in live:
        end_activity(activity, actor="test")
    offer_deals(demo.slug, actor="test")  # started again on another day
    assert Activity.objects.live().count() == len(DEALS[demo.slug])
    assert Group.objects.open().count() == 2 and Bargain.objects.running().count() == 2
    assert unsound() == {}


def test_a_deal_for_which_the_goods_leave_no_room_is_left_out(shoppers):
    imported(HOME)
    SKU.objects.filter(code__startswith="JJ-401").update(price=5_000)  # below the bargain's lowest price
    StockItem.objects.filter(sku__code__startswith="JJ-201").update(on_hand=0)  # nobody can open a group
    offer_deals(HOME.slug, actor="test")
    titles = {deal.title for deal in DEALS[HOME.slug]}
    assert titles - set(Activity.objects.live().values_list("title", flat=True)) == {"台灯砍一刀"}
    assert (Group.objects.count(), Order.objects.count()) == (0, 0)


def test_coupons_are_handed_out_once(shop):
    member = make_member()
    Member.objects.filter(pk=member.pk).update(nickname="林间小路")
    for _twice in range(2):
        for demo in SHOPS:
            hand_out(demo.slug)
    kinds = CouponTemplate.objects.order_by("pk").values_list("given", "kind", "value", "threshold", "state")
    assert list(kinds) == [
        ("REGISTER", "FIXED", 1_000, 0, "ON"),
        ("CLAIM", "FIXED", 2_000, 19_900, "ON"),
        ("CLAIM", "FREIGHT", 0, 0, "ON"),
    ]
    assert list(Coupon.objects.values_list("member", "rule__value")) == [(member.pk, 2_000)]
    assert broken() == {}
