"""What looks like a number and is none: superscripts, and more digits than a key has."""

import pytest

from shop.core.audit_words import lines_of, title_objects
from shop.core.models import AuditEntry
from shop.inventory import counting
from shop.inventory.counting import Scope
from shop.inventory.models import CountLine
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, owner
from tests.shop.selling import paid

NUMBERS = {"superscript": "²", "too long": "9" * 5000, "circled": "①"}


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize(
    "page",
    [
        "catalog/orderform",
        "orders/order",
        "virtual/cardsecret",
        "virtual/servicecode",
        "inventory/countsheet",
        "reviews/review",
        "inventory/stockitem",
    ],
)
def test_an_address_that_names_no_row_finds_none(browser, page, number):
    answer = browser.get(f"/admin/{page}/{number}/change/")
    assert answer.status_code in {302, 404}  # Django leads away from what is gone


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("page", ["inventory/stockmove/?item=", "inventory/stockitem/bulk/?ids="])
def test_a_choice_that_names_no_row_chooses_none(browser, page, number):
    assert browser.get(f"/admin/{page}{number}", follow=True).status_code == 200


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_count_of_no_row_is_refused(browser, number):
    make_sku(stock=5)
    sheet = counting.start_count(Scope(), note="", actor="test")
    page = f"/admin/inventory/countsheet/{sheet.pk}"
    assert browser.post(f"{page}/count/", {"item": number, "units": "3"}).status_code == 404
    assert browser.post(f"{page}/change/", {f"item_{number[:30]}": "3"}).status_code == 302
    assert CountLine.objects.get().counted is None


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_no_number_of_parcels_is_one(browser, number):
    order = paid((make_sku(), 1))
    answer = browser.post(f"/admin/orders/order/{order.pk}/ship/", {"parcels": number, "more": "1"})
    assert 'name="parcels" value="2"' in answer.content.decode()


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_the_log_tells_names_that_look_like_keys(shop, number):
    (line,) = lines_of("catalog.product", {"category": ""}, {"category": number})
    assert line.after == (number if len(number) < 300 else f"{number[:300]}…")
    entry = AuditEntry(object_kind="catalog.category", object_ref=number, before={"name": "被枕"})
    title_objects([entry])
    assert entry.object_title == "被枕"
