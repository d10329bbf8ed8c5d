"""Every way in which a file can be wrong: where it is reported, and that nothing is stored."""

import json

import pytest

from shop.catalog.importing import CategoryPart, ProductPart, import_files
from shop.catalog.importing import lines as line_rules
from shop.catalog.models import Category, Product
from shop.catalog.services import save_product
from shop.reviews.importing import ReviewPart
from tests.shop.catalogue import draft
from tests.shop.catalogue_files import csv, jsonl, row, sku

PARTS = (CategoryPart, ProductPart, ReviewPart)


def run(*paths, **options):
    return import_files(paths, PARTS, actor="test", **options)


def places(result):
    return [(mistake.line, mistake.field) for mistake in result.report.errors]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": ...}, "code"),
        ({"code": None}, "code"),
        ({"code": ""}, "code"),
        ({"code": 5}, "code"),
        ({"code": "c" * 61}, "code"),
        ({"code": "a\u202eb"}, "code"),
        ({"code": "a\u0000b"}, "code"),
        ({"skus": [sku("A\0")]}, "skus[0].code"),
        ({"title": ...}, "title"),
        ({"title": "t" * 121}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"title": "a\u0000b"}, "title"),
        ({"title": "a\ufeffb"}, "title"),
        ({"category": ...}, "category"),
        ({"category": "居家//被"}, "category"),
        ({"category": "a/b/c/d/e/f"}, "category"),
        ({"category": "长" * 41}, "category"),
        ({"price": ...}, "price"),
        ({"price": 12.5}, "price"),
        ({"price": "0.00"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1.234"}, "price"),
        ({"price": "１２"}, "price"),
        ({"price": "1e3"}, "price"),
        ({"price": "9999999999"}, "price"),
        ({"skus": ...}, "skus"),
        ({"skus": []}, "skus"),
        ({"skus": {}}, "skus"),
        ({"skus": ["x"]}, "skus"),
        ({"skus": [sku("A") | {"price": "0"}]}, "skus[0].price"),
        ({"skus": [sku("A") | {"stock": -1}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"stock": 1_000_001}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"stock": 1.5}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"stock": True}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"stock": "5"}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"stock": None}]}, "skus[0].stock"),
        ({"skus": [sku("A") | {"options": ["红"]}]}, "skus[0].options"),
        ({"skus": [sku("A") | {"options": {"颜色": 1}}]}, "skus[0].options"),
        ({"skus": [sku("A", 颜色="红" * 61)]}, "skus[0].options.颜色"),
        ({"skus": [sku("A"), sku("A", 颜色="红")]}, "skus[1].code"),
        ({"skus": [sku("A", 颜色="红"), sku("B", 尺码="L")]}, "skus[1].options"),
        ({"skus": [sku("A", 颜色="红"), sku("B", 颜色="红")]}, "skus[1].options"),
        ({"skus": [sku("A") | {"code": ""}]}, "skus[0].code"),
        ({"subtitle": 1}, "subtitle"),
        ({"subtitle": "长" * 201}, "subtitle"),
        ({"list_price": "x"}, "list_price"),
        ({"on_sale": "yes"}, "on_sale"),
        ({"is_new": 1}, "is_new"),
        ({"weight": -1}, "weight"),
        ({"barcode": "1" * 33}, "skus[0].barcode"),
        ({"attributes": {"材质": "棉"}}, "attributes"),
        ({"attributes": [{"name": "材质"}]}, "attributes[0].value"),
        ({"detail_html": "x\x01"}, "detail_html"),
    ],
)
def test_a_wrong_field_is_named(shop, tmp_path, wrong, field):
    result = run(jsonl(tmp_path / "products.jsonl", row("OK"), row("P1", **wrong)))
    assert (2, field) in places(result)
    assert {line for line, _field in places(result)} == {2}
    assert all(mistake.reason for mistake in result.report.errors)
    assert not Product.objects.exists()
    assert not Category.objects.exists()


def test_all_mistakes_are_reported_at_once(shop, tmp_path):
    result = run(
        jsonl(
            tmp_path / "products.jsonl",
            row("P1", title="", price="x", skus=[sku("A", "0", -1)]),
            row("P2", code=None, category=""),
        )
    )
    assert sorted(places(result)) == [
        (1, "price"),
        (1, "skus[0].price"),
        (1, "skus[0].stock"),
        (1, "title"),
        (2, "category"),
        (2, "code"),
    ]


def test_codes_are_unique_over_all_files(shop, tmp_path):
    first = jsonl(tmp_path / "a.jsonl", row("P1"), row("P1", skus=[sku("X")]))
    second = jsonl(tmp_path / "b.jsonl", row("P2", skus=[sku("P1-1")]))
    result = run(first, second)
    assert [(mistake.file, mistake.line, mistake.field) for mistake in result.report.errors] == [
        (str(first), 2, "code"),
        (str(second), 1, "skus[0].code"),
    ]
    assert result.report.errors[0].reason == f"编码“P1”与 {first} 第 1 行重复"


def test_codes_of_the_shop_are_refused(shop, tmp_path):
    save_product(draft("P1"))
    file = jsonl(tmp_path / "products.jsonl", row("P1", title="", skus=[sku("X")]), row("P2", skus=[sku("P1-1")]))
    assert places(run(file)) == [(1, "title"), (1, "code"), (2, "skus[0].code")]
    file = jsonl(tmp_path / "products.jsonl", row("P2", skus=[sku("P1-1")]))
    assert places(run(file, update=True)) == [(1, "skus[0].code")]
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["{", "[1]", '"x"', "null", "12", '{"code": NaN}', "[" * 100_000, '{"code": "\\ud800"}']
)
def test_broken_json_is_one_error(shop, tmp_path, text):
    file = tmp_path / "products.jsonl"
    file.write_text(json.dumps(row("P1")) + "\n\n" + text + "\n")
    assert places(run(file)) == [(3, "")]
    assert not Product.objects.exists()


def test_wrong_bytes_are_named_by_line(shop, tmp_path):
    file = tmp_path / "products.jsonl"
    file.write_bytes(json.dumps(row("P1")).encode() + b"\n\xff\xfe\n" + json.dumps(row("P2")).encode())
    assert places(run(file)) == [(2, "")]
    file.write_bytes("羊毛".encode("utf-16"))
    result = run(file)
    assert places(result) == [(1, "")]
    assert "UTF-8" in result.report.errors[0].reason
    file.write_bytes("羊毛".encode("gb18030"))
    assert places(run(file)) == [(1, "")]


def test_a_byte_order_mark_is_a_warning(shop, tmp_path):
    file = tmp_path / "products.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(row("P1")).encode() + b"\r\n")
    result = run(file)
    assert (result.report.error_count, result.counts["products"].rows) == (0, 1)
    assert [mistake.line for mistake in result.report.warnings] == [1]


def test_huge_lines_and_too_many_rows_are_refused(shop, tmp_path, monkeypatch):
    file = tmp_path / "products.jsonl"
    file.write_text(json.dumps(row("P1", title="x" * line_rules.LONGEST_LINE * 2)) + "\n{\n")
    assert places(run(file)) == [(1, ""), (2, "")]
    monkeypatch.setattr(line_rules, "MOST_ROWS", 2)
    assert places(run(jsonl(file, row("P1"), row("P2"), row("P3"), row("P4")))) == [(3, "")]
    monkeypatch.setattr(line_rules, "LARGEST_FILE", 10)
    assert places(run(file)) == [(0, "")]
    assert not Product.objects.exists()


def test_errors_are_listed_up_to_a_thousand_and_all_counted(shop, tmp_path):
    result = run(jsonl(tmp_path / "products.jsonl", *[{"code": f"P{i}"} for i in range(400)]))
    assert result.report.error_count == 1600
    assert len(result.report.errors) == 1000


def test_unknown_keys_are_warnings(shop, tmp_path):
    item = row("P1", colour="red", skus=[sku("A") | {"size": 1}], attributes=[{"name": "a", "value": "b", "c": 1}])
    result = run(jsonl(tmp_path / "products.jsonl", item))
    assert [mistake.field for mistake in result.report.warnings] == ["colour", "skus[0].size", "attributes[0].c"]
    assert result.counts["products"].rows == 1


@pytest.mark.parametrize(
    ("lines", "places_"),
    [
        (["product_code,content"], [(1, "created_at")]),
        (["product_code,content,created_at", "P1,好"], [(2, "")]),
        (["product_code,content,created_at", "P1,,2018-01-01"], [(2, "content")]),
        (["product_code,content,created_at", "P1,好,yesterday"], [(2, "created_at")]),
        (["product_code,content,created_at", "P1,好,0001-01-01"], [(2, "created_at")]),
        (["product_code,content,created_at", "P1,好\x07,2018-01-01"], [(2, "content")]),
        (["product_code,content,created_at", "P1," + "长" * 2001 + ",2018-01-01"], [(2, "content")]),
        (["product_code,content,content,created_at"], [(1, "content")]),
        (["product_code,content,created_at", 'P1,"open,2018-01-01'], [(2, "")]),
        (["product_code,content,created_at", "P\0,好,2018-01-01"], [(2, "product_code")]),
        (["path,tagline", "居家,", "居家,"], [(3, "path")]),
        (["path,tagline", "居家," + "长" * 81], [(2, "tagline")]),
        (["path", "/"], [(2, "path")]),
        (["path", '"多\n行"', "a//b"], [(2, "path"), (4, "path")]),
    ],
)
def test_a_wrong_table_is_named_by_line(shop, tmp_path, lines, places_):
    save_product(draft("P1"))
    assert places(run(csv(tmp_path / "any.csv", *lines))) == places_


def test_unknown_files_are_refused(shop, tmp_path):
    (tmp_path / "empty").mkdir()
    for wrong in (
        tmp_path / "missing.jsonl",
        csv(tmp_path / "x.csv", "a,b"),
        csv(tmp_path / "x.txt"),
        tmp_path / "empty",
    ):
        assert places(run(wrong)) == [(0, "")]


def test_an_empty_file_is_no_error(shop, tmp_path):
    result = run(csv(tmp_path / "products.jsonl"))
    assert (result.report.error_count, result.counts["products"].rows) == (0, 0)


def test_an_existing_categorys_tagline_changes_only_with_update(shop, tmp_path):
    run(csv(tmp_path / "categories.csv", "path,tagline", "居家,旧"))
    file = csv(tmp_path / "categories.csv", "path,tagline", "居家,新")
    assert len(run(file).report.warnings) == 1
    assert Category.objects.get().tagline == "旧"
    run(file, update=True)
    assert Category.objects.get().tagline == "新"
