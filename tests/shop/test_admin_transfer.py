"""Import, export and batch edit of products in the back office."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.catalog.models import SKU, Product
from shop.core.models import AuditEntry
from shop.core.sheets import read_sheet, write_xlsx
from shop.inventory.models import StockItem
from shop.jobs.models import Job
from tenants.context import using_shop
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.test_importing_sheets import HEADER, PLAIN


@pytest.fixture
def browser(shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return browser_of(shop, owner())


def upload(browser, *rows, columns=HEADER, data=None, name="商品.xlsx", update="1"):
    file = SimpleUploadedFile(name, write_xlsx(columns, rows) if data is None else data)
    return browser.post("/admin/catalog/product/import/", {"file": file, "update": update})


def page_of(browser, answer):
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return browser.get(answer.headers["Location"]).content.decode()


def confirm(browser):
    return browser.post(f"/admin/catalog/product/import/{Job.objects.latest('pk').key}/")


def test_a_file_is_checked_shown_and_imported_when_confirmed(browser):
    checked = page_of(browser, upload(browser, *PLAIN))
    assert "羊毛被" in checked and "确认导入" in checked
    assert not Product.objects.exists()
    done = page_of(browser, confirm(browser))
    assert "文件里共 2 件商品、3 个 SKU：新增 2、修改 0、没有变化 0。" in done
    assert SKU.objects.count() == 3
    entry = AuditEntry.objects.get(action="catalog.import")
    assert (entry.actor, entry.after["products"], entry.after["file"]) == (owner().username, 2, "商品.xlsx")
    confirm(browser)
    assert AuditEntry.objects.filter(action="catalog.import").count() == 1


def documents(browser, query=""):
    """What the ledger shows under 单据, without repetitions."""
    text = browser.get(f"/admin/inventory/stockmove/?{query}").content.decode()
    cells = re.findall(r"<td[^>]*field-document[^>]*>(.*?)</td>", text, re.S)
    return {re.sub(r"\s+", " ", cell).strip() for cell in cells}


def test_the_ledger_names_the_imported_file_and_leads_its_importer_to_the_job(shop, browser):
    upload(browser, *PLAIN, name="春季<新品>.xlsx")
    confirm(browser)
    job, name = Job.objects.get(), "导入 春季&lt;新品&gt;.xlsx"
    link = f'<a class="weipu-link" href="/admin/jobs/job/{job.key}/">{name}</a>'
    assert documents(browser) == {link}
    assert (documents(browser, "q=春季"), documents(browser, "q=秋季")) == ({link}, set())
    assert browser.get(f"/admin/jobs/job/{job.key}/").status_code == 200
    assert documents(browser_of(shop, make_staff("store@example.com", "仓库"))) == {name}
    Job.objects.all().delete()  # as after seven days
    assert documents(browser) == {name}


def test_changes_are_shown_old_and_new(browser):
    upload(browser, *PLAIN)
    confirm(browser)
    page = page_of(browser, upload(browser, (*PLAIN[2][:6], "98", 7)))
    assert "<del>99.00</del> <ins>98.00</ins>" in page and "<ins>7</ins>" in page
    confirm(browser)
    page = page_of(browser, upload(browser, *PLAIN[:2], (*PLAIN[2][:6], "97", 7)))
    done = page_of(browser, confirm(browser))
    assert "文件里共 2 件商品、3 个 SKU：新增 0、修改 1、没有变化 1。" in done
    upload(browser, PLAIN[2])
    confirm(browser)
    same = page_of(browser, upload(browser, PLAIN[2]))
    assert "没有需要修改的内容" in same and "确认导入" not in same


def test_mistakes_are_listed_and_marked_in_a_file_that_can_be_uploaded_again(browser):
    rows = (PLAIN[0], ("P2", "=二", "居家", "", "", "B", "十二", 1), ("P3", "", "居家", "", "", "C", "1", 1))
    page = page_of(browser, upload(browser, *rows))
    assert "检查没有通过" in page and "没有完成" not in page
    assert "有 2 处错误，没有导入任何内容" in page and "十二" in page and "确认导入" not in page
    assert not Product.objects.exists()
    job = Job.objects.get()
    assert (job.state, job.result_name) == ("FAILED", "商品-错误.xlsx")
    data = b"".join(browser.get(f"/admin/jobs/job/{job.key}/result").streaming_content)
    sheet = read_sheet(BytesIO(data), "a.xlsx")
    marked = [values for _line, values in sheet]
    assert sheet.columns == ("错误原因", *HEADER)
    assert [bool(values["错误原因"]) for values in marked] == [False, True, True]
    assert "价格" in marked[1]["错误原因"] and marked[1]["标题"] == "=二"
    assert "有 2 处错误" in page_of(browser, upload(browser, data=data))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "请选择 .xlsx、.csv 或 .jsonl 文件"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "另存为不带密码的 .xlsx"),
        ("a.xlsx", b"PK\x03\x04", "文件已损坏"),
        ("a.csv", b"\n", "是空的"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_the_form(browser, name, data, reason):
    answer = upload(browser, data=data, name=name)
    assert answer.status_code == 200 and reason in answer.content.decode()
    assert not Job.objects.exists()


def test_a_large_file_is_left_to_a_worker(browser, monkeypatch):
    rows = [(f"P{n}", "一", "居家", "", "", f"S{n}", 1, 1) for n in range(301)]
    page = page_of(browser, upload(browser, *rows))
    assert "正在排队" in page and Job.objects.get().state == "QUEUED"
    assert browser.get(f"/admin/jobs/job/{Job.objects.get().key}/progress").json() == {"running": True, "percent": 0}


def test_the_template_imports_as_it_is(browser):
    data = browser.get("/admin/catalog/product/import/template/").content
    assert "确认导入" in page_of(browser, upload(browser, data=data))
    confirm(browser)
    assert SKU.objects.filter(product__code="QZ1001").count() == 2


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "jsonl"])
def test_an_export_of_the_filtered_list_imports_back_unchanged(browser, suffix):
    upload(browser, *PLAIN)
    confirm(browser)
    page_of(browser, browser.post("/admin/catalog/product/export/?q=羊毛", {"format": suffix}))
    job = Job.objects.latest("pk")
    data = b"".join(browser.get(f"/admin/jobs/job/{job.key}/result").streaming_content)
    assert job.result_name.endswith(f".{suffix}")
    if suffix == "jsonl":
        rows = [(sku["code"], str(sku["stock"])) for sku in json.loads(data)["skus"]]
    else:
        rows = [(values["SKU编码"], values["库存"]) for _line, values in read_sheet(BytesIO(data), "a")]
    assert rows == [("P1-R", "5"), ("P1-W", "0")]
    assert "没有需要修改的内容" in page_of(browser, upload(browser, data=data, name=f"a.{suffix}"))


def test_chosen_products_are_exported(browser):
    upload(browser, *PLAIN)
    confirm(browser)
    chosen = Product.objects.get(code="P2").pk
    page = page_of(
        browser, browser.post("/admin/catalog/product/", {"action": "export_xlsx", "_selected_action": [chosen]})
    )
    assert "共 1 件商品。" in page


def test_who_may_not_is_refused(shop, browser):
    clerk, operator = make_staff("c@example.com", "客服"), make_staff("o@example.com", "运营")
    upload(browser, *PLAIN)
    key = Job.objects.get().key
    for user, status in ((clerk, 403), (None, 302)):
        other = browser_of(shop, user)
        assert other.get("/admin/catalog/product/import/").status_code == status
        assert upload(other, *PLAIN).status_code == status
        assert other.post(f"/admin/catalog/product/import/{key}/").status_code == status
    assert browser_of(shop, operator).post(f"/admin/catalog/product/import/{key}/").status_code == 404
    assert not Product.objects.exists() and Job.objects.count() == 1


def test_who_may_not_change_stock_imports_without_it(shop, browser):
    operator = browser_of(shop, make_staff("o@example.com", "运营"))
    assert "库存一列不会导入" in page_of(operator, upload(operator, *PLAIN))
    confirm(operator)
    assert SKU.objects.count() == 3 and not StockItem.objects.exists()


def test_another_shop_sees_nothing_of_it(shop, other_shop, browser):
    upload(browser, *PLAIN)
    key = Job.objects.get().key
    with using_shop(other_shop):
        stranger = browser_of(other_shop, owner())
    assert stranger.post(f"/admin/catalog/product/import/{key}/").status_code == 404
    assert stranger.get(f"/admin/jobs/job/{key}/upload").status_code == 404
