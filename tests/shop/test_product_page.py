"""The product's page: one post is one product, judged whole, with its mistakes at row and cell."""

import json
import re

import pytest

from shop.catalog.models import SKU, AttributeTemplate, Guarantee, Product, SpecTemplate
from shop.catalog.rules import MOST_SKUS
from shop.catalog.services import archive_product, set_shelf
from shop.core.models import AuditEntry
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import set_on_hand
from shop.library.services import store_picture
from tests.factories import broken, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.catalogue import category, product
from tests.shop.pictures import made
from tests.shop.product_pages import changed_rows, facts, form, grid, row, stored_form

ADD = "/admin/catalog/product/add/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def page_of(saved):
    return f"/admin/catalog/product/{saved.pk}/change/"


def drawn(answer, name):
    """The JSON that a script of the page is given."""
    found = re.search(rf"<script data-{name} [^>]*>(.*?)</script>", answer.content.decode(), re.DOTALL)
    return json.loads(found[1])


def changes():
    return list(AuditEntry.objects.filter(object_kind="catalog.product").order_by("pk"))


def test_a_whole_product_is_made_in_one_post(browser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = store_picture(made(), actor="test")
    product("R1", "另一件")
    Guarantee.objects.create(name="正品", is_for_all=False)
    variants = grid(
        row([0, 0], price="199.50", stock="7", picture=picture.key),
        row([0, 1], price="¥299", list_price="399", cost_price="100", member_price="280", code="W1-L", weight="1500"),
        row([1, 0], on=False, price="abc"),
        颜色=["红", "白"],
        尺码=["M", "L"],
    )
    answer = browser.post(
        ADD,
        form(
            category(),
            variants,
            kind="SERVICE",
            tags="新，热卖",
            related='["R1"]',
            guarantees=["正品"],
            facts=facts(材质="羊毛"),
            pictures=picture.key,
            least_per_order="2",
            most_per_order="9",
            detail_html='<p onclick="x()">好</p>',
        ),
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    saved = Product.objects.get(code="W1")
    assert (saved.title, saved.price, saved.kind, saved.least_per_order, saved.most_per_order) == (
        *("羊毛被", 19950, "SERVICE"),
        *(2, 9),
    )
    assert (saved.cover, saved.detail_html) == (picture.name, "<p>好</p>")
    first, second = saved.skus.order_by("position")
    assert (first.options, first.price, first.picture) == ({"颜色": "红", "尺码": "M"}, 19950, picture)
    assert (second.code, second.price, second.list_price, second.weight) == ("W1-L", 29900, 39900, 1500)
    assert (second.cost_price, second.member_price) == (10000, 28000)
    assert list(saved.options.values_list("name", "values")) == [("颜色", ["红"]), ("尺码", ["M", "L"])]
    assert [item.on_hand for item in StockItem.objects.filter(sku__product=saved).order_by("sku__position")] == [7, 0]
    assert list(saved.product_tags.values_list("tag__name", flat=True)) == ["新", "热卖"]
    assert list(saved.related_products.values_list("related__code", flat=True)) == ["R1"]
    assert list(saved.product_guarantees.values_list("guarantee__name", flat=True)) == ["正品"]
    [entry] = changes()
    assert (entry.actor, entry.action, entry.object_ref) == (owner().username, "add", saved.key)
    assert entry.after["title"] == "羊毛被"


def test_the_page_posted_back_unchanged_changes_nothing(browser):
    saved = make_sku(stock=5).product
    before = Product.objects.values().get(pk=saved.pk)
    posted = stored_form(saved)
    assert browser.post(page_of(saved), posted).status_code == 302
    first = Product.objects.values().get(pk=saved.pk)
    assert browser.post(page_of(saved), stored_form(saved)).status_code == 302
    assert Product.objects.values().get(pk=saved.pk) == first
    assert {name for name in before if before[name] != first[name]} <= {"updated_at", "version"}
    assert [entry.after for entry in changes()][1:] == []


def test_a_price_typed_in_yuan_is_audited_per_sku_in_fen(browser):
    saved = make_sku(price=1000).product
    sku = saved.skus.get()
    posted = changed_rows(stored_form(saved), **{sku.code.replace("-", "_"): {"price": "12.34"}})
    assert browser.post(page_of(saved), posted).status_code == 302
    sku.refresh_from_db()
    assert sku.price == 1234
    entry = changes()[-1]
    assert entry.before[f"skus {sku.code}"] == {"price": 1000}
    assert entry.after[f"skus {sku.code}"] == {"price": 1234}


def test_stock_changes_by_the_difference_so_that_a_sale_meanwhile_counts(browser):
    sku = make_sku(stock=10)
    posted = changed_rows(stored_form(sku.product), **{sku.code.replace("-", "_"): {"stock": "15"}})
    set_on_hand({sku.pk: 8}, kind="ADJUST", ref="sold meanwhile", actor="t")
    assert browser.post(page_of(sku.product), posted).status_code == 302
    assert StockItem.objects.get(sku=sku).on_hand == 13
    assert StockMove.objects.order_by("pk").last().quantity == 5
    assert broken() == {}


def test_stock_below_what_is_promised_is_refused_and_nothing_is_stored(browser):
    sku = make_sku(stock=5)
    make_order(None, (sku, 3))
    posted = changed_rows(stored_form(sku.product, title="改名"), **{sku.code.replace("-", "_"): {"stock": "2"}})
    answer = browser.post(page_of(sku.product), posted)
    assert answer.status_code == 200
    assert "现有库存不能少于已占用数量" in answer.content.decode()
    sku.product.refresh_from_db()
    assert sku.product.title != "改名"
    assert StockItem.objects.get(sku=sku).on_hand == 5


def test_a_switched_off_combination_that_was_ordered_is_archived_and_comes_back(browser):
    sku = make_sku()
    make_order(None, (sku, 1))
    other = row([1], price="20", code="NEW")
    own = {"key": sku.key, "code": sku.code, "price": "10"}
    posted = stored_form(sku.product) | {"variants": grid(row([0], **own, on=False), other, 规格=["标准", "大"])}
    assert browser.post(page_of(sku.product), posted).status_code == 302
    sku.refresh_from_db()
    assert sku.archived_at is not None
    posted = stored_form(sku.product)
    posted["variants"] = grid(
        row([0], code=sku.code, price="11"),
        row([1], key=SKU.objects.get(code="NEW").key, code="NEW", price="20"),
        规格=["标准", "大"],
    )
    assert browser.post(page_of(sku.product), posted).status_code == 302
    sku.refresh_from_db()
    assert (sku.archived_at, sku.price) == (None, 1100)


@pytest.mark.parametrize(
    ("fields", "place", "reason"),
    [
        ({"price": "10.005"}, "rows[1].price", "最多两位小数"),
        ({"price": "12,50"}, "rows[1].price", "最多两位小数"),
        ({"price": ""}, "rows[1].price", "请填写价格"),
        ({"price": "0"}, "rows[1].price", "价格不能低于 0.01 元"),
        ({"price": "10", "member_price": "10.01"}, "rows[1].member_price", "会员价不能高于价格"),
        ({"price": "10", "stock": "-1"}, "rows[1].stock", "整数"),
        ({"price": "10", "weight": "很重"}, "rows[1].weight", "整数"),
        ({"price": "10", "code": "A"}, "rows[1].code", "重复"),
    ],
)
def test_a_mistake_is_shown_at_its_cell_and_nothing_typed_is_lost(browser, fields, place, reason):
    variants = grid(row([0], price="12.50", code="A", barcode="690"), row([1], **fields), 颜色=["红", "白"])
    answer = browser.post(ADD, form(category(), variants, tags="新", facts=facts(材质="羊毛"), title="新品"))
    assert answer.status_code == 200
    assert reason in drawn(answer, "errors")[place]
    assert drawn(answer, "data") == json.loads(variants)
    text = answer.content.decode()
    assert 'value="新品"' in text
    assert 'value="新"' in text
    assert "羊毛" in text
    assert (Product.objects.count(), AuditEntry.objects.count(), StockItem.objects.count()) == (0, 0, 0)


def test_a_mistake_of_one_page_is_not_shown_on_the_next(browser):
    browser.post(ADD, form(category(), grid(row(price="x"))))
    assert drawn(browser.get(ADD), "errors") == {}


@pytest.mark.parametrize(
    "variants",
    [
        "",
        "{",
        "[]",
        "null",
        '{"options": [], "rows": [null]}',
        '{"options": [], "rows": [{"on": true, "values": [0]}]}',
        '{"options": [{"name": "a", "values": ["b"]}], "rows": [{"on": true, "values": [7]}]}',
        '{"options": [{"name": "a", "values": ["b"]}], "rows": [{"on": true, "values": [-1]}]}',
        '{"options": [{"name": 1, "values": ["b"]}], "rows": []}',
        '{"options": [], "rows": [{"on": true, "values": [], "price": 5}]}',
        "[" * 100_000,
    ],
)
def test_what_no_page_posts_is_refused_without_a_fault(browser, variants):
    answer = browser.post(ADD, form(category(), variants))
    assert answer.status_code == 200
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"facts": '[{"name": "\\ud800", "value": "\\ud800"}]'},
        {"related": '["\\ud800"]'},
        {"related": "[" * 100_000},
        {"variants": grid(row(code="a\ud800", price="1", picture="\ud800")).replace("\ud800", "\\ud800")},
        {"shelf": "TIMED", "on_shelf_at_0": "0001-01-01", "on_shelf_at_1": "00:00", "on_shelf_at": "0001-01-01 00:00"},
    ],
)
def test_what_no_database_holds_is_refused_without_a_fault(browser, fields):
    answer = browser.post(ADD, form(category(), grid(row(code="a", price="1"))) | fields)
    assert answer.status_code in {200, 302, 400}
    answer = browser.get("/admin/catalog/product/?code=%00")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "malformed")


def test_too_many_combinations_are_refused(browser):
    values = [str(number) for number in range(MOST_SKUS + 1)]
    variants = grid(*(row([number], price="1") for number in range(MOST_SKUS + 1)), 号=values)
    answer = browser.post(ADD, form(category(), variants))
    assert str(MOST_SKUS) in drawn(answer, "errors")["skus"]
    assert not Product.objects.exists()


def test_a_taken_code_is_refused_and_what_was_typed_stays(browser):
    taken = make_sku().product.code
    answer = browser.post(ADD, form(category(), grid(row(price="10")), code=taken, title="新品"))
    assert answer.status_code == 200
    assert "商品编码或 SKU 编码已被使用" in answer.content.decode()
    assert 'value="新品"' in answer.content.decode()
    assert not Product.objects.filter(title="新品").exists()


def test_two_pages_do_not_overwrite_each_other_silently(browser):
    sku = make_sku(price=1000, title="原名")
    code = sku.code.replace("-", "_")
    first, second = stored_form(sku.product), stored_form(sku.product)
    assert browser.post(page_of(sku.product), changed_rows(first, **{code: {"price": "12"}})).status_code == 302
    answer = browser.post(page_of(sku.product), second | {"title": "第二页的名字"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "商品已被别人修改" in text
    assert f"SKU {sku.option_text or sku.code} 价格：¥10.00 → ¥12.00" in text
    assert 'value="第二页的名字"' in text
    sku.product.refresh_from_db()
    assert sku.product.title == "原名"
    version = re.search(r'name="edited_version" value="(\d+)"', text)[1]
    again = second | {"title": "第二页的名字", "edited_version": version}
    assert browser.post(page_of(sku.product), again).status_code == 302
    sku.product.refresh_from_db()
    assert sku.product.title == "第二页的名字"


def test_a_product_taken_off_the_shelf_meanwhile_is_told(browser):
    saved = make_sku().product
    posted = stored_form(saved)
    set_shelf(saved, on_shelf=False)
    answer = browser.post(page_of(saved), posted)
    assert "上架：是 → 否" in answer.content.decode()
    saved.refresh_from_db()
    assert saved.is_on_shelf is False


def test_a_time_for_the_shelf_is_needed_where_it_counts(browser):
    answer = browser.post(ADD, form(category(), grid(row(price="10")), shelf="TIMED"))
    assert "请填写上架时间" in answer.content.decode()
    posted = form(category(), grid(row(price="10")), shelf="TIMED", on_shelf_at="2030-01-02T08:30")
    assert browser.post(ADD, posted).status_code == 302
    saved = Product.objects.get()
    assert (saved.is_on_shelf, saved.on_shelf_at.isoformat()) == (False, "2030-01-02T00:30:00+00:00")
    assert 'value="2030-01-02T08:30"' in browser.get(page_of(saved)).content.decode()
    wrong = stored_form(saved, shelf="TIMED", on_shelf_at="2030-01-02T08:30", off_shelf_at="2030-01-02T08:30")
    assert "下架时间必须晚于上架时间" in browser.post(page_of(saved), wrong).content.decode()


def test_templates_are_offered_and_required_attributes_asked_for(browser):
    SpecTemplate.objects.create(name="服装", options=[{"name": "尺码", "values": ["M"]}])
    below = category("居家/被枕")
    AttributeTemplate.objects.create(
        category=below.parent, rows=[{"name": "材质", "values": ["羊毛"], "required": True}]
    )
    answer = browser.post(ADD, form(below, grid(row(price="10"))))
    assert "请填写必填参数：材质" in answer.content.decode()
    assert drawn(answer, "templates") == [{"name": "服装", "options": [{"name": "尺码", "values": ["M"]}]}]
    assert not Product.objects.exists()
    assert browser.post(ADD, form(below, grid(row(price="10")), facts=facts(材质="羊毛"))).status_code == 302


def test_who_may_not_change_stock_cannot_type_it(shop):
    sku = make_sku(stock=5)
    browser = browser_of(shop, make_staff("o@example.com", "运营"))
    assert 'data-may-stock="0"' in browser.get(page_of(sku.product)).content.decode()
    posted = changed_rows(stored_form(sku.product), **{sku.code.replace("-", "_"): {"stock": "9"}})
    assert browser.post(page_of(sku.product), posted).status_code == 302
    assert StockItem.objects.get(sku=sku).on_hand == 5


def test_who_may_only_look_reads_the_product_and_posts_nothing(shop):
    sku = make_sku(price=1250)
    browser = browser_of(shop, make_staff("s@example.com", "客服"))
    answer = browser.get(page_of(sku.product))
    assert answer.status_code == 200
    assert "¥12.50" in answer.content.decode()
    assert "data-variants" not in answer.content.decode()
    assert browser.post(page_of(sku.product), stored_form(sku.product, title="改名")).status_code == 403
    sku.product.refresh_from_db()
    assert sku.product.title != "改名"


def test_related_products_are_found_by_name(browser, shop, other_shop):
    from tenants.context import using_shop

    product("R1", "明前龙井")
    archive_product(product("R2", "旧龙井"))
    with using_shop(other_shop):
        product("R3", "别店龙井")
    found = json.loads(browser.get("/admin/catalog/product/find/?q=龙井").content)["results"]
    assert found == [{"code": "R1", "title": "明前龙井", "cover": ""}]
    assert json.loads(browser.get("/admin/catalog/product/find/").content) == {"results": []}


def test_the_history_tells_who_changed_which_price(browser):
    sku = make_sku(price=1000)
    posted = changed_rows(stored_form(sku.product, title="新名"), **{sku.code.replace("-", "_"): {"price": "12"}})
    browser.post(page_of(sku.product), posted)
    text = browser.get(f"/admin/catalog/product/{sku.product_id}/history/").content.decode()
    assert owner().username in text
    assert f"SKU {sku.option_text or sku.code} 价格" in text
    assert "¥10.00" in text
    assert "¥12.00" in text
    log = browser.get("/admin/core/auditentry/").content.decode()
    assert "新名" in log


def test_who_may_only_look_reads_no_cost_price(shop, browser):
    sku = make_sku(price=1000)
    cell = {sku.code.replace("-", "_"): {"price": "12", "cost_price": "7.77"}}
    browser.post(page_of(sku.product), changed_rows(stored_form(sku.product), **cell))
    history, export = f"/admin/catalog/product/{sku.product_id}/history/", "/admin/catalog/product/export/"
    for reader, seen in ((browser, True), (browser_of(shop, make_staff("s@example.com", "客服")), False)):
        text = reader.get(history).content.decode()
        assert "¥12.00" in text
        assert ("¥7.77" in text) == seen
        job = reader.post(export, {"format": "csv"})["Location"]
        rows = b"".join(reader.get(f"{job}result").streaming_content).decode("utf-8-sig")
        assert sku.code in rows
        assert ("成本价" in rows, "7.77" in rows) == (seen, seen)


def test_another_shops_product_has_no_page(browser, other_shop):
    from tenants.context import using_shop

    with using_shop(other_shop):
        saved = product()
    for page in ("change", "history"):
        assert browser.get(f"/admin/catalog/product/{saved.pk}/{page}/").status_code in {302, 404}


def test_the_recycle_bin_restores_and_deletes(browser):
    ordered, free = make_order().lines.get().sku.product, make_sku().product
    for one in (ordered, free):
        archive_product(one)

    def act(name, *products):
        data = {"action": name, "_selected_action": [str(one.pk) for one in products]}
        return browser.post("/admin/catalog/product/?archived=1", data, follow=True).content.decode()

    act("restore", free)
    free.refresh_from_db()
    assert (free.archived_at, free.is_on_shelf) == (None, False)
    archive_product(free)
    text = act("purge", ordered, free)
    assert "只能留在回收站" in text
    assert list(Product.objects.values_list("pk", flat=True)) == [ordered.pk]
    assert [entry.action for entry in changes()] == ["restore", "delete"]
    assert broken() == {}


def test_the_way_to_the_recycle_bin_stands_above_the_list_and_in_the_message(browser):
    first, second = make_sku().product, make_sku().product
    assert "回收站（0）" in browser.get("/admin/catalog/product/").content.decode()
    data = {"action": "archive", "_selected_action": [first.pk]}
    text = browser.post("/admin/catalog/product/", data, follow=True).content.decode()
    assert '<a class="weipu-link" href="/admin/catalog/product/?archived=1">打开回收站</a>' in text
    assert "回收站（1）" in text
    listed = browser.get("/admin/catalog/product/?archived=1")
    text = listed.content.decode()
    assert [row.pk for row in listed.context["cl"].result_list] == [first.pk] != [second.pk]
    assert "返回商品列表" in text and "归档" not in text
    assert {name for name, _label in listed.context["action_form"].fields["action"].choices} == {"", "restore", "purge"}


def test_only_the_owner_deletes_for_good(shop):
    saved = make_sku().product
    archive_product(saved)
    browser = browser_of(shop, make_staff("o@example.com", "运营"))
    data = {"action": "purge", "_selected_action": [str(saved.pk)]}
    browser.post("/admin/catalog/product/?archived=1", data)
    assert Product.objects.filter(pk=saved.pk).exists()
