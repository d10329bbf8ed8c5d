"""A merchant imports a whole catalogue in the browser: told what is wrong and why, mends the file, imports it.

WEIPU_TEST_CATALOGUE names another folder with a products.jsonl than the demonstration's.
"""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.driver import REPOSITORY
from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

CATALOGUE = Path(os.environ.get("WEIPU_TEST_CATALOGUE", REPOSITORY / "platform/saas/demo/home"))
MORE_THAN_AT_ONCE = 320
HEADER = (
    *("商品编码", "标题", "分类", "品牌", "规格1名", "规格1值", "规格2名", "规格2值", "SKU编码", "价格", "划线价"),
    *("库存", "上架", "副标题", "参数"),
)
PRICE, SKU_CODE, STOCK = (HEADER.index(name) for name in ("价格", "SKU编码", "库存"))


def rows_of(product, copy=0):
    """The rows of one product; a copy has codes of its own."""
    mark = f"-C{copy}" if copy else ""
    attributes = "\n".join(f"{item['name']}：{item['value']}" for item in product.get("attributes", ()))
    for sku in product["skus"]:
        names = [*sku["options"].items(), ("", ""), ("", "")][:2]
        yield [
            *(product["code"] + mark, product["title"], product["category"], product.get("brand", "")),
            *(*names[0], *names[1]),
            *(sku["code"] + mark, sku["price"], sku.get("list_price", product.get("list_price", ""))),
            *(sku["stock"], "是" if product.get("on_sale", True) else "否", product.get("subtitle", ""), attributes),
        ]


@pytest.fixture(scope="module")
def catalogue():
    lines = (CATALOGUE / "products.jsonl").read_text("utf-8").splitlines()
    products = [json.loads(line) for line in lines if line.strip()]
    rows, copy = [], 0
    while len(rows) < MORE_THAN_AT_ONCE:
        rows += [row for product in products for row in rows_of(product, copy)]
        copy += 1
    return rows


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("transfer")


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], "transfer@example.com")
    yield checker
    checker.close()


def upload(merchant, shop, path, page="import", field="file"):
    """Upload at the desk's width, wait for the end; the address of the job's page."""
    desk = merchant.pages[1280]
    desk.goto(f"{shop['web']}/admin/catalog/product/{page}/")
    desk.found.clear()
    desk.set_input_files(f"input[name={field}]", str(path))
    desk.evaluate("0")  # what the page did meanwhile is heard before this returns
    assert desk.found == []
    desk.click("#content-main button[type=submit]")
    return wait(desk)


def wait(desk):
    desk.wait_for_url("**/jobs/job/**")
    desk.wait_for_selector("[data-job]", state="detached", timeout=120_000)
    return desk.url


def table(desk):
    return [row.locator("td").all_inner_texts() for row in desk.locator("table.transfer-table tbody tr").all()]


def test_a_catalogue_with_broken_rows_is_told_mended_and_imported(product, shop, merchant, catalogue, tmp_path):
    from shop.core.sheets import read_sheet, write_xlsx

    broken = [list(row) for row in catalogue]
    broken[4][PRICE] = "十二元"
    broken[9][SKU_CODE] = ""
    broken[14][STOCK] = "-1"
    file = tmp_path / "商品.xlsx"
    file.write_bytes(write_xlsx(HEADER, broken))
    desk = merchant.pages[1280]
    assert merchant.check(f"{shop['web']}/admin/catalog/product/import/", "import") == []
    address = upload(merchant, shop, file)
    assert [row[:3] for row in table(desk)] == [
        ["第 6 行", "价格", "十二元"],
        ["第 11 行", "SKU编码", "—"],
        ["第 16 行", "库存", "-1"],
    ]
    assert [row[3] for row in table(desk)] == [
        "请填写以元为单位的金额，最多两位小数，例如 12.50",
        "不能为空",
        "不能小于 0",
    ]
    assert merchant.check(address, "import-errors") == []
    with desk.expect_download() as download:
        desk.click("text=下载错误表格")
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)

    with marked.open("rb") as stream:
        sheet = read_sheet(stream, "marked.xlsx")
        columns, rows = sheet.columns, [list(values.values()) for _line, values in sheet]
    assert columns == ("错误原因", *HEADER)
    assert [number for number, row in enumerate(rows) if row[0]] == [4, 9, 14]
    for number in (4, 9, 14):
        rows[number][1:] = [str(cell) for cell in catalogue[number]]
    file.write_bytes(write_xlsx(columns, rows))
    address = upload(merchant, shop, file)
    assert merchant.check(address, "import-preview") == []
    codes = {row[0] for row in catalogue}
    assert desk.locator(".weipu-figure strong").all_inner_texts() == [str(len(codes)), "0", "0"]
    desk.click("text=确认导入")
    assert "导入完成" in desk.goto(wait(desk)).text()
    assert f"共 {len(codes)} 件商品、{len(catalogue)} 个 SKU" in desk.content()
    assert merchant.check(desk.url, "import-done") == []
    assert merchant.check(f"{shop['web']}/admin/catalog/product/", "products-tools") == []
    code, counts = product.audit()
    assert (code, counts["I1"], counts["I19"]) == (0, 0, 0)


def test_the_export_of_it_imports_without_a_change(shop, merchant, catalogue, tmp_path):
    desk = merchant.pages[1280]
    desk.goto(f"{shop['web']}/admin/catalog/product/")
    desk.click("text=导出全部商品")
    address = wait(desk)
    assert merchant.check(address, "export-done") == []
    with desk.expect_download() as download:
        desk.click("text=下载文件")
    download.value.save_as(tmp_path / "export.xlsx")
    upload(merchant, shop, tmp_path / "export.xlsx")
    assert "没有需要修改的内容" in desk.content()
    figures = desk.locator(".weipu-figure strong").all_inner_texts()
    assert figures == ["0", "0", str(len({row[0] for row in catalogue}))]


def test_prices_are_changed_together(shop, merchant):
    desk = merchant.pages[1280]
    desk.goto(f"{shop['web']}/admin/catalog/product/")
    for box in desk.locator("input.action-select").all()[:3]:
        box.check()
    desk.select_option("select[name=action]", "batch_edit")
    desk.locator("button[name=index], button[title]").first.click()
    desk.wait_for_url("**/batch/**")
    assert merchant.check(desk.url, "batch") == []
    for page in merchant.pages.values():
        page.goto(desk.url)
        page.select_option("[name=price_mode]", "percent")
        page.fill("[name=price]", "-10")
        page.get_by_role("button", name="预览", exact=True).click()
        page.wait_for_selector("text=确认修改")
    for width in merchant.pages:
        merchant.picture("batch-preview", width)
        assert merchant.look(width) == []
    desk.click("text=确认修改")
    assert "修改了 3 件商品" in desk.goto(wait(desk)).text()


def test_pictures_come_in_a_zip_file(shop, merchant, catalogue, tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (600, 600), "#c96").save(buffer, "JPEG")
    with zipfile.ZipFile(tmp_path / "图.zip", "w") as archive:
        archive.writestr(f"图/{catalogue[0][0]}-1.jpg", buffer.getvalue())
        archive.writestr("图/没有这件.jpg", buffer.getvalue())
    assert merchant.check(f"{shop['web']}/admin/catalog/product/pictures/", "pictures-upload") == []
    address = upload(merchant, shop, tmp_path / "图.zip", page="pictures")
    desk = merchant.pages[1280]
    assert "1 件商品，1 张图片。" in desk.content() and "没有这个编码的商品" in desk.content()
    assert merchant.check(address, "pictures-done") == []
    assert merchant.check(f"{shop['web']}/admin/jobs/job/", "jobs") == []
