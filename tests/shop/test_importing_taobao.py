"""Taobao's data package."""

import pytest

from shop.catalog.importing import SheetPart, TaobaoPart, import_files
from shop.catalog.importing.taobao import pictures_of
from shop.catalog.models import SKU, Product
from shop.inventory.models import StockItem

FIELDS = (
    "title cid price num description approve_status picture skuProps "
    "outer_id propAlias num_id barcode item_weight subtitle"
).split()
DRESS = {
    "title": "连衣裙",
    "cid": "50010850",
    "price": "20",
    "num": "49",
    "description": '<p>好""看""</p>\n<script>x</script>',
    "approve_status": "1",
    "picture": "b:1:1:|;a:1:0:|http://img.example/x.jpg;c:2:0:1627207:28335|;",
    "skuProps": "20:19:D-R:1627207:28335;20509:29544;30.5:30::1627207:28326;20509:29545;",
    "outer_id": "D1",
    "propAlias": "1627207:28335:墨绿;1627207:28326:正红;20509:29544:M;",
    "num_id": "520810592067",
    "item_weight": "0.35",
    "subtitle": "显瘦",
}
CUP = {"title": "杯子", "price": "9.9", "num": "5", "approve_status": "2", "num_id": "42", "barcode": "690"}


def package(path, *rows, encoding="utf-16"):
    lines = ["version 1.00", "\t".join(FIELDS), "\t".join("宝贝名称" for _field in FIELDS)]
    lines += ["\t".join(f'"{row.get(field, "")}"' for field in FIELDS) for row in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def load(path, **options):
    return import_files([path], (TaobaoPart, SheetPart), update=True, actor="test", **options)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_package_becomes_products(shop, tmp_path, encoding):
    result = load(package(tmp_path / "a.csv", DRESS, CUP, encoding=encoding))
    assert result.report.errors == []
    assert [warning.reason for warning in result.report.warnings] == ["规格值 29545 没有名称，导入后请修改"]
    dress, cup = Product.objects.order_by("code")
    assert (dress.code, dress.title, dress.subtitle, dress.is_on_shelf) == ("D1", "连衣裙", "显瘦", True)
    assert (cup.code, cup.is_on_shelf, cup.category.name) == ("TB42", False, "淘宝导入")
    assert "好" in dress.detail_html and "script" not in dress.detail_html
    assert list(
        SKU.objects.order_by("product__code", "position").values_list("code", "price", "options", "weight")
    ) == [
        ("D-R", 2000, {"颜色": "墨绿", "尺码": "M"}, 350),
        ("D1-2", 3050, {"颜色": "正红", "尺码": "29545"}, 350),
        ("TB42", 990, {}, 0),
    ]
    assert dict(StockItem.objects.values_list("sku__code", "on_hand")) == {"D-R": 19, "D1-2": 30, "TB42": 5}


def test_mistakes_name_line_and_title(shop, tmp_path):
    rows = ({**CUP, "title": ""}, {**CUP, "num_id": "43", "price": "贵"}, {**DRESS, "skuProps": "0:x:A:1:2;"})
    result = load(package(tmp_path / "a.csv", *rows))
    assert [(m.line, m.field, m.value) for m in result.report.errors] == [
        (4, "宝贝名称", ""),
        (5, "宝贝价格", "贵"),
        (6, "销售属性组合", rows[2]["skuProps"]),
        (6, "销售属性组合", rows[2]["skuProps"]),
    ]
    assert not Product.objects.exists()


def test_a_package_without_fields_is_refused(shop, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("version 1.00\na\tb\nc\td\n1\t2\n", "utf-16")
    assert [mistake.reason for mistake in load(path).report.errors] == ["不是淘宝数据包：第二行应是字段名"]


def test_main_pictures_come_in_their_order():
    assert pictures_of(DRESS) == ["a", "b"]
    assert pictures_of({}) == []
    assert pictures_of({"picture": "a:1:1:|;b:1:²:|;c:1:999999999999999:|"}) == ["b", "c", "a"]
