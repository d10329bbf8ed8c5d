"""The front page in the back office: an item made, dragged, hidden; agreements and looks."""

import json
import urllib.request

import pytest

from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in
from tests.shop.pictures import made

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

OWNER = "front@example.com"
ITEMS = "/admin/decoration/homeitem/"


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("front")


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], OWNER)
    yield checker
    checker.close()


def banners(shop):
    with urllib.request.urlopen(f"{shop['api']}/home") as answer:
        return [row["title"] for row in json.load(answer)["banners"]]


def add(page, shop, title, file):
    page.goto(f"{shop['web']}{ITEMS}")
    page.click("text=添加轮播图")
    assert page.input_value("[name=place]") == "BANNER"
    page.fill("[name=title]", title)
    with page.expect_file_chooser() as chooser:
        page.click("[data-pictures] [data-add]")
    chooser.value.set_files(str(file))
    page.wait_for_function("document.querySelector('[name=picture]').value")
    page.click("[name=_save]")
    page.wait_for_selector("[data-tree]")


def test_the_pages_of_an_empty_front_page_and_of_agreements(shop, merchant):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/agreements/agreement/")
    agreement = page.locator("a[href*='/change/']").first.get_attribute("href")
    pages = {
        "front-empty": ITEMS,
        "front-add": f"{ITEMS}add/?place=BANNER",
        "agreements": "/admin/agreements/agreement/",
        "agreement": agreement,
        "looks": "/admin/core/shopsettings/1/change/",
    }
    assert [problem for name, path in pages.items() for problem in merchant.check(shop["web"] + path, name)] == []


def test_banners_are_made_dragged_and_hidden_and_shoppers_see_it_at_once(shop, merchant, tmp_path):
    page = merchant.pages[1280]
    page.found.clear()
    for number, title in enumerate(("秋季上新", "满减开始")):
        file = tmp_path / f"{number}.png"
        file.write_bytes(made((600 + number, 300), colour=("#b45309", "#047857")[number]).read())
        add(page, shop, title, file)
    assert banners(shop) == ["秋季上新", "满减开始"]
    nodes = page.locator(".weipu-node")
    nodes.nth(1).drag_to(nodes.nth(0), target_position={"x": 200, "y": 2})
    page.click(".weipu-tree-save button")
    page.wait_for_load_state("networkidle")
    assert banners(shop) == ["满减开始", "秋季上新"]
    page.uncheck("[data-shown] >> nth=0")
    page.click(".weipu-tree-save button")
    page.wait_for_load_state("networkidle")
    assert banners(shop) == ["秋季上新"]
    assert page.found == []
    assert merchant.check(f"{shop['web']}{ITEMS}", "front-filled") == []
