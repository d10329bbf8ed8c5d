"""The front page: banners, entries and strips, their times, their order."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from shop.catalog.models import Category
from shop.catalog.services import set_shelf
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.decoration import services
from shop.decoration.models import HomeItem
from shop.decoration.receivers import on_picture_ready
from shop.library.services import store_picture
from tenants.context import using_shop
from tenants.due import Again
from tenants.models import Due
from tests.client import Api
from tests.factories import broken, make_sku
from tests.promotions.activities import end_now, make_activity
from tests.race import Meeting, together
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.members import body
from tests.shop.test_pictures import made

pytest_plugins = ["tests.shop.members"]

ROOT = "/admin/decoration/homeitem/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def picture(shop, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return store_picture(made(), actor="test")


def item(picture, place="BANNER", title="秋季上新", **values):
    return services.save_item(services.HomeItemDraft(place=place, title=title, picture=picture, **values))


def home(api):
    return body(api.get("/api/v1/home"))


def titles(api, place="banners"):
    return [row["title"] for row in home(api)[place]]


def changes(monkeypatch):
    """How often kept answers were made stale."""
    told = []
    monkeypatch.setattr(services, "catalogue_changed", lambda: told.append(1))
    return told


def test_an_empty_front_page_shows_the_top_categories_as_entries(api, shop):
    sku = make_sku()
    page = home(api)
    assert (page["banners"], page["strips"]) == ([], [])
    [entry] = page["entries"]
    category = sku.product.category
    assert entry == {
        "key": category.key,
        "title": "居家",
        "picture": None,
        "link": {"kind": "category", "value": category.key},
    }


def test_items_stand_in_their_places_with_picture_and_link(api, picture):
    product, category = make_sku().product, Category.objects.create(name="茶")
    item(picture, title="被", target="PRODUCT", product=product)
    item(picture, "ENTRY", "茶", target="CATEGORY", category=category)
    item(picture, "STRIP", "搜", target="SEARCH", text="羊毛")
    item(picture, "STRIP", "去", target="PAGE", text="pages/cart/cart")
    item(picture, "STRIP", "看")
    item(picture, "ENTRY", "领", target="OFFER", text="coupon")
    page = home(api)
    assert [row["link"] for row in page["banners"]] == [{"kind": "product", "value": product.key}]
    assert [(row["title"], row["link"]) for row in page["entries"]] == [
        ("茶", {"kind": "category", "value": category.key}),
        ("领", {"kind": "offer", "value": "coupon"}),
    ]
    assert [row["link"] for row in page["strips"]] == [
        {"kind": "search", "value": "羊毛"},
        {"kind": "page", "value": "pages/cart/cart"},
        None,
    ]
    assert page["banners"][0]["picture"]["large"] == f"/media/{picture.name}"
    set_shelf(product, on_shelf=False)
    Category.objects.update(is_shown=False)
    page = home(api)
    assert (page["banners"][0]["link"], page["entries"][0]["link"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "字" * 21}, "title"),
        ({"target": "PRODUCT"}, "product_code"),
        ({"target": "CATEGORY"}, "category"),
        ({"target": "SEARCH"}, "text"),
        ({"target": "PAGE", "text": "https://example.com"}, "text"),
        ({"target": "PAGE", "text": "../secret"}, "text"),
        ({"target": "OFFER"}, "offer"),
        ({"target": "OFFER", "text": "group_buy/../secret"}, "offer"),
        ({"picture": None}, "picture"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(picture, values, field):
    with pytest.raises(ShopError) as refusal:
        item(**{"picture": picture, **values})
    assert (refusal.value.code, list(refusal.value.detail)) == ("home_item_invalid", [field])
    assert not HomeItem.objects.exists()


def test_an_item_ends_after_it_begins(picture):
    now = timezone.now()
    with pytest.raises(ShopError) as refusal:
        item(picture, starts_at=now, ends_at=now)
    assert list(refusal.value.detail) == ["ends_at"]


def test_a_fourth_strip_is_refused(picture):
    for number in range(3):
        item(picture, "STRIP", str(number))
    with pytest.raises(ShopError, match="home_full"):
        item(picture, "STRIP", "4")
    moved = item(picture)
    with pytest.raises(ShopError, match="home_full"):
        services.save_item(services.HomeItemDraft(place="STRIP", title="x", picture=picture), moved)
    assert HomeItem.objects.filter(place="STRIP").count() == 3
    HomeItem.objects.filter(place="BANNER").update(place="STRIP")
    assert broken() == {"I33": 1}


def test_every_change_is_in_the_next_answer(picture, monkeypatch):
    told = changes(monkeypatch)
    saved = item(picture)
    assert len(told) == 1
    services.save_item(services.HomeItemDraft(place="BANNER", title="冬", picture=picture), saved)
    assert len(told) == 2
    digest = services.digest_of([saved])
    assert services.arrange("BANNER", [(saved.pk, True)], digest=digest) == []
    assert len(told) == 2
    services.arrange("BANNER", [(saved.pk, False)], digest=digest)
    assert len(told) == 3
    services.delete_item(saved)
    assert len(told) == 4


def test_an_item_shows_from_its_beginning_until_its_end(api, picture, monkeypatch):
    now = timezone.now()
    later = item(picture, title="后", starts_at=now + 5 * MINUTE, ends_at=now + 10 * MINUTE)
    item(picture, title="今", starts_at=now - MINUTE, ends_at=now + MINUTE)
    item(picture, title="昨", ends_at=now - MINUTE)
    item(picture, title="藏", is_shown=False)
    assert titles(api) == ["今"]
    assert Due.objects.filter(kind="decoration.turn").count() == 2 and broken() == {}
    told = changes(monkeypatch)
    HomeItem.objects.filter(pk=later.pk).update(starts_at=now - MINUTE)
    again = services.turn(later.key)
    assert isinstance(again, Again) and 0 < again.seconds <= 600
    assert titles(api) == ["后", "今"]
    HomeItem.objects.filter(pk=later.pk).update(starts_at=now - 2 * MINUTE, ends_at=now - MINUTE)
    assert services.turn(later.key) is None
    assert titles(api) == ["今"] and len(told) == 2
    assert services.turn("nobody") is None


def test_the_due_work_follows_the_times(picture):
    now = timezone.now()
    saved = item(picture, starts_at=now + MINUTE)
    draft = {"place": "BANNER", "title": "x", "picture": picture}
    services.save_item(services.HomeItemDraft(**draft, starts_at=now + 60 * MINUTE), saved)
    [row] = Due.objects.filter(kind="decoration.turn", ref=saved.key)
    assert row.run_at - now > 59 * MINUTE
    Due.objects.all().delete()
    assert broken() == {"I19": 1}
    services.save_item(services.HomeItemDraft(**draft), saved)
    assert not Due.objects.filter(kind="decoration.turn").exists() and broken() == {}


def test_a_picture_that_got_its_sizes_renews_the_page(picture, monkeypatch):
    from shop.decoration import receivers

    told = []
    monkeypatch.setattr(receivers, "catalogue_changed", lambda: told.append(1))
    on_picture_ready(SimpleNamespace(ref=picture.key))
    assert told == []
    item(picture)
    on_picture_ready(SimpleNamespace(ref=picture.key))
    assert told == [1]


def test_items_of_another_shop_are_not_shown(api, picture, other_shop):
    item(picture)
    with using_shop(other_shop):
        assert titles(Api(other_shop.host)) == []


def form(picture, **values):
    return {"place": "BANNER", "title": "秋", "picture": picture.key, "target": "NOTHING", "is_shown": "on", **values}


def test_the_back_office_adds_changes_and_deletes(api, picture, shop):
    browser, product = browser_of(shop, owner()), make_sku().product
    wanted = form(picture, target="PRODUCT", product_code=product.code, starts_at="2026-01-01T08:00")
    answer = browser.post(f"{ROOT}add/", wanted)
    assert answer.status_code == 302, answer.content.decode()
    saved = HomeItem.objects.get()
    assert (saved.product_id, timezone.localtime(saved.starts_at).hour) == (product.pk, 8)
    page = browser.get(f"{ROOT}{saved.pk}/change/").content.decode()
    assert f'value="{product.code}"' in page and picture.key in page
    assert browser.post(f"{ROOT}{saved.pk}/change/", form(picture, title="冬")).status_code == 302
    assert titles(api) == ["冬"] and home(api)["banners"][0]["link"] is None
    assert browser.post(f"{ROOT}{saved.pk}/delete/", {"post": "yes"}).status_code == 302
    assert titles(api) == []
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")][-3:] == ["add", "change", "delete"]


def test_a_picture_leads_to_marketing_by_choice_and_keeps_what_is_over(api, picture, shop):
    browser = browser_of(shop, owner())
    sale = make_activity("full_reduction", title="店庆", rule={"tiers": [{"threshold": 100, "minus": 10}]})
    session = make_activity("flash_sale", title="八点场")
    page = browser.get(f"{ROOT}add/").content.decode()
    for place, name in (("coupon", "领券中心"), ("flash_sale", "秒杀"), (f"full_reduction/{sale.key}", "满减送：店庆")):
        assert re.search(rf'<option value="{place}"[^>]*>{name}</option>', page), name
    assert session.key not in page
    for wanted in ({}, {"offer": "nothing"}):
        assert browser.post(f"{ROOT}add/", form(picture, target="OFFER", **wanted)).status_code == 200
    assert not HomeItem.objects.exists()
    wanted = form(picture, target="OFFER", offer=f"full_reduction/{sale.key}", text="羊毛")
    assert browser.post(f"{ROOT}add/", wanted).status_code == 302
    assert home(api)["banners"][0]["link"] == {"kind": "offer", "value": f"full_reduction/{sale.key}"}
    end_now(sale)
    assert "营销活动：满减送：店庆（已结束）" in browser.get(ROOT).content.decode()
    path = f"{ROOT}{HomeItem.objects.get().pk}/change/"
    assert re.search(
        rf'value="full_reduction/{sale.key}" selected[^>]*>满减送：店庆（已结束）<', browser.get(path).content.decode()
    )
    assert browser.post(path, {**wanted, "title": "冬", "text": ""}).status_code == 302
    assert (HomeItem.objects.get().title, HomeItem.objects.get().text) == ("冬", f"full_reduction/{sale.key}")


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"target": "PAGE", "text": "pages/cart/cart"}, "pages/cart/cart"),
        ({"target": "OFFER", "text": "coupon"}, "领券中心"),
        ({"target": "OFFER", "text": "nothing"}, "已经没有的页面或活动"),
    ],
)
def test_who_may_only_look_reads_where_an_item_leads(picture, shop, values, shown):
    saved = item(picture, **values)
    clerk = make_staff("look@example.com", "仓库")
    clerk.user_permissions.add(Permission.objects.get(codename="view_homeitem"))
    page = browser_of(shop, clerk).get(f"{ROOT}{saved.pk}/change/").content.decode()
    assert shown in page and "秋季上新" in page
    assert values["target"] == "PAGE" or not re.search(rf">\s*{values['text']}\s*<", page)


def test_who_may_only_look_reads_the_name_of_an_activity(picture, shop):
    sale = make_activity("full_reduction", title="店庆", rule={"tiers": [{"threshold": 100, "minus": 10}]})
    saved = item(picture, target="OFFER", text=f"full_reduction/{sale.key}")
    clerk = make_staff("look@example.com", "仓库")
    clerk.user_permissions.add(Permission.objects.get(codename="view_homeitem"))
    page = browser_of(shop, clerk).get(f"{ROOT}{saved.pk}/change/").content.decode()
    assert "满减送：店庆" in page and sale.key not in page


def test_a_wrong_form_says_why_and_keeps_what_was_typed(picture, shop):
    answer = browser_of(shop, owner()).post(f"{ROOT}add/", form(picture, target="PRODUCT", product_code="nobody"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "没有这个编码的商品" in page and 'value="nobody"' in page
    assert not HomeItem.objects.exists()


def test_the_order_is_posted_as_a_whole(api, picture, shop):
    first, second = item(picture, title="一"), item(picture, title="二")
    browser = browser_of(shop, owner())
    page = browser.get(ROOT).content.decode()
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    places = json.dumps([[second.pk, None, True], [first.pk, None, True]])
    posted = {"place": "BANNER", "digest": digest, "places": places}
    assert browser.post(ROOT, posted).status_code == 302
    assert titles(api) == ["二", "一"]
    assert "刚被别人修改过" in browser.post(ROOT, posted, follow=True).content.decode()
    wrong = {**posted, "places": "no"}
    assert "页面数据有误" in browser.post(ROOT, wrong, follow=True).content.decode()
    assert titles(api) == ["二", "一"]


def test_who_may_only_look_changes_nothing(picture, shop):
    saved = item(picture)
    browser = browser_of(shop, make_staff("ck@example.com", "仓库"))
    assert browser.get(ROOT).status_code == 403
    posted = {"place": "BANNER", "digest": services.digest_of([saved]), "places": json.dumps([[saved.pk, None, False]])}
    assert browser.post(ROOT, posted).status_code == 403
    saved.refresh_from_db()
    assert saved.is_shown


@pytest.fixture
def stored(committed_shop, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    picture = store_picture(made(), actor="test")
    for number in range(2):
        item(picture, "STRIP", str(number))
    return picture


def _two_more(shop, picture):
    together(shop, lambda: item(picture, "STRIP", "a"), lambda: item(picture, "STRIP", "b"))
    return HomeItem.objects.filter(place="STRIP").count()


@pytest.mark.race
def test_two_at_once_never_make_a_fourth_strip(committed_shop, stored):
    assert _two_more(committed_shop, stored) == 3


@pytest.mark.race
def test_control_counting_without_the_lock_makes_a_fourth_strip(committed_shop, stored, monkeypatch):
    looked = []

    def naive(place):
        rows = HomeItem.objects.filter(place=place)
        found = list(rows)
        looked[-1].wait()
        return SimpleNamespace(exclude=lambda **_: found)

    monkeypatch.setattr(services, "_locked", naive)
    monkeypatch.setattr(services, "hold", lambda assets: None)
    for _ in range(3):
        HomeItem.objects.filter(title__in=("a", "b")).delete()
        looked.append(Meeting())
        assert _two_more(committed_shop, stored) == 4
