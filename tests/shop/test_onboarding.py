"""The first steps of a shop, and the sample goods that come and go with one click."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from payments.models import Account
from saas.first_steps import checklist
from saas.samples import PREFIX
from shop.catalog.models import Category, Product
from shop.catalog.services import set_shelf
from shop.core.models import AuditEntry, SampleRow, ShopSettings, User
from shop.inventory.models import StockItem
from shop.library.models import Asset
from shop.members.models import WechatApp
from shop.pricing.models import FreightRule
from shop.reviews.models import Review
from tenants import registry
from tenants.context import using_shop
from tenants.models import Tenant
from tests.factories import make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def home(browser):
    return browser.get("/admin/").content.decode()


def done():
    return {step.code for step in checklist().steps if step.done}


def broken():
    return {step.code for step in checklist().steps if step.broken}


def press(browser, name, **values):
    """What the page says after a button of the home page was pressed."""
    answer = browser.post(f"/admin/{name}/", values, follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    return [str(message) for message in answer.context["messages"]]


def count_rows():
    models = (Product, Category, StockItem, Review, SampleRow)
    return [*(model.objects.count() for model in models), Asset.objects.live().count()]


def samples():
    return Product.objects.filter(code__startswith=PREFIX)


def test_each_step_is_done_by_what_it_asks_for(browser):
    assert done() == set()
    page = home(browser)
    assert "已完成 0 / 9" in page
    for link in re.findall(r'<li data-step="\w+">\s*<a href="([^"]+)"', page):
        assert browser.get(link, follow=True).status_code == 200, link
    ShopSettings.objects.update(service_phone="0571-85550101")
    assert done() == {"shop"}
    sku = make_sku(stock=3)
    assert done() == {"shop", "category", "stock"}  # a product without a picture is not finished
    assert broken() == {"goods"}
    Product.objects.filter(pk=sku.product_id).update(cover="a.webp")
    FreightRule.objects.update(first_fee=800)
    account = Account.objects.create(name="主账户")
    WechatApp.objects.create(appid="wx0000000000000001")
    assert done() == {"shop", "category", "goods", "stock", "freight", "account", "app"}
    make_order(make_member(), (sku, 1))
    assert "first-steps" not in home(browser)  # staff are optional
    Account.objects.filter(pk=account.pk).update(is_enabled=False)
    assert broken() == {"account"}
    assert "支付账户都停用了：买家现在付不了款" in home(browser)


def test_folded_steps_come_back_when_something_breaks(browser):
    account = Account.objects.create(name="主账户")
    press(browser, "first-steps/fold", fold="1")
    assert "建第一个分类" not in home(browser) and "已完成 1 / 9" in home(browser)
    press(browser, "first-steps/fold", fold="0")
    assert "建第一个分类" in home(browser)
    press(browser, "first-steps/fold", fold="1")
    Account.objects.filter(pk=account.pk).update(is_enabled=False)
    page = home(browser)
    assert "建第一个分类" in page and "支付账户都停用了" in page
    Account.objects.filter(pk=account.pk).update(is_enabled=True)
    assert "建第一个分类" not in home(browser)


def test_samples_come_once_and_go_without_a_trace(browser, other_shop):
    before = count_rows()
    assert "添加示例商品" in home(browser)
    assert press(browser, "samples/add") == ["已添加 6 个示例商品"]
    added = count_rows()
    assert added[0] == before[0] + 6 and added[5] == before[5] + 6
    assert all(product.cover and product.title.startswith("【示例】") for product in samples())
    assert Review.objects.count() >= 4 and StockItem.objects.filter(on_hand__gt=0).exists()
    assert not done() & {"goods", "category", "stock"}  # samples are not the shop's own work
    assert press(browser, "samples/add") == ["示例商品已经在店里"]
    assert count_rows() == added
    with using_shop(other_shop):
        assert (samples().count(), SampleRow.objects.count()) == (0, 0)
    assert "移除示例商品" in home(browser)
    assert press(browser, "samples/remove") == ["已移除示例商品：删除 6 个"]
    assert count_rows() == before
    assert press(browser, "samples/remove") == ["店里没有示例商品"]
    actions = list(
        AuditEntry.objects.filter(action__startswith="samples.").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["samples.add", "samples.remove"]


def test_ordered_samples_go_to_the_bin_and_edited_ones_stay(browser):
    own = Category.objects.create(name="茶叶")
    press(browser, "samples/add")
    ordered, edited = samples().order_by("pk")[:2]
    make_order(make_member(), (ordered.skus.first(), 1))
    set_shelf(edited, on_shelf=False)
    *messages, kept = press(browser, "samples/remove")
    assert messages == ["已移除示例商品：删除 4 个", "1 个有过订单，已移到回收站"]
    assert f'<a class="weipu-link" href="/admin/catalog/product/{edited.pk}/change/">{edited.title}</a>' in kept
    assert {product.pk: bool(product.archived_at) for product in samples()} == {ordered.pk: True, edited.pk: False}
    assert not Review.objects.filter(product__in=[ordered, edited], state="SHOWN").exists()
    assert Category.objects.filter(pk=own.pk).exists()
    assert Category.objects.filter(pk=edited.category_id).exists()
    assert SampleRow.objects.count() == 0
    assert 'id="samples"' not in home(browser)  # there are orders now
    assert press(browser, "samples/add") == ["店里已有订单，不能再添加示例商品"]


def test_edited_samples_that_stayed_go_to_the_bin_with_one_click(browser):
    press(browser, "samples/add")
    edited, own = samples().order_by("pk")[0], make_sku().product
    set_shelf(edited, on_shelf=False)
    *_others, kept = press(browser, "samples/remove")
    [key] = re.findall(r'name="product" value="(\w+)"', kept)
    assert key == edited.key
    for count in (1, 0):  # the second click changes nothing
        answer = browser.post("/admin/samples/archive/", {"product": [key, own.key]}, follow=True)
        assert f"已把 {count} 件商品移到回收站" in answer.content.decode()
    edited.refresh_from_db()
    own.refresh_from_db()
    assert edited.archived_at and own.archived_at is None
    assert AuditEntry.objects.filter(action="archive", object_ref=edited.key).count() == 1


def test_own_goods_in_the_way_are_left_alone(browser):
    sku = make_sku()
    type(sku).objects.filter(pk=sku.pk).update(code=f"{PREFIX}CD-101-1")
    before = count_rows()
    [message] = press(browser, "samples/add")
    assert message.startswith("没有添加示例商品：") and count_rows() == before


@pytest.mark.parametrize("name", ["samples/add", "samples/remove", "samples/archive", "first-steps/fold"])
def test_only_the_owner_of_an_open_shop_presses_the_buttons(shop, browser, name):
    before = count_rows()
    clerk = browser_of(shop, make_staff("clerk", "运营"))
    assert clerk.post(f"/admin/{name}/").status_code == 403
    assert browser.get(f"/admin/{name}/").status_code == 405
    assert 'id="samples"' not in home(clerk)
    Tenant.objects.filter(uuid=shop.uuid).update(state="READ_ONLY")
    registry.forget()
    assert browser.post(f"/admin/{name}/").status_code in (302, 403)
    assert count_rows() == before


def test_a_shop_opened_just_now_says_what_is_still_on_its_way(browser, settings):
    preparing = "正在为新店准备模拟的收款和小程序"
    User.objects.update(date_joined=timezone.now())
    settings.PAYSIM_URL = ""
    assert preparing not in home(browser)  # nobody but the merchant opens accounts where nothing is simulated
    settings.PAYSIM_URL = "http://127.0.0.1:9"
    assert preparing in home(browser)
    account = Account.objects.create(name="模拟")
    WechatApp.objects.create(pk=1, appid="wx0000000000000001")
    assert preparing not in home(browser)
    account.delete()
    User.objects.update(date_joined=timezone.now() - timedelta(minutes=2))
    assert preparing not in home(browser)
