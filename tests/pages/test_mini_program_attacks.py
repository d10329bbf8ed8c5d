"""Attacks on shoppers by what others write: words, rich text and links in a shop's answers, in Chromium."""

from urllib.parse import urlsplit

import pytest

from tests.e2e.phone import Phone
from tests.pages.furnished import REVIEWED
from tests.pages.hostile import ELSEWHERE, JUDGE, LINKS, MARKUP, NOTES, WORDS, poison
from tests.pages.test_mini_program import PACKAGES, PAGES, log_in, show

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

ARRIVED = "() => document.querySelector('.mp-toast') || getCurrentPages().at(-1).route !== 'pages/home/home'"
POLICY = r"Content Security Policy|violates the following"


@pytest.fixture
def shop(furnished):
    return furnished


@pytest.fixture
def phone(browser, product, shop, compiled):
    """Makes the phone of a shopper whom nothing that is struck may reach."""
    made = []

    def make(name=REVIEWED):
        made.append(Phone(browser, product, shop, name))
        made[-1].context.add_init_script(NOTES)
        return made[-1]

    yield make
    found = [problem for each in made for problem in each.unexpected()]
    for each in made:
        each.close()
    assert found == []


def struck(phone):
    return phone.page.evaluate(JUDGE)


def reached(phone):
    """The addresses of others that the browser asked for, and was not kept from by the page's policy."""
    asked = {each.rpartition(" ")[2] for each in phone.found if each.startswith("request to another host: ")}
    refused = {each.split()[3] for each in phone.found if each.startswith("request failed: ") and each.endswith(" csp")}
    return asked - refused


def poisoned(phone):
    """The phone, logged in, to which the shop says hostile things; pictures that they name are refused or missing."""
    log_in(phone)
    phone.context.route("**/api/v1/**", poison)
    phone.expect_trouble(POLICY, r"status of 404 .*/markup$", ELSEWHERE)
    return phone


@pytest.mark.parametrize("package", PACKAGES)
def test_no_words_of_a_shop_become_markup_and_no_token_an_address(phone, shop, package):
    people, seen = {}, []
    for name, (shopper, path, words) in PAGES.items():
        if not path.startswith(package):
            continue
        if shopper not in people:
            people[shopper] = poisoned(phone(shopper))
            people[shopper].page.on("request", lambda asked: seen.append((asked.url, asked.headers)))
        show(people[shopper], path.format(**shop["keys"]), words)
        assert struck(people[shopper]) == [], name
    tokens = {headers["authorization"].partition(" ")[2] for _url, headers in seen if "authorization" in headers}
    assert len(tokens) == len(people)
    refused = [each for own in people.values() for each in own.found if ELSEWHERE in each]
    assert bool(refused) == (package in ("pages/", "packages/member/"))  # where there is rich text
    assert [reached(own) for own in people.values()] == [set()] * len(people)
    told = [url + headers.get("referer", "") for url, headers in seen]
    assert [each for each in told for token in tokens if token in each] == []


def test_control_markup_in_the_page_is_told_and_its_scripts_do_not_run(phone):
    phone = phone()
    phone.expect_trouble(POLICY, "status of 404 .*/(words|markup)$", "Failed to load resource", ELSEWHERE)
    show(phone, "pages/home/home", "热销榜")
    assert struck(phone) == []
    for markup in (WORDS, *(each for each in MARKUP if "refresh" not in each)):  # which no policy stops
        phone.page.evaluate("(markup) => document.body.insertAdjacentHTML('beforeend', markup)", markup)
    phone.page.wait_for_function("() => window.notes.refused.length > 3")
    found = struck(phone)
    assert len(found) > 5
    assert "a script ran" not in found
    assert any(ELSEWHERE in each for each in phone.found)
    assert reached(phone) == set()


def test_no_link_of_the_front_page_leads_out_of_the_shop(phone, shop):
    phone = phone()
    entries = [{"key": str(at), "title": f"去{at}处", "picture": None, "link": link} for at, link in enumerate(LINKS)]
    home = {"banners": [], "entries": entries, "strips": [], "hot": [], "new": []}
    phone.context.route("**/api/v1/home", lambda route: route.fulfill(json=home))
    phone.expect_trouble("status of (404|422) .*/api/v1/")
    for entry in entries:
        show(phone, "pages/home/home", entry["title"])
        phone.tap(phone.role("link", entry["title"], exact=True))
        phone.page.wait_for_function(ARRIVED)
        assert urlsplit(phone.page.url)[:3] == urlsplit(f"{shop['web']}/h5/")[:3], entry
        assert struck(phone) == [], entry
    assert len(phone.context.pages) == 1


@pytest.mark.parametrize(
    "address", ["//evil.example/", "javascript:struck()", "/../../admin/", "https://evil.example/"]
)
def test_no_address_opens_anything_but_a_page(phone, shop, address):
    phone = phone().open(address)
    phone.at("pages/home/home")
    assert urlsplit(phone.page.url)[:3] == urlsplit(f"{shop['web']}/h5/")[:3]
    assert struck(phone) == []


def test_shops_on_one_origin_keep_apart_what_they_store(phone, shop):
    """As when a host goes from one shop to another: what that one left is neither read nor removed."""
    phone = phone("newcomer")
    left = {f"h5:0000000000:{name}": '"theirs"' for name in ("token", "session", "cart", "searches")}
    phone.page.goto(f"{shop['web']}/h5/")
    phone.page.evaluate("(left) => Object.assign(localStorage, left)", left)
    seen = []
    phone.page.on("request", lambda asked: seen.append(asked.headers.get("authorization", "")))
    log_in(phone)
    assert any(seen)
    assert not any("theirs" in each for each in seen)
    stored = phone.page.evaluate("() => { wx.clearStorageSync(); return { ...localStorage } }")
    assert stored == left
