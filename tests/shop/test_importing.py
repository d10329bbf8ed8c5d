import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from shop.catalog.models import SKU, Attribute, Brand, Category, Product
from shop.inventory.models import StockItem, StockMove
from shop.reviews.models import Review
from shop.search.models import SearchDocument
from tenants.models import OutboxEvent
from tests.shop.catalogue_files import csv, jsonl, row, sku


def run(shop, *paths, **options):
    """The command's exit code and what it printed as JSON."""
    output = StringIO()
    try:
        call_command("import_catalogue", shop.slug, *map(str, paths), as_json=True, stdout=output, **options)
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(output.getvalue())


def counts(result):
    return {name: result[name] for name in ("products", "skus", "categories", "reviews")}


def stored():
    models = (Product, SKU, Attribute, Brand, Category, StockItem, StockMove, Review, SearchDocument)
    return {model.__name__: model.objects.count() for model in models} | {"events": OutboxEvent.objects.count()}


@pytest.fixture
def folder(tmp_path):
    jsonl(
        tmp_path / "products.jsonl",
        row(
            "P1",
            title="羊毛被",
            brand="罗莱",
            subtitle="柔软",
            keywords="冬被",
            unit="床",
            list_price="99.00",
            on_sale=False,
            is_new=True,
            is_hot=True,
            attributes=[{"name": "材质", "value": "羊毛"}],
            detail_html="<p>好<script>x</script></p>",
            weight=2000,
            barcode="690",
            skus=[
                sku("P1-1", "20.00", 5, 颜色="红") | {"list_price": "30.00"},
                sku("P1-2", "12.50", 0, 颜色="白") | {"weight": 1, "barcode": "691"},
                sku("P1-3", "99.00", 1, 颜色="蓝"),
            ],
        ),
        row("P2", category="餐厨/锅具"),
    )
    csv(tmp_path / "categories.csv", "path,tagline", "居家,回家", "居家/被枕,好梦", "空/分类,")
    csv(
        tmp_path / "reviews.csv",
        "product_code,content,created_at",
        "P1,很好,2018-02-01 08:00:00",
        "P1,很好,2018-02-01 08:00:00",
        'P2,"两行\n评价",2018-02-01T00:00:00+00:00',
    )
    (tmp_path / "README.md").write_text("not an import file")
    return tmp_path


def test_a_folder_becomes_a_catalogue(shop, folder):
    code, result = run(shop, folder)
    assert (code, result["errors"], result["warnings"]) == (0, [], [])
    assert counts(result) == {"products": 2, "skus": 4, "categories": 6, "reviews": 3}
    assert result["created"] == counts(result)
    first = Product.objects.get(code="P1")
    assert (first.title, first.brand.name, first.subtitle, first.keywords, first.unit) == (
        "羊毛被",
        "罗莱",
        "柔软",
        "冬被",
        "床",
    )
    assert (first.is_on_shelf, first.is_new, first.is_hot) == (False, True, True)
    assert (first.price, first.list_price, first.detail_html) == (1250, 9900, "<p>好</p>")
    assert (first.category.name, first.category.parent.name, first.category.tagline) == ("被枕", "居家", "好梦")
    assert list(first.skus.values_list("code", "price", "list_price", "weight", "barcode", "options")) == [
        ("P1-1", 2000, 3000, 2000, "690", {"颜色": "红"}),
        ("P1-2", 1250, 9900, 1, "691", {"颜色": "白"}),
        ("P1-3", 9900, 0, 2000, "690", {"颜色": "蓝"}),
    ]
    assert dict(StockItem.objects.values_list("sku__code", "on_hand")) == {
        "P1-1": 5,
        "P1-2": 0,
        "P1-3": 1,
        "P2-1": 3,
    }
    second = Product.objects.get(code="P2")
    assert (second.unit, second.is_on_shelf, second.brand, second.list_price) == ("件", True, None, 0)
    assert SearchDocument.objects.count() == 2
    assert OutboxEvent.objects.filter(topic="product.changed").count() == 2


def test_imported_reviews_are_anonymous_and_on_shanghai_time(shop, folder):
    run(shop, folder)
    reviews = Review.objects.order_by("pk").values_list("product__code", "author", "score", "source", "created_at")
    early, late = datetime(2018, 2, 1, tzinfo=UTC), datetime(2018, 2, 1, tzinfo=UTC)
    assert list(reviews) == [
        ("P1", "匿名", None, "IMPORT", early),
        ("P1", "匿名", None, "IMPORT", early),
        ("P2", "匿名", None, "IMPORT", late),
    ]
    assert Review.objects.get(product__code="P2").content == "两行\n评价"


def test_a_second_run_needs_update(shop, folder):
    run(shop, folder)
    before = stored()
    code, result = run(shop, folder)
    assert code == 1
    assert counts(result) == {"products": 0, "skus": 0, "categories": 0, "reviews": 0}
    assert [(entry["line"], entry["field"]) for entry in result["errors"]] == [(1, "code"), (2, "code")]
    assert stored() == before


def test_a_second_run_with_update_doubles_nothing(shop, folder):
    run(shop, folder)
    before = stored()
    code, result = run(shop, folder, update=True)
    assert code == 0
    assert counts(result) == {"products": 2, "skus": 4, "categories": 6, "reviews": 3}
    assert result["created"] == {"products": 0, "skus": 0, "categories": 0, "reviews": 0}
    assert stored() == before


def test_update_changes_what_the_row_names_and_keeps_the_rest(shop, folder, tmp_path):
    run(shop, folder)
    changed = row("P1", title="新被", skus=[sku("P1-1", "15.00", 9, 颜色="红"), sku("P1-9", "16.00", 2, 颜色="黑")])
    code, result = run(shop, jsonl(tmp_path / "change.jsonl", changed), update=True)
    assert (code, result["created"]["skus"]) == (0, 1)
    product = Product.objects.get(code="P1")
    assert (product.title, product.brand.name, product.subtitle, product.unit) == ("新被", "罗莱", "柔软", "床")
    assert (product.is_on_shelf, product.is_hot, product.price, product.detail_html) == (False, True, 1500, "<p>好</p>")
    assert list(product.attributes.values_list("name", "value")) == [("材质", "羊毛")]
    live = SKU.objects.filter(product=product, archived_at=None)
    assert list(live.values_list("code", "price", "list_price", "weight", "barcode")) == [
        ("P1-1", 1500, 3000, 2000, "690"),
        ("P1-9", 1600, 0, 0, ""),
    ]
    assert StockItem.objects.get(sku__code="P1-1").on_hand == 9
    assert list(StockMove.objects.filter(stock_item__sku__code="P1-1").order_by("pk").values_list("quantity")) == [
        (5,),
        (4,),
    ]


def test_a_dry_run_counts_and_keeps_nothing(shop, folder):
    before = stored()
    code, result = run(shop, folder, dry_run=True)
    assert (code, counts(result)) == (0, {"products": 2, "skus": 4, "categories": 6, "reviews": 3})
    assert stored() == before


def test_one_wrong_line_in_any_file_keeps_everything_out(shop, folder):
    before = stored()
    with (folder / "reviews.csv").open("a") as reviews:
        reviews.write("P9,好,2018-02-01 00:00:00\n")
    code, result = run(shop, folder)
    assert (code, result["error_count"]) == (1, 1)
    assert result["errors"][0] == {
        "file": str(folder / "reviews.csv"),
        "line": 6,
        "field": "product_code",
        "reason": "没有编码为“P9”的商品",
    }
    assert stored() == before


def test_a_failure_half_way_keeps_everything_out(shop, folder, settings):
    before = stored()
    settings.STOCK_WRITER = "tests.shop.test_importing.broken_stock"
    with pytest.raises(ZeroDivisionError):
        run(shop, folder)
    assert stored() == before


def broken_stock(levels, **_ignored):
    raise ZeroDivisionError


def test_reviews_alone_join_products_of_the_shop(shop, folder, tmp_path):
    run(shop, folder / "products.jsonl")
    code, result = run(shop, folder / "reviews.csv")
    assert (code, counts(result)) == (0, {"products": 0, "skus": 0, "categories": 0, "reviews": 3})


def test_an_archived_product_comes_back_with_update(shop, folder):
    from shop.catalog.services import archive_product

    run(shop, folder)
    archive_product(Product.objects.get(code="P2"))
    assert run(shop, folder, update=True)[0] == 0
    assert Product.objects.get(code="P2").archived_at is None


def test_another_import_at_the_same_time_is_refused(shop, folder, monkeypatch):
    from shop.catalog.importing import running
    from shop.core.errors import ShopError

    def busy():
        raise ShopError("import_running", "另一个导入正在进行", status=409)

    before = stored()
    monkeypatch.setattr(running, "_one_at_a_time", busy)
    code, result = run(shop, folder)
    assert (code, result["errors"][0]["reason"]) == (1, "另一个导入正在进行")
    assert stored() == before


def test_unknown_shop_is_an_error(shop, folder):
    output = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("import_catalogue", "nobody", str(folder), as_json=True, stdout=output)
    assert stop.value.code == 1
    assert json.loads(output.getvalue())["errors"][0]["reason"] == "没有这个店铺"


def test_people_read_plain_lines(shop, folder):
    output = StringIO()
    call_command("import_catalogue", shop.slug, str(folder), stdout=output)
    assert output.getvalue() == "2 个商品，4 个 SKU，6 个分类，3 条评价\n已导入\n"
    output = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_catalogue", shop.slug, str(folder / "products.jsonl"), stdout=output)
    lines = output.getvalue().splitlines()
    assert lines[0] == f"{folder / 'products.jsonl'}:1: code: 商品编码“P1”已存在（要修改请加 --update）"
    assert lines[-1] == "没有导入任何内容：2 处错误"
