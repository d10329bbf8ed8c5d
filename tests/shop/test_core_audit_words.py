"""The audit log reads in words: names, yuan, titles."""

from django.utils import translation

from shop.catalog.models import Category
from shop.core.audit_words import Line, lines_of, title_objects
from shop.core.models import AuditEntry
from tests.factories import make_order, make_sku


def told(kind, before, after):
    return [(line.name, line.before, line.after) for line in lines_of(kind, before, after)]


def test_fields_have_their_names_and_amounts_are_in_yuan(shop):
    category = Category.objects.create(name="被枕")
    before = {"title": "甲", "is_on_shelf": True, "kind": "GOODS", "category": str(category.pk), "price": 1250}
    after = {"title": "乙", "is_on_shelf": False, "kind": "CARD", "category": "", "price": 900}
    assert told("catalog.product", before, after) == [
        ("标题", "甲", "乙"),
        ("上架", "是", "否"),
        ("商品类型", "实物商品", "卡密商品"),
        ("分类", "被枕", "—"),
        ("最低价", "¥12.50", "¥9.00"),
    ]


def test_a_price_is_told_per_sku_and_a_removed_one_by_name(shop):
    before = {"skus W1-红": {"price": 1000, "weight": 0}, "skus W1-白": {"price": 900}}
    after = {"skus W1-红": {"price": 1234, "weight": 0}, "skus W1-白": None}
    assert told("catalog.product", before, after) == [
        ("SKU W1-红 价格", "¥10.00", "¥12.34"),
        ("SKU W1-白 价格", "¥9.00", "已移除"),
    ]


def test_lists_and_markup_are_plain_text(shop):
    assert told("catalog.product", {"tags": []}, {"tags": ["新", "热"], "detail_html": "<p>好<b>被</b></p>"}) == [
        ("标签", "—", "新、热"),
        ("图文详情", "—", "好被"),
    ]


def test_the_log_is_told_in_english_down_to_its_commas(shop):
    with translation.override("en"):
        assert told("members.wechatapp", {}, {"renewed": ["手机号", "详细地址"]}) == [
            ("Replaced", "—", "Phone, Street address"),
        ]
        assert told("catalog.product", {"tags": []}, {"tags": ["手机号"]}) == [("Tags", "—", "手机号")]
        assert lines_of("gone.model", {"a": 1}, {"a": {"b": True, "c": 2}}) == [Line("a", "1", "b: Yes; c: 2")]


def test_an_unknown_kind_is_told_as_it_is(shop):
    assert lines_of("gone.model", {"a": 1}, {"a": {"b": True}}) == [Line("a", "1", "b：是")]


def test_objects_are_called_by_their_titles_with_one_query_per_kind(shop, django_assert_max_num_queries):
    sku, order = make_sku(title="羊毛被"), make_order()
    refs = [("catalog.product", sku.product.key), ("orders.order", order.number), ("catalog.product", "gone")]
    entries = [AuditEntry(object_kind=kind, object_ref=ref, before={}) for kind, ref in refs]
    with django_assert_max_num_queries(2):
        title_objects(entries)
    assert [entry.object_title for entry in entries] == ["羊毛被", str(order), "gone"]
