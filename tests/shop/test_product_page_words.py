"""What the product's page says: why it did not save, who was faster, and what was done before."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shop.catalog.models import SKU, AttributeTemplate, Category, Product
from shop.catalog.services import set_shelf
from shop.core.audit_words import lines_of
from shop.core.models import AuditEntry
from shop.library.models import Asset
from shop.library.services import store_picture
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.catalogue import category, product, sku
from tests.shop.pictures import made
from tests.shop.product_pages import changed_rows, facts, form, grid, row, stored_form

ADD = "/admin/catalog/product/add/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def page_of(saved):
    return f"/admin/catalog/product/{saved.pk}/change/"


def text_of(answer):
    """The page's words without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def yarn():
    found = category("针织/毛线")
    rows = [
        {"name": "材质", "values": [], "required": True},
        {"name": "产地", "values": [], "required": False},
        {"name": "支数", "values": [], "required": True},
    ]
    AttributeTemplate.objects.create(category=found, rows=rows)
    return found


def test_an_attribute_left_empty_does_not_keep_from_saving(browser):
    answer = browser.post(ADD, form(yarn(), grid(row(price="10")), facts=facts(材质="羊毛", 产地="", 支数="16")))
    assert answer.status_code == 302
    saved = list(Product.objects.get().attributes.values_list("name", "value"))
    assert saved == [("材质", "羊毛"), ("支数", "16")]


def test_a_required_attribute_left_empty_is_asked_for(browser):
    answer = browser.post(ADD, form(yarn(), grid(row(price="10")), facts=facts(材质="", 产地="", 支数="16")))
    assert "请填写必填参数：材质" in text_of(answer)
    assert not Product.objects.exists()


def test_a_mistake_among_the_attributes_is_told_alone_and_at_its_row(browser):
    long = facts(材质="羊毛", 产地="", 支数="长" * 2001)
    answer = browser.post(ADD, form(yarn(), grid(row(price="10")), facts=long))
    assert "请填写必填参数" not in text_of(answer)
    assert 'data-place="attributes[2]"' in answer.content.decode()
    assert not Product.objects.exists()


def test_reasons_stand_above_the_page_and_lead_to_their_places(browser):
    cells = [row([0], price="坏"), row([1], price="10")]
    answer = browser.post(ADD, form(category(), grid(*cells, 颜色=["红", "白"]), title="", shelf="TIMED"))
    page = answer.content.decode()
    found = re.search(r"<div[^>]*data-reasons>(.*?)</div>", page, re.DOTALL)[1]
    leads = re.findall(r'href="#([\w-]+)" data-place="([^"]*)">([^<]*)</a>', found)
    assert leads == [
        ("part-base", "id_title", "标题"),
        ("part-skus", "rows[0].price", "红 价格"),
        ("part-selling", "id_on_shelf_at", "上架时间"),
    ]
    assert "没有保存，有 3 处要改" in found
    assert "请填写上架时间" in found
    assert re.findall(r'href="#([\w-]+)" class="is-wrong"', page) == ["part-base", "part-skus", "part-selling"]
    assert "请更正以下错误" not in page
    assert not Product.objects.exists()


def test_a_sound_page_tells_no_reasons(browser):
    page = browser.get(page_of(product())).content.decode()
    assert "data-reasons" not in page
    assert "data-conflict" not in page


def test_who_was_faster_is_named_and_what_saving_again_does(shop, browser):
    saved = make_sku(title="原名").product
    posted = stored_form(saved)
    other = browser_of(shop, make_staff("lin@example.com", "运营"))
    assert other.post(page_of(saved), stored_form(saved, title="新名", subtitle="副题")).status_code == 302
    answer = browser.post(page_of(saved), posted | {"title": "我的"})
    text = text_of(answer)
    first = text.index("商品已被别人修改")
    by = text.index("lin@example.com 在")
    lines = [text.index("标题：原名 → 新名"), text.index("副标题：— → 副题")]
    again = text.index("再次保存将以这一页的内容为准，覆盖上面的修改")
    assert first < by < min(lines) < max(lines) < again
    assert answer.content.decode().count("<li>标题：") == 1


def test_nobody_is_blamed_for_what_no_log_knows(browser):
    saved = make_sku(title="原名").product
    assert browser.post(page_of(saved), stored_form(saved, subtitle="旧")).status_code == 302
    posted = stored_form(saved)
    set_shelf(saved, on_shelf=False)  # as a planned time does
    text = text_of(browser.post(page_of(saved), posted))
    assert "你打开这一页以后，这件商品被修改了。" in text
    assert "上架：是 → 否" in text
    assert f"{owner().username} 在" not in text


def test_pictures_are_counted_and_a_film_has_its_title(shop):
    Asset.objects.create(kind="VIDEO", name="v", title="织法", key="film1")
    before = {"pictures": ["a", "b", "c"], "video": ""}
    after = {"pictures": ["a", "b", "c", "d", "e"], "video": "film1"}
    told = [(line.name, line.before, line.after) for line in lines_of("catalog.product", before, after)]
    assert told == [("图片", "3 张", "5 张"), ("视频", "—", "织法")]
    (moved,) = lines_of("catalog.product", {"pictures": ["a", "b"]}, {"pictures": ["b", "a"]})
    (other,) = lines_of("catalog.product", {"pictures": ["a", "b"]}, {"pictures": ["a", "c"]})
    assert (moved.after, other.after) == ("2 张（顺序变了）", "2 张（换了图）")


def test_skus_are_named_by_their_options(shop):
    made_of = product("W9", skus=(sku("W9-x7", 颜色="豆沙红", 尺寸="1.5m"),))
    (stored,) = SKU.objects.filter(product=made_of)
    (line,) = lines_of("catalog.product", {"skus W9-x7": {"price": 100}}, {"skus W9-x7": {"price": 200}})
    assert line.name == f"SKU {stored.option_text} 价格"
    gone = {"option_text": "白", "price": 100}
    names = [one.name for one in lines_of("catalog.product", {"skus old": gone}, {"skus old": None})]
    assert names == ["SKU 白 规格", "SKU 白 价格"]


def test_the_making_of_a_product_is_one_line(browser):
    browser.post(ADD, form(category(), grid(row(price="10")), title="羊毛被"))
    saved = Product.objects.get()
    page = browser.get(f"/admin/catalog/product/{saved.pk}/history/").content.decode()
    assert re.search(r"<details>\s*<summary>羊毛被：1 个 SKU</summary>", page)
    assert AuditEntry.objects.get(object_ref=saved.key).after["title"] == "羊毛被"


def test_planned_times_are_told_in_the_list(browser):
    start = datetime(timezone.localtime().year, 11, 23, 1, 0, tzinfo=UTC)
    Product.objects.filter(pk=product("T1").pk).update(is_on_shelf=False, on_shelf_at=start)
    Product.objects.filter(pk=product("T2").pk).update(off_shelf_at=start + timedelta(days=1))
    Product.objects.filter(pk=product("T3").pk).update(is_on_shelf=False)
    text = text_of(browser.get("/admin/catalog/product/"))
    assert "定时上架 11-23 09:00" in text
    assert "已售罄，11-24 09:00 下架" in text
    assert text.count("已下架") == 1


def test_categories_are_chosen_by_their_paths(browser):
    deep = category("床品/被子")
    template = AttributeTemplate.objects.create(category=deep, rows=[])
    for page in (
        ADD,
        f"/admin/catalog/category/{deep.pk}/change/",
        f"/admin/catalog/attributetemplate/{template.pk}/change/",
    ):
        answer = browser.get(page).content.decode()
        wanted = "床品" if "/category/" in page else "床品/被子"
        assert re.search(rf"<option [^>]*selected[^>]*>\s*{wanted}\s*<|>\s*{wanted}\s*</option>", answer), page
    assert "床品/被子" not in browser.get(f"/admin/catalog/category/{deep.pk}/change/").content.decode()
    posted = form(deep, grid(row(price="10")))
    assert browser.post(ADD, posted).status_code == 302
    assert Product.objects.get().category == Category.objects.get(name="被子")


def test_one_barcode_for_several_skus_is_saved_with_a_warning(browser):
    cells = [row([number], price="10", barcode="6901234567892") for number in range(3)]
    answer = browser.post(ADD, form(category(), grid(*cells, 颜色=["红", "白", "灰"])), follow=True)
    assert SKU.objects.filter(barcode="6901234567892").count() == 3
    assert "3 个 SKU 用了同一个条形码 6901234567892" in text_of(answer)
    assert "红、白、灰" in text_of(answer)


def test_different_barcodes_bring_no_warning(browser):
    cells = [row([number], price="10", barcode=f"690123456789{number}") for number in range(2)]
    answer = browser.post(ADD, form(category(), grid(*cells, 颜色=["红", "白"])), follow=True)
    assert "同一个条形码" not in text_of(answer)


def test_a_product_leads_to_its_order_form(browser):
    saved = product()
    assert f"/admin/catalog/orderform/{saved.pk}/change/" in browser.get(page_of(saved)).content.decode()


def test_a_picture_of_a_sku_is_told_by_its_title(shop):
    asset = store_picture(made(), actor="test", title="红色")
    (line,) = lines_of("catalog.product", {"skus A": {"picture": ""}}, {"skus A": {"picture": asset.key}})
    assert (line.name, line.before, line.after) == ("SKU A 图片", "—", "红色")


def test_changed_cells_are_told_by_option(browser):
    saved = make_sku(price=1000)
    browser.post(
        page_of(saved.product),
        changed_rows(stored_form(saved.product), **{saved.code.replace("-", "_"): {"price": "12"}}),
    )
    assert "option text" not in browser.get(f"/admin/catalog/product/{saved.product_id}/history/").content.decode()
