"""A zip file of pictures, matched by product code."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shop.catalog.importing.pictures import import_pictures
from shop.catalog.models import Picture, Product
from shop.catalog.pictures import add_picture
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.jobs.models import Job
from shop.library.models import Asset
from shop.library.services import store_picture
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.product_pages import stored_form
from tests.shop.test_importing_taobao import DRESS, package


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def goods(shop):
    products = [make_sku(title=f"商品{n}").product for n in range(3)]
    for product, code in zip(products, ("A1", "A1-2", "被子"), strict=True):
        Product.objects.filter(pk=product.pk).update(code=code)
    return products


def picture(colour):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def load(path, **options):
    return import_pictures(path, **{"replace": False, "actor": "test", **options})


def shown(product):
    rows = Picture.objects.filter(product=product).order_by("position")
    return [row.asset.title for row in rows.select_related("asset")]


def test_names_numbers_and_folders_find_the_product(goods, tmp_path):
    colours = iter(["#100", "#200", "#300", "#400", "#500", "#600", "#700", "#800"])
    names = [
        "A1-10.png",
        "x/A1 (3).png",
        "A1.png",
        "A1-2.png",
        "包/被子/2.png",
        "包/被子/1.png",
        "包/b/被子_9.jpg",
        "无.png",
    ]
    report = load(zipped(tmp_path / "a.zip", **{name: picture(next(colours)) for name in names}))
    assert shown(goods[0]) == ["A1", "A1 (3)", "A1-10"]
    assert shown(goods[1]) == ["A1-2"]
    assert shown(goods[2]) == ["1", "2", "被子_9"]
    assert (report.products, report.pictures, report.left_out) == (3, 7, [("无.png", "没有这个编码的商品")])
    assert Product.objects.get(pk=goods[0].pk).cover


def test_again_adds_nothing_and_replacing_replaces(goods, tmp_path):
    first = zipped(tmp_path / "a.zip", **{"A1.png": picture("#111"), "A1-1.png": picture("#222")})
    load(first)
    load(first)
    assert shown(goods[0]) == ["A1", "A1-1"] and Asset.objects.count() == 2
    load(zipped(tmp_path / "b.zip", **{"A1-7.png": picture("#333")}))
    assert shown(goods[0]) == ["A1", "A1-1", "A1-7"]
    load(zipped(tmp_path / "c.zip", **{"A1-8.png": picture("#444")}), replace=True)
    assert shown(goods[0]) == ["A1-8"]


def test_what_is_no_picture_is_told_and_the_rest_is_stored(goods, tmp_path):
    files = {
        "A1.png": b"no picture",
        "A1-1.png": picture("#111"),
        "A1-2.gif": b"",
        "A1.txt": b"x",
        "__MACOSX/A1.png": b"x",
    }
    report = load(zipped(tmp_path / "a.zip", **files, **{"../../A1-3.png": picture("#222")}))
    assert shown(goods[0]) == ["A1-1", "A1-3"]
    assert [name for name, _reason in report.left_out] == ["A1.png", "A1-2.gif"]
    assert not list(tmp_path.rglob("A1-3*"))


def test_names_in_the_encoding_of_chinese_windows(goods, tmp_path):
    path = zipped(tmp_path / "a.zip", **{"BBBB.png": picture("#111")})
    path.write_bytes(path.read_bytes().replace(b"BBBB.png", "被子".encode("gb18030") + b".png"))
    load(path)
    assert shown(goods[2]) == ["被子"]


def test_pictures_of_taobaos_package(goods, tmp_path):
    Product.objects.filter(pk=goods[0].pk).update(code="D1")
    csv = package(tmp_path / "x.csv", DRESS).read_bytes()
    files = {"包.csv": csv, "包/b.tbi": picture("#111"), "包/a.tbi": picture("#222"), "包/z.tbi": picture("#333")}
    report = load(zipped(tmp_path / "a.zip", **files))
    assert shown(goods[0]) == ["a", "b"]
    assert [name for name, _reason in report.left_out] == ["包/z.tbi"]


def test_a_bomb_is_refused(shop, tmp_path, monkeypatch):
    monkeypatch.setattr("shop.catalog.importing.pictures.MOST_UNPACKED", 1000)
    with pytest.raises(ShopError) as error:
        load(zipped(tmp_path / "a.zip", **{"A1.png": bytes(1001)}))
    assert error.value.code == "file_too_large"
    monkeypatch.setattr("shop.catalog.importing.pictures.MOST_ENTRIES", 2)
    with pytest.raises(ShopError) as error:
        load(zipped(tmp_path / "a.zip", a="", b="", c=""))
    assert error.value.code == "file_too_large"


def test_the_page_stores_pictures_and_tells_what_was_left_out(shop, goods, tmp_path):
    browser = browser_of(shop, owner())
    data = zipped(tmp_path / "a.zip", **{"A1.png": picture("#111"), "无.png": picture("#222")}).read_bytes()
    answer = browser.post("/admin/catalog/product/pictures/", {"file": SimpleUploadedFile("图.zip", data)})
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "1 件商品，1 张图片。" in page and "没有这个编码的商品" in page
    assert AuditEntry.objects.get(action="catalog.pictures").after["pictures"] == 1
    refused = browser.post("/admin/catalog/product/pictures/", {"file": SimpleUploadedFile("a.zip", b"no zip")})
    assert "文件已损坏" in refused.content.decode() and Job.objects.count() == 1
    clerk = browser_of(shop, make_staff("c@example.com", "客服"))
    assert clerk.get("/admin/catalog/product/pictures/").status_code == 403


def test_a_page_opened_before_the_import_does_not_take_its_pictures_away(shop, goods, tmp_path):
    opened = stored_form(goods[0])
    load(zipped(tmp_path / "p.zip", **{"A1.png": picture("#100")}))
    answer = browser_of(shop, owner()).post(f"/admin/catalog/product/{goods[0].pk}/change/", opened)
    assert (answer.status_code, shown(goods[0])) == (200, ["A1"])
    assert "商品已被别人修改" in answer.content.decode()


def test_pictures_that_somebody_adds_during_the_import_stay(goods, tmp_path, monkeypatch):
    def store(file, **options):
        if not Picture.objects.exists():
            add_picture(goods[0], SimpleUploadedFile("by hand.png", picture("#200")))
        return store_picture(file, **options)

    monkeypatch.setattr("shop.catalog.importing.pictures.store_picture", store)
    load(zipped(tmp_path / "p.zip", **{"A1.png": picture("#100")}))
    assert shown(goods[0]) == ["by hand", "A1"]
