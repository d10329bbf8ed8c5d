"""Favourites and footprints."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from shop.catalog.models import Product
from shop.catalog.services import set_shelf
from shop.favourites.models import Favourite, Footprint
from shop.favourites.receivers import on_member_erased
from shop.favourites.services import favourites, footprints
from shop.members.models import Member
from shop.members.services.merging import is_empty
from tenants.context import using_shop
from tenants.due import Again
from tenants.models import Due
from tests.client import Api
from tests.factories import broken, make_member, make_sku
from tests.race import Meeting
from tests.shop.members import at_once, body, refused

pytest_plugins = ["tests.shop.members"]

ROOT = "/api/v1"
DAY = date(2026, 11, 20)


@pytest.fixture
def token(shop):
    return make_member().token


def keep(api, token, product):
    return api.post(f"{ROOT}/favourites/{getattr(product, 'key', product)}", token=token)


def look(api, token, product):
    return api.post(f"{ROOT}/footprints", json={"product": getattr(product, "key", product)}, token=token)


def kept(api, token, query=""):
    response = api.get(f"{ROOT}/favourites{query}", token=token)
    assert response.status_code == 200, response.content
    return body(response)


def seen(api, token, query=""):
    response = api.get(f"{ROOT}/footprints{query}", token=token)
    assert response.status_code == 200, response.content
    return body(response)


def on_day(monkeypatch, day, hour=12):
    """Let it be this day and hour in China."""
    local = timezone.datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: local.astimezone(timezone.get_fixed_timezone(0)))


def fill(member, model, count, **values):
    """Rows of so many products."""
    first = make_sku().product
    made = Product.objects.bulk_create(
        Product(code=f"F{number}", title="商品", category_id=first.category_id, price=0) for number in range(count)
    )
    model.objects.bulk_create(model(member=member, product=product, **values) for product in made)
    return made


def test_keeping_twice_keeps_once_and_letting_go_twice_is_no_error(api, token):
    product = make_sku().product
    assert [keep(api, token, product).status_code for _ in range(2)] == [204, 204]
    assert Favourite.objects.count() == 1
    path = f"{ROOT}/favourites/{product.key}"
    assert [api.delete(path, token=token).status_code for _ in range(2)] == [204, 204]
    assert Favourite.objects.count() == 0


def test_rows_are_those_of_the_list_with_what_is_sold_out_or_gone(api, token):
    here, empty, gone = make_sku().product, make_sku(stock=0).product, make_sku().product
    for product in (here, empty, gone):
        assert keep(api, token, product).status_code == 204
    set_shelf(gone, on_shelf=False)
    page = kept(api, token)
    assert (page["count"], page["next"]) == (3, None)
    assert [(row["key"], row["sold_out"], row["is_gone"]) for row in page["results"]] == [
        (gone.key, False, True),
        (empty.key, True, False),
        (here.key, False, False),
    ]
    listed = {row["key"]: row for row in body(api.get(f"{ROOT}/products"))["results"]}
    last = page["results"][2]
    assert last.pop("added_at") and not last.pop("is_gone")
    assert last == listed[here.key]


def test_pages_of_favourites(api, token):
    products = [make_sku().product for _ in range(3)]
    for product in products:
        keep(api, token, product)
    first = kept(api, token, "?page_size=2")
    assert (len(first["results"]), first["next"]) == (2, f"{ROOT}/favourites?page_size=2&page=2")
    assert [row["key"] for row in kept(api, token, "?page_size=2&page=2")["results"]] == [products[0].key]
    refused(api.get(f"{ROOT}/favourites?page=0", token=token), 422, "invalid")


def test_a_page_asks_which_of_its_products_have_the_heart(api, token):
    one, other = make_sku().product, make_sku().product
    keep(api, token, one)
    asked = {"products": [other.key, one.key, "nobody"]}
    assert body(api.post(f"{ROOT}/favourites/check", json=asked, token=token)) == {"favourites": [one.key]}
    many = {"products": ["x"] * 101}
    refused(api.post(f"{ROOT}/favourites/check", json=many, token=token), 422, "invalid")
    refused(api.post(f"{ROOT}/favourites/check", json=asked), 401, "unauthorized")


def test_what_shoppers_may_not_see_cannot_be_kept_or_looked_at(api, token, other_shop):
    product = make_sku().product
    set_shelf(product, on_shelf=False)
    with using_shop(other_shop):
        foreign = make_sku().product.key
    for key in (product.key, foreign, "nobody"):
        refused(keep(api, token, key), 404, "not_found")
        refused(look(api, token, key), 404, "not_found")
    assert (Favourite.objects.count(), Footprint.objects.count()) == (0, 0)


def test_favourites_and_footprints_are_the_members_own(api, token):
    product, stranger = make_sku().product, make_member().token
    keep(api, token, product)
    look(api, token, product)
    api.delete(f"{ROOT}/favourites/{product.key}", token=stranger)
    refused(api.delete(f"{ROOT}/footprints/{Footprint.objects.get().key}", token=stranger), 404, "not_found")
    api.delete(f"{ROOT}/footprints", token=stranger)
    assert kept(api, stranger)["count"] == seen(api, stranger)["count"] == 0
    assert kept(api, token)["count"] == seen(api, token)["count"] == 1
    for path in ("favourites", "footprints"):
        refused(api.get(f"{ROOT}/{path}"), 401, "unauthorized")


def test_the_501st_favourite_is_refused_and_a_kept_one_is_not(api, shop):
    member = make_member()
    held = fill(member, Favourite, 500)
    refused(keep(api, member.token, make_sku().product), 409, "favourites_full")
    assert keep(api, member.token, held[0]).status_code == 204
    assert Favourite.objects.count() == 500 and broken() == {}


def test_a_product_is_a_footprint_once_a_day_and_the_last_look_counts(api, token, monkeypatch):
    first, second = make_sku().product, make_sku().product
    for hour, product in enumerate((first, second, first), start=9):
        on_day(monkeypatch, DAY, hour)
        assert look(api, token, product).status_code == 204
    [day] = seen(api, token)["results"]
    assert day["day"] == "2026-11-20"
    assert [row["key"] for row in day["products"]] == [first.key, second.key]
    assert Footprint.objects.count() == 2


def test_days_begin_at_midnight_in_china(api, token, monkeypatch):
    product = make_sku().product
    for day, hour in ((DAY, 23), (DAY + timedelta(days=1), 0)):
        on_day(monkeypatch, day, hour)
        look(api, token, product)
    page = seen(api, token)
    assert [(day["day"], len(day["products"])) for day in page["results"]] == [("2026-11-21", 1), ("2026-11-20", 1)]
    assert page["count"] == 2


def test_footprints_end_one_by_one_or_all(api, token):
    products = [make_sku().product for _ in range(3)]
    for product in products:
        look(api, token, product)
    row = seen(api, token)["results"][0]["products"][0]
    assert api.delete(f"{ROOT}/footprints/{row['footprint']}", token=token).status_code == 204
    assert {left["key"] for left in seen(api, token)["results"][0]["products"]} == {
        product.key for product in products if product.key != row["key"]
    }
    refused(api.delete(f"{ROOT}/footprints/{row['footprint']}", token=token), 404, "not_found")
    assert api.delete(f"{ROOT}/footprints", token=token).status_code == 204
    assert seen(api, token) == {"count": 0, "next": None, "results": []}


def test_the_last_hundred_footprints_stay(api, shop, monkeypatch):
    on_day(monkeypatch, DAY)
    member = make_member()
    fill(member, Footprint, 100, day=DAY - timedelta(days=1), seen_at=timezone.now() - timedelta(days=1))
    latest = make_sku().product
    look(api, member.token, latest)
    assert Footprint.objects.filter(member=member).count() == 100
    assert seen(api, member.token)["results"][0]["products"][0]["key"] == latest.key
    assert broken() == {}


def test_footprints_of_more_than_ninety_days_are_not_shown_and_then_forgotten(api, shop, monkeypatch):
    member = make_member()
    for back in (89, 90):
        on_day(monkeypatch, DAY - timedelta(days=back))
        look(api, member.token, make_sku().product)
    assert Due.objects.filter(kind="favourites.forget", ref="footprints").count() == 1
    on_day(monkeypatch, DAY)
    assert seen(api, member.token)["count"] == 1
    assert footprints.forget_old("footprints") == Again(86400)
    assert [left.day for left in Footprint.objects.all()] == [DAY - timedelta(days=89)]
    on_day(monkeypatch, DAY + timedelta(days=1))
    assert footprints.forget_old("footprints") is None
    assert not Footprint.objects.exists()


def test_nothing_is_left_of_an_erased_member(api, token):
    product = make_sku().product
    keep(api, token, product)
    look(api, token, product)
    member = Member.objects.get()
    assert api.post(f"{ROOT}/account/erase", token=token).status_code == 204
    Member.objects.update(erased_at=timezone.now() - timedelta(hours=2))
    assert broken() == {"I18": 1}
    on_member_erased(SimpleNamespace(ids={"member": member.pk}))
    assert broken() == {}
    assert not Favourite.objects.exists() and not Footprint.objects.exists()


def test_footprints_do_not_keep_two_log_ins_from_becoming_one_but_favourites_do(api, shop):
    member, product = make_member(), make_sku().product
    look(api, member.token, product)
    assert is_empty(member)
    keep(api, member.token, product)
    assert not is_empty(member)


def test_the_audit_notices_too_many(shop):
    member = make_member()
    fill(member, Favourite, 501)
    assert broken() == {"I32": 1}
    Favourite.objects.all().delete()
    Footprint.objects.create(
        member=member, product=Product.objects.first(), day=date(2020, 1, 1), seen_at=timezone.now()
    )
    assert broken() == {"I32": 1}


def _keep_at_the_limit(shop, parties=8):
    """How many a member with 499 favourites has after `parties` parallel requests for other products."""
    member = make_member()
    Favourite.objects.all().delete()
    known = Product.objects.values_list("pk", flat=True)[:499]
    Favourite.objects.bulk_create(Favourite(member=member, product_id=pk) for pk in known)
    products = [make_sku().product for _ in range(parties)]
    at_once(shop, [lambda one=one: keep(Api(shop.host), member.token, one) for one in products])
    return Favourite.objects.filter(member=member).count()


@pytest.mark.race
def test_parallel_requests_never_pass_the_limit(committed_shop):
    fill(make_member(), Favourite, 499)
    assert _keep_at_the_limit(committed_shop) == 500


@pytest.mark.race
def test_control_counting_first_and_writing_then_passes_the_limit(committed_shop, monkeypatch):
    looked = []

    def naive(member, product):
        room = Favourite.objects.filter(member=member).count() < 500
        looked[-1].wait()
        if room:
            Favourite.objects.create(member=member, product_id=product)
        return room

    fill(make_member(), Favourite, 499)
    monkeypatch.setattr(favourites, "_insert", naive)
    for _ in range(3):
        looked.append(Meeting(8))
        assert _keep_at_the_limit(committed_shop) > 500
