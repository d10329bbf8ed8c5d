"""Order forms: what a product asks, judged, stored with the line, sealed where personal, erased with the member."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Product
from shop.catalog.order_form import FormField, form_of
from shop.catalog.services.order_forms import save_order_form
from shop.orders import services
from shop.orders.models import Order, OrderLine
from tenants.errors import ShopError
from tests.conftest import body
from tests.factories import broken, make_address, make_member, make_sku

ASKED = (
    FormField(key="words", label="刻字", most=8),
    FormField(key="when", label="送达日期", kind="DATE", required=False),
    FormField(key="size", label="指围", kind="NUMBER", least=8, most=30, required=False),
    FormField(key="wrap", label="包装", kind="CHOICE", choices=("礼盒", "简装"), required=False),
    FormField(key="call", label="联系电话", kind="PHONE", required=False),
    FormField(key="id", label="身份证号", kind="ID_NUMBER", required=False),
    FormField(key="name", label="姓名", is_personal=True, required=False),
)
GOOD_ID = "11010519491231002X"


@pytest.fixture
def member(shop):
    found = make_member()
    found.address = make_address(found)
    return found


@pytest.fixture
def asking(shop):
    sku = make_sku(stock=50)
    save_order_form(sku.product, ASKED, before=[])
    return sku


def order(api, member, sku, form=None, key="k", **extra):
    item = {"sku": sku.key, "quantity": 1, **({} if form is None else {"form": form})}
    wanted = {"items": [item], "address": member.address.key, **extra}
    return api.post("/api/v1/orders", wanted, token=member.token, key=key)


def test_answers_are_kept_with_the_line_as_they_were_asked(api, member, asking):
    given = {"words": " 永结同心 ", "when": "2026-12-24", "size": "16.5", "wrap": "礼盒", "id": GOOD_ID.lower()}
    answer = order(api, member, asking, given)
    assert answer.status_code == 201
    expected = [
        {"key": "words", "label": "刻字", "kind": "TEXT", "value": "永结同心"},
        {"key": "when", "label": "送达日期", "kind": "DATE", "value": "2026-12-24"},
        {"key": "size", "label": "指围", "kind": "NUMBER", "value": "16.5"},
        {"key": "wrap", "label": "包装", "kind": "CHOICE", "value": "礼盒"},
        {"key": "call", "label": "联系电话", "kind": "PHONE", "value": ""},
        {"key": "id", "label": "身份证号", "kind": "ID_NUMBER", "value": GOOD_ID},
        {"key": "name", "label": "姓名", "kind": "TEXT", "value": ""},
    ]
    assert body(answer)["lines"][0]["form"] == expected
    save_order_form(asking.product, (FormField(label="别的"),), before=Product.objects.get().order_form)
    number = body(answer)["number"]
    assert body(api.get(f"/api/v1/orders/{number}", token=member.token))["lines"][0]["form"] == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("words", ""),
        ("words", "一二三四五六七八九"),
        ("words", "\u0085"),
        ("when", "2026-02-30"),
        ("when", "２０２６-12-01"),
        ("size", "7.99"),
        ("size", "31"),
        ("size", "1e1"),
        ("size", "１６"),
        ("wrap", "散装"),
        ("call", "12800138000"),
        ("id", "110105194912310021"),
        ("id", "11010519491331002X"),
        ("other", "x"),
    ],
)
def test_a_wrong_answer_is_refused_by_name_and_nothing_is_ordered(api, member, asking, key, value):
    form = {"words": "永结同心", key: value}
    answer = order(api, member, asking, form)
    assert (answer.status_code, body(answer)["code"]) == (422, "form_invalid")
    (row,) = body(answer)["detail"]["skus"]
    assert (row["sku"], list(row["form"])) == (asking.key, [key])
    assert not Order.objects.exists()
    assert asking.stock_items.get().reserved == 0


def test_a_missing_form_is_said_in_the_preview_and_refused_in_the_order(api, member, asking):
    wanted = {"items": [{"sku": asking.key, "quantity": 1}]}
    (problem,) = body(api.post("/api/v1/checkout/preview", wanted, token=member.token))["problems"]
    assert (problem["sku"], problem["code"]) == (asking.key, "form_invalid")
    assert problem["form"] == {"words": "请填写“刻字”"}
    assert order(api, member, asking).status_code == 422
    plain = make_sku()
    answer = order(api, member, plain, {"words": "x"})
    assert body(answer)["detail"]["skus"][0]["sku"] == plain.key
    assert not Order.objects.exists()


def test_a_cart_is_ordered_with_forms_by_sku(api, member, asking):
    api.post("/api/v1/cart/items", {"sku": asking.key, "quantity": 2}, token=member.token)
    wanted = {"cart": True, "address": member.address.key, "forms": {asking.key: {"words": "福"}}}
    answer = api.post("/api/v1/orders", wanted, token=member.token, key="k")
    assert answer.status_code == 201
    assert body(answer)["lines"][0]["form"][0]["value"] == "福"


def test_a_product_shows_what_it_asks(api, asking):
    shown = body(api.get(f"/api/v1/products/{asking.product.key}"))["form"]
    assert [field["key"] for field in shown] == [field.key for field in ASKED]
    assert (shown[0]["label"], shown[0]["required"], shown[0]["most"]) == ("刻字", True, 8)
    save_order_form(asking.product, (), before=asking.product.order_form)
    assert body(api.get(f"/api/v1/products/{asking.product.key}"))["form"] == []


def test_two_answers_for_one_sku_are_refused(api, member, asking):
    items = [{"sku": asking.key, "quantity": 1, "form": {"words": word}} for word in ("福", "寿")]
    answer = api.post("/api/v1/orders", {"items": items, "address": member.address.key}, token=member.token, key="k")
    assert answer.status_code == 422
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "form", [[], "x", {"words": True}, {"words": {}}, {"words": "长" * 501}, {str(n): "x" for n in range(21)}]
)
def test_a_form_of_the_wrong_shape_is_refused(api, member, asking, form):
    assert order(api, member, asking, form).status_code == 422
    assert order(api, member, asking, None, forms={asking.key: form}).status_code == 422
    assert not Order.objects.exists()


def test_personal_answers_are_sealed_and_erased_with_the_member(api, member, asking):
    secrets = {"call": "13912345678", "id": GOOD_ID, "name": "李清照"}
    assert order(api, member, asking, {"words": "福", **secrets}).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM orders_orderline l")
        row = cursor.fetchone()[0]
    assert "刻字" in row
    assert not [text for text in secrets.values() if text in row]
    line = OrderLine.objects.get()
    assert {answer["key"]: answer["value"] for answer in line.answers()} | secrets == {
        "words": "福",
        "when": "",
        "size": "",
        "wrap": "",
        **secrets,
    }
    services.erase_member(member.pk)
    line.refresh_from_db()
    assert (line.form, line.personal_answers_sealed, line.answers()) == ([], "", [])
    assert broken() == {}


def test_answers_of_another_line_do_not_open(api, member, asking):
    assert order(api, member, asking, {"words": "福", "name": "李清照"}).status_code == 201
    assert order(api, member, asking, {"words": "福", "name": "王安石"}, key="k2").status_code == 201
    one, two = OrderLine.objects.order_by("pk")
    one.personal_answers_sealed = two.personal_answers_sealed
    from shop.core.crypto import Undecryptable

    with pytest.raises(Undecryptable):
        one.answers()


def test_products_without_a_form_cost_no_statement(api, member, asking):
    plain = make_sku()
    assert order(api, member, plain, key="first").status_code == 201  # the shop's caches are warm now
    with CaptureQueriesContext(connection) as without:
        assert order(api, member, plain, key="a").status_code == 201
    with CaptureQueriesContext(connection) as asked:
        assert order(api, member, asking, {"words": "福"}, key="b").status_code == 201
    assert len(without) == len(asked)


@pytest.mark.parametrize(
    ("field", "place"),
    [
        (FormField(label=""), "fields[0].label"),
        (FormField(label="长" * 21), "fields[0].label"),
        (FormField(label="颜色", kind="CHOICE", choices=("红",)), "fields[0].choices"),
        (FormField(label="颜色", kind="CHOICE", choices=("红", "红")), "fields[0].choices"),
        (FormField(label="颜色", choices=("红", "绿")), "fields[0].choices"),
        (FormField(label="颜色", kind="VIDEO"), "fields[0].kind"),
        (FormField(label="高", kind="NUMBER", least=5, most=4), "fields[0].most"),
        (FormField(label="字", most=501), "fields[0].most"),
    ],
)
def test_a_form_with_a_mistake_is_refused_by_place(shop, field, place):
    product = make_sku().product
    with pytest.raises(ShopError) as refusal:
        save_order_form(product, [field], before=[])
    assert (refusal.value.code, list(refusal.value.detail)) == ("order_form_invalid", [place])
    product.refresh_from_db()
    assert product.order_form == []


def test_two_writers_do_not_overwrite_each_other(shop):
    product = make_sku().product
    save_order_form(product, [FormField(label="刻字")], before=[])
    with pytest.raises(ShopError) as refusal:
        save_order_form(product, [FormField(label="贺卡")], before=[])
    assert (refusal.value.status, refusal.value.code) == (409, "order_form_changed")
    stored = Product.objects.get(pk=product.pk)
    assert [field.label for field in form_of(stored)] == ["刻字"]
    key = form_of(stored)[0].key
    save_order_form(stored, [FormField(label="贺卡", key=key)], before=stored.order_form)
    assert [(field.key, field.label) for field in form_of(stored)] == [(key, "贺卡")]
