"""Products as spreadsheets: grouped rows in, the same rows out."""

import random
from io import BytesIO

import pytest

from shop.catalog.drafts import AttributeDraft, LimitsDraft, ProductDraft, SKUDraft
from shop.catalog.exporting import lines_of, sheet_of
from shop.catalog.importing import ProductPart, SheetPart, import_files, preview_files
from shop.catalog.importing.columns import join_attributes, join_list, split_attributes, split_list
from shop.catalog.models import SKU, Product, ProductTag
from shop.catalog.services import ensure_categories, save_products
from shop.core.sheets import read_sheet, write_csv, write_xlsx
from shop.inventory.models import StockItem
from shop.inventory.services import set_on_hand
from tenants.context import using_shop
from tests.shop.catalogue_files import jsonl, row, sku

HEADER = ("商品编码", "标题", "分类", "规格1名", "规格1值", "SKU编码", "价格", "库存")
PLAIN = (
    ("P1", "羊毛被", "居家/被枕", "颜色", "红", "P1-R", "459", 5),
    ("", "", "", "", "白", "P1-W", "¥1,459.50", 0),
    ("P2", "砂锅", "餐厨", "", "", "P2", 99, ""),
)


def sheet(path, *rows, columns=HEADER):
    write = write_csv if path.suffix == ".csv" else write_xlsx
    path.write_bytes(write(columns, rows))
    return path


def load(path, *, update=True, **options):
    return import_files([path], (ProductPart, SheetPart), update=update, actor="test", **options)


def exported(write=write_xlsx):
    if write is None:
        return b"".join(lines_of(Product.objects.filter(archived_at=None).values_list("pk", flat=True)))
    made = sheet_of(Product.objects.filter(archived_at=None).values_list("pk", flat=True))
    return write(made.columns, made.rows)


def content(data):
    if data.startswith(b"{"):
        return data
    found = read_sheet(BytesIO(data), "a")
    return found.columns, [values for _line, values in found]


def errors(result):
    return [(mistake.line, mistake.field, mistake.value) for mistake in result.report.errors]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_rows_with_one_code_become_one_product(shop, tmp_path, name):
    result = load(sheet(tmp_path / name, *PLAIN))
    assert result.report.errors == []
    assert (result.counts["products"].created, result.counts["skus"].created) == (2, 3)
    assert list(SKU.objects.order_by("pk").values_list("product__code", "code", "price", "options")) == [
        ("P1", "P1-R", 45900, {"颜色": "红"}),
        ("P1", "P1-W", 145950, {"颜色": "白"}),
        ("P2", "P2", 9900, {}),
    ]
    assert dict(StockItem.objects.values_list("sku__code", "on_hand")) == {"P1-R": 5, "P1-W": 0}
    first = Product.objects.get(code="P1")
    assert (first.title, first.category.name, first.category.parent.name) == ("羊毛被", "被枕", "居家")
    assert (first.unit, first.is_on_shelf, first.kind) == ("件", True, "GOODS")


def test_every_column_is_taken_over(shop, tmp_path):
    columns = (
        *("商品编码", "标题", "分类", "品牌", "规格1名", "规格1值", "规格2名", "规格2值", "SKU 编码", "售价", "划线价"),
        *("成本价", "会员价", "库存", "重量（克）", "条形码", "上架", "新品", "热销", "副标题", "关键词", "单位"),
        *(
            "商品类型",
            "标签",
            "起购数量",
            "每单限购",
            "每人限购",
            "参数",
            "参数：产地",
            "图文详情",
            "图文详情2",
            "备注",
        ),
    )
    values = (
        *("P1", "被子", "居家", "罗莱", "颜色", "红", "尺码", "M", "S1", "20", "30.5"),
        *("8.8", "18", "7", "1500", "690123", "否", "是", "1", "柔软", "冬", "床"),
        *("服务商品", "新,热卖", "2", "5", "9", "材质: 羊毛\n填充\\:量：2\\n斤", "中国", "<p>好", "的</p>", "x"),
    )
    result = load(sheet(tmp_path / "a.xlsx", values, columns=columns))
    assert result.report.errors == []
    assert [(w.field, w.reason) for w in result.report.warnings] == [("备注", "未知的列，已忽略")]
    product = Product.objects.get()
    assert (product.brand.name, product.is_on_shelf, product.is_new, product.is_hot) == ("罗莱", False, True, True)
    assert (product.subtitle, product.keywords, product.unit, product.kind) == ("柔软", "冬", "床", "SERVICE")
    assert (product.least_per_order, product.most_per_order, product.most_per_member) == (2, 5, 9)
    assert list(ProductTag.objects.values_list("tag__name", flat=True)) == ["新", "热卖"]
    assert list(product.attributes.values_list("name", "value")) == [
        ("材质", "羊毛"),
        ("填充:量", "2\n斤"),
        ("产地", "中国"),
    ]
    assert product.detail_html == "<p>好的</p>"
    assert SKU.objects.values_list("code", "price", "list_price", "cost_price", "member_price", "weight", "barcode")[
        0
    ] == ("S1", 2000, 3050, 880, 1800, 1500, "690123")
    assert list(product.options.values_list("name", "values")) == [("颜色", ["红"]), ("尺码", ["M"])]


def test_a_column_that_is_missing_stays_and_an_empty_cell_empties(shop, tmp_path):
    full = row("P1", brand="罗莱", subtitle="软", attributes=[{"name": "a", "value": "b"}], is_hot=True)
    full["skus"] = [sku("P1-1", "10.00", 4, 颜色="红") | {"list_price": "20.00", "cost_price": "3.00"}]
    load(jsonl(tmp_path / "a.jsonl", full))
    columns = ("商品编码", "标题", "分类", "规格1名", "规格1值", "SKU编码", "价格", "副标题", "划线价")
    load(sheet(tmp_path / "a.xlsx", ("P1", "新", "居家", "颜色", "红", "P1-1", "9", "", ""), columns=columns))
    product = Product.objects.get()
    assert (product.title, product.brand.name, product.subtitle, product.is_hot) == ("新", "罗莱", "", True)
    assert product.attributes.count() == 1
    assert SKU.objects.values_list("price", "list_price", "cost_price").get() == (900, 0, 300)
    assert StockItem.objects.get().on_hand == 4


def test_every_mistake_names_line_column_and_value(shop, tmp_path):
    rows = [
        ("P1", "", "居家", "颜色", "红", "A", "12", 1),
        ("P2", "二", "居家", "颜色", "红", "B", "十二", 1),
        ("", "", "", "尺码", "蓝", "C", "0", "-1"),
        ("P3", "三", "a/b/c/d/e/f", "", "多", "A", "1", "1.5"),
        ("P1", "又", "居家", "", "", "D", "1", 1),
        ("P4", "四", "居家", "颜色", "红", "E", "12,50", "1,5"),
    ]
    result = load(sheet(tmp_path / "a.xlsx", *rows))
    assert sorted(errors(result)) == sorted(
        [
            (2, "标题", ""),
            (3, "价格", "十二"),
            (3, "规格1名", "颜色"),
            (4, "价格", "0"),
            (4, "库存", "-1"),
            (5, "分类", "a/b/c/d/e/f"),
            (5, "规格1值", "多"),
            (5, "SKU编码", "A"),
            (5, "库存", "1.5"),
            (6, "商品编码", "P1"),
            (6, "商品编码", "P1"),
            (7, "价格", "12,50"),
            (7, "库存", "1,5"),
        ]
    )
    assert all(mistake.reason for mistake in result.report.errors)
    assert not Product.objects.exists() and not StockItem.objects.exists()


def test_a_sheet_without_a_needed_column_is_refused(shop, tmp_path):
    result = load(sheet(tmp_path / "a.xlsx", ("P1", "一"), columns=("商品编码", "标题")))
    assert errors(result) == [(1, "分类", ""), (1, "SKU编码", ""), (1, "价格", "")]


def test_a_code_of_the_shop_is_refused_without_update_and_a_foreign_sku_always(shop, tmp_path):
    load(sheet(tmp_path / "a.xlsx", *PLAIN))
    assert errors(load(sheet(tmp_path / "b.xlsx", PLAIN[2]), update=False)) == [(2, "商品编码", "P2")]
    stolen = ("P9", "偷", "居家", "", "", "P1-W", "1", 1)
    assert errors(load(sheet(tmp_path / "c.xlsx", stolen))) == [(2, "SKU编码", "P1-W")]


def test_what_the_shops_own_values_make_wrong_is_found_before_writing(shop, tmp_path):
    load(jsonl(tmp_path / "a.jsonl", row("P1", least_per_order=5)))
    columns = (*HEADER[:3], *HEADER[5:7], "每单限购")
    result = load(sheet(tmp_path / "a.xlsx", ("P1", "一", "居家/被枕", "P1-1", "12.50", "3"), columns=columns))
    assert errors(result) == [(2, "每单限购", "3")]


def test_a_preview_tells_new_changed_and_unchanged_and_writes_nothing(shop, tmp_path):
    load(sheet(tmp_path / "a.xlsx", *PLAIN))
    changed = [
        ("P1", "羊毛被", "居家/床品", "颜色", "红", "P1-R", "400", 6),
        ("P1", "羊毛被", "居家/床品", "颜色", "黑", "P1-B", "500", 1),
        PLAIN[2],
        ("P3", "新品", "餐厨", "", "", "P3", "1", 1),
    ]
    preview = preview_files([sheet(tmp_path / "b.xlsx", *changed)], (SheetPart,), update=True)
    assert (preview.products, preview.report.errors) == (3, [])
    first, new = preview.changes
    assert (first.code, first.is_new, new.code, new.is_new) == ("P1", False, "P3", True)
    assert [(d.field, d.sku, d.before, d.after) for d in first.differences] == [
        ("category", "", "居家/被枕", "居家/床品"),
        ("sku", "P1-W", "颜色:白", ""),
        ("price", "P1-R", "459.00", "400.00"),
        ("stock", "P1-R", "5", "6"),
        ("sku", "P1-B", "", "颜色:黑"),
    ]
    assert Product.objects.count() == 2 and SKU.objects.count() == 3
    load(tmp_path / "b.xlsx")
    again = preview_files([tmp_path / "b.xlsx"], (SheetPart,), update=True)
    assert (again.products, again.changes) == (3, [])


def test_unchanged_products_are_not_written(shop, tmp_path):
    load(sheet(tmp_path / "a.xlsx", *PLAIN))
    versions = dict(Product.objects.values_list("code", "version"))
    load(sheet(tmp_path / "b.xlsx", *PLAIN[:2], (*PLAIN[2][:6], 98, "")))
    assert dict(Product.objects.values_list("code", "version")) == {"P1": versions["P1"], "P2": versions["P2"] + 1}


def test_without_leave_to_set_stock_the_column_is_ignored(shop, tmp_path):
    load(sheet(tmp_path / "a.xlsx", *PLAIN), may_stock=False)
    assert not StockItem.objects.exists()


TEXTS = (
    "",
    "棉",
    "=1+1",
    "-5",
    "+86",
    "@x",
    "a,b；c",
    "引\"号'",
    "名：值",
    "反\\斜",
    "007",
    "1e5",
    "_x000D_",
    "é店👍",
    "'=",
)
LONG = "<p>" + "长" * 40_000 + "</p>"


def random_product(chance, number, categories):
    names = chance.sample(["颜色", "尺码", "=款", "产地"], chance.randint(0, 3))
    combinations = {tuple(chance.choice(TEXTS[1:]) for _name in names) for _sku in range(chance.randint(1, 4))}
    price = chance.randint(100, 10**6)
    return ProductDraft(
        code=f"={number}" if number % 5 == 0 else f"P{number}",
        title=f"商品{number}{chance.choice(TEXTS)}",
        category=chance.choice(categories).pk,
        brand=chance.choice(TEXTS),
        subtitle=chance.choice(TEXTS),
        keywords=chance.choice(TEXTS),
        unit=chance.choice(("", "件", "床")),
        detail_html=LONG if number == 3 else chance.choice(("", "<p>a</p>", "<p>=b</p>\n<p>c</p>")),
        is_on_shelf=chance.random() < 0.5,
        is_new=chance.random() < 0.5,
        is_hot=chance.random() < 0.5,
        kind=chance.choice(("GOODS", "CARD", "SERVICE")),
        limits=LimitsDraft(least_per_order=2, most_per_order=chance.choice((0, 4)), most_per_member=0),
        tags=tuple(chance.sample(("新", "a,b", "热、卖", "\\"), chance.randint(0, 3))),
        attributes=tuple(
            AttributeDraft(
                chance.choice(("材质", "a:b", "c：d", "\\n")), chance.choice(("棉", "两\n行", "a：b", "\\", "=1"))
            )
            for _attribute in range(chance.randint(0, 3))
        ),
        skus=tuple(
            SKUDraft(
                code=f"{number}-{index}",
                price=price + index,
                options=dict(zip(names, values, strict=True)),
                list_price=chance.choice((0, price + 500)),
                cost_price=chance.choice((0, 50)),
                member_price=chance.choice((0, price)),
                barcode=chance.choice(("", "0690123456789", "123456789012345678")),
                weight=chance.choice((0, 1500)),
            )
            for index, values in enumerate(sorted(combinations))
        ),
    )


def test_mistakes_stand_in_the_order_of_the_rows_and_say_what_is_wrong(shop, tmp_path):
    load(sheet(tmp_path / "a.xlsx", PLAIN[2]))
    rows = (
        (*PLAIN[2][:7], "-3"),  # the shop has its code: found last
        ("P3", "锅", "餐厨", "", "", "P3", "-5", "1.5"),
        ("P4", "盆", "餐厨", "", "", "P4", "9", "1000001"),
        ("P5", "碗", "餐厨", "", "", "P2", "9", "−1"),
    )
    report = preview_files([sheet(tmp_path / "b.xlsx", *rows)], (SheetPart,), update=False).report
    told = [(mistake.line, mistake.field, mistake.reason) for mistake in report.in_order()]
    assert [line for line, _field, _reason in told] == sorted(line for line, _field, _reason in told)
    assert {
        (2, "库存", "不能小于 0"),
        (3, "价格", "不能小于 0"),
        (3, "库存", "必须是整数"),
        (4, "库存", "不能大于 1000000"),
        (5, "库存", "不能小于 0"),
    } <= set(told)
    assert [mistake.line for mistake in report.errors] != [line for line, _field, _reason in told]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_csv, "a.csv"), (None, "a.jsonl")])
def test_what_is_exported_imports_back_unchanged_and_makes_the_same_shop(shop, other_shop, tmp_path, seed, write, name):
    chance = random.Random(seed)
    made, _count = ensure_categories([("居家", "被枕"), ("餐厨",), ("=类", "+子")])
    save_products([random_product(chance, number, list(made.values())) for number in range(1, 26)])
    stocked = SKU.objects.values_list("pk", flat=True)
    set_on_hand({pk: chance.randint(0, 99) for pk in stocked}, kind="IMPORT", ref="t", actor="t")
    data = exported(write)
    (tmp_path / name).write_bytes(data)
    preview = preview_files([tmp_path / name], (ProductPart, SheetPart), update=True)
    assert (preview.products, preview.changes, preview.report.errors) == (25, [], [])
    versions = list(Product.objects.order_by("pk").values_list("version"))
    load(tmp_path / name)
    assert list(Product.objects.order_by("pk").values_list("version")) == versions
    assert content(exported(write)) == content(data)
    with using_shop(other_shop):
        result = load(tmp_path / name, update=False)
        assert (result.report.errors, result.counts["products"].created) == ([], 25)
        assert content(exported(write)) == content(data)


def test_lists_and_attributes_read_back_as_they_were():
    chance = random.Random(1)
    for _time in range(2000):
        values = ["".join(chance.choices("ab,，、\\: ：\n", k=6)).strip() for _value in range(3)]
        values = [value for value in values if value]
        assert split_list(join_list(values)) == values
        pairs = [(value.replace("\n", ""), value) for value in values if value.replace("\n", "").strip()]
        pairs = [(name.strip(), value) for name, value in pairs]
        assert split_attributes(join_attributes(pairs)) == pairs
