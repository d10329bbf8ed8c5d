"""The product's page and the category tree in a browser: the grid by mouse, keys and paste; nothing typed is lost."""

import json

import pytest

from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in
from tests.shop.pictures import made

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

OWNER, PASSWORD = "grid@example.com", "Lychee-2026-ok"
PAGES = {
    "category-tree": "/admin/catalog/category/",
    "category-add": "/admin/catalog/category/add/",
    "brand-add": "/admin/catalog/brand/add/",
    "tags": "/admin/catalog/tag/",
    "tag-add": "/admin/catalog/tag/add/",
    "guarantee-add": "/admin/catalog/guarantee/add/",
    "spec-template-add": "/admin/catalog/spectemplate/add/",
    "attribute-template-add": "/admin/catalog/attributetemplate/add/",
    "bin": "/admin/catalog/product/?archived=1",
    "audit-log": "/admin/core/auditentry/",
}
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("grid")
    row = {"code": "Q1", "title": "羊毛被", "category": "居家/被枕", "price": "459.00"}
    row["skus"] = [{"code": "Q1-1", "options": {"尺寸": "1.5m"}, "price": "459.00", "stock": 10}]
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "grid", folder, "--json")
    return made


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], OWNER)
    yield checker
    checker.close()


def cell(page, row, column):
    return page.locator(f"[data-row='{row}'][data-column='{column}']")


def values(page, column):
    return [one.input_value() for one in page.locator(f"[data-column='{column}']").all()]


def add_values(page, number, name, text):
    page.click("text=添加规格")
    page.locator(".weipu-option-name").nth(number).fill(name)
    entry = page.locator(".weipu-option .weipu-new-value").nth(number)
    entry.fill(text)
    entry.press("Enter")


def save(page):
    page.click("button[name=_continue]")
    page.wait_for_load_state("networkidle")


def test_a_product_is_made_by_hand_keys_and_paste(shop, merchant):
    page = merchant.pages[1280]
    page.found.clear()
    page.goto(f"{shop['web']}/admin/catalog/product/add/", wait_until="networkidle")
    page.fill("[name=title]", "亚麻衬衫")
    page.select_option("[name=category]", label="居家/被枕")
    add_values(page, 0, "颜色", "红、白")
    add_values(page, 1, "尺码", "M、L")
    assert page.locator("tbody tr").count() == 4
    fill = page.locator(".weipu-fill input").first
    fill.fill("99")
    fill.press("Enter")
    assert values(page, 0) == ["99"] * 4
    cell(page, 0, 0).press("ArrowDown")
    page.keyboard.type("88")
    assert values(page, 0) == ["99", "88", "99", "99"]
    page.evaluate(PASTE, ["[data-row='2'][data-column='0']", "¥79\t109\n69\t"])
    assert (values(page, 0), values(page, 1)) == (["99", "88", "79", "69"], ["", "", "109", ""])
    cell(page, 3, 0).fill("坏")
    page.locator("tbody .is-on input").nth(1).uncheck()
    save(page)
    assert page.locator(".weipu-input.is-wrong").count() == 1
    assert values(page, 0) == ["99", "88", "79", "坏"]
    assert "白/L 价格：请输入金额" in page.inner_text("[data-reasons]")
    assert cell(page, 3, 0).evaluate("cell => document.activeElement === cell")
    assert [one.inner_text() for one in page.locator(".weipu-sections .is-wrong").all()] == ["规格与价格"]
    page.locator("[name=title]").focus()
    page.click("[data-reasons] a")
    assert cell(page, 3, 0).evaluate("cell => document.activeElement === cell")
    merchant.picture("product-cell-error", 1280)
    assert merchant.look(1280) == []
    cell(page, 3, 0).fill("69.5")
    save(page)
    assert "/change/" in page.url
    states = [one.is_checked() for one in page.locator("tbody .is-on input").all()]
    assert states == [True, False, True, True]
    assert [values(page, 0)[number] for number in (0, 2, 3)] == ["99.00", "79.00", "69.50"]
    assert page.found == []


def test_renamed_and_moved_values_keep_their_skus(shop, merchant):
    page = merchant.pages[1280]
    page.found.clear()
    page.goto(f"{shop['web']}/admin/catalog/product/?q=Q1", wait_until="networkidle")
    page.locator("a[href*='/change/']").first.click()
    page.wait_for_load_state("networkidle")
    code = page.locator("tbody .is-code input").first
    assert code.input_value() == "Q1-1"
    entry = page.locator(".weipu-option .weipu-new-value").first
    entry.fill("1.8m")
    entry.press("Enter")
    first = page.locator(".weipu-chip input").first
    first.fill("1.5 米")
    first.press("Alt+ArrowRight")
    save(page)
    assert [one.input_value() for one in page.locator(".weipu-option .weipu-chip input").all()] == ["1.8m", "1.5 米"]
    assert page.locator("tbody .is-code input").nth(1).input_value() == "Q1-1"
    assert page.found == []
    merchant.check(page.url, "product-change")


def product_page(shop, page):
    page.goto(f"{shop['web']}/admin/catalog/product/?q=Q1", wait_until="networkidle")
    page.locator("a[href*='/change/']").first.click()
    page.wait_for_load_state("networkidle")


CUT = """() => {
  const box = document.querySelector(".weipu-scroll");
  const cells = [...box.querySelectorAll("tbody .weipu-input")].filter((cell) => cell.scrollWidth > cell.clientWidth);
  return [box.scrollWidth - box.clientWidth, ...cells.map((cell) => cell.value)];
}"""


def test_all_columns_of_the_grid_fit_at_1280(shop, merchant):
    page = merchant.pages[1280]
    product_page(shop, page)
    add_values(page, 1, "颜色", "豆沙红、燕麦白")
    for column, value in enumerate(("1299.00", "1599.00", "899.50", "1199.00", "9999", "12500", "6901234567892")):
        cell(page, 0, column).fill(value)
    assert page.evaluate(CUT) == [0]
    merchant.picture("product-grid", 1280)


def test_pictures_of_the_library_go_where_the_caret_was(shop, merchant):
    page = merchant.pages[1280]
    page.found.clear()
    product_page(shop, page)
    editor = page.locator(".weipu-richtext-page")
    with page.expect_file_chooser() as chosen:
        page.click(".weipu-richtext-bar [aria-label='上传图片']")
    chosen.value.set_files({"name": "旗.png", "mimeType": "image/png", "buffer": made((90, 60)).read()})
    editor.locator("img").wait_for()
    stored = editor.locator("img").get_attribute("src")
    assert page.input_value("[name=title]").startswith("羊毛被")
    editor.fill("前后")
    editor.press("Home")
    editor.press("ArrowRight")
    page.click(".weipu-richtext-bar [data-pick]")
    page.locator(".weipu-richtext dialog li button").first.click()
    merchant.picture("product-editor-library", 1280)
    page.click(".weipu-richtext dialog [data-confirm]")
    editor.locator("img").wait_for()
    pieces = editor.evaluate("box => [...box.querySelectorAll('img')][0].previousSibling.textContent")
    assert (pieces, editor.locator("img").get_attribute("src")) == ("前", stored)
    assert editor.inner_text().replace("\n", "") == "前后"
    merchant.picture("product-editor", 1280)
    save(page)
    assert page.locator(".weipu-richtext-page img").get_attribute("src") == stored
    assert page.found == []


def test_questions_are_added_moved_and_removed(shop, merchant):
    page = merchant.pages[390]
    page.found.clear()
    product_page(shop, page)
    page.click("text=下单表单 >> nth=-1")
    page.wait_for_load_state("networkidle")
    assert page.locator("#questions fieldset").count() == 1
    labels = page.locator("#questions fieldset:not([hidden]) [name$=-label]")
    labels.nth(0).fill("刻字")
    for at, label in enumerate(("不要的", "包装"), start=1):
        page.click("text=新增一项")
        labels.nth(at).fill(label)
    page.locator("#questions [data-remove]").nth(1).click()
    page.locator("#questions fieldset:not([hidden]) [data-move='-1']").nth(1).click()
    assert merchant.look(390) == []
    merchant.picture("order-form", 390)
    page.click("button[type=submit]:has-text('保存')")
    page.wait_for_load_state("networkidle")
    assert [one.input_value() for one in labels.all()] == ["包装", "刻字"]
    assert page.found == []


def test_two_tabs_do_not_overwrite_each_other(shop, merchant):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/catalog/product/?q=Q1", wait_until="networkidle")
    page.locator("a[href*='/change/']").first.click()
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    other.goto(page.url, wait_until="networkidle")
    other.fill("[name=subtitle]", "来自另一页")
    save(other)
    other.close()
    page.fill("[name=title]", "羊毛被（新）")
    save(page)
    assert "商品已被别人修改" in page.inner_text("body")
    assert "副标题：— → 来自另一页" in page.inner_text("[data-conflict]")
    assert f"{OWNER} 在" in page.inner_text("[data-conflict]")
    assert page.input_value("[name=title]") == "羊毛被（新）"
    merchant.picture("product-conflict", 1280)
    assert merchant.look(1280) == []


def test_the_tree_is_arranged_with_buttons(shop, merchant):
    page = merchant.pages[1280]
    page.found.clear()
    page.goto(f"{shop['web']}/admin/catalog/category/", wait_until="networkidle")
    page.click("[aria-label='移到上一级 被枕']")
    page.click("[aria-label='上移 被枕']")
    page.click("text=保存顺序")
    page.wait_for_load_state("networkidle")
    top = page.locator(".weipu-tree-form > .weipu-tree > li > .weipu-node > a")
    assert [one.inner_text() for one in top.all()] == ["被枕", "居家"]
    assert page.found == []


def test_the_pages_are_whole_at_both_widths(shop, merchant):
    found = [problem for name, path in PAGES.items() for problem in merchant.check(shop["web"] + path, name)]
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/catalog/product/?q=Q1", wait_until="networkidle")
    address = shop["web"] + page.locator("a[href*='/change/']").first.get_attribute("href").split("?")[0]
    found += merchant.check(address, "product-page")
    found += merchant.check(address.replace("/change/", "/history/"), "product-history")
    found += merchant.check(f"{shop['web']}/admin/catalog/product/add/", "product-new")
    assert found == []
