"""The shop's name is its owner's to change; what a mini-program has to know stands in the back office."""

import pytest

from shop.core.models import AuditEntry, ShopSettings
from tenants import registry
from tenants.errors import ShopError
from tenants.models import Registry, Tenant
from tenants.services import rename
from tests.shop.admin_browser import browser_of, make_staff, owner

PAGE = "/admin/core/shopsettings/1/change/"
VALUES = {
    "pay_minutes": "30",
    "most_unpaid": "5",
    "auto_receive_days": "10",
    "after_sale_days": "7",
    "low_stock_units": "5",
    "points_earned_per_yuan": "1",
    "points_per_yuan": "100",
    "points_most_bp": "50",
    "service_phone": "",
    "notice": "",
    "theme_colour": "#15803d",
}


def name_of(shop):
    return Tenant.objects.get(uuid=shop.uuid).name


def test_the_owner_renames_the_shop_and_shoppers_see_it_at_once(shop, api):
    assert api.get("/api/v1/bootstrap").json()["shop"]["name"] == "alpha 店"
    before = Registry.objects.get().generation
    assert browser_of(shop, owner()).post(PAGE, VALUES | {"shop_name": " 檐下  家居 "}).status_code == 302
    assert name_of(shop) == "檐下 家居"
    assert Registry.objects.get().generation == before + 1
    registry.forget()
    assert registry.by_slug("alpha").name == "檐下 家居"
    assert api.get("/api/v1/bootstrap").json()["shop"]["name"] == "檐下 家居"
    [entry] = AuditEntry.objects.all()
    assert (entry.before["shop_name"], entry.after["shop_name"]) == ("alpha 店", "檐下  家居")


@pytest.mark.parametrize("name", ["", "  ", "长" * 31])
def test_a_name_that_is_none_changes_nothing(shop, name):
    answer = browser_of(shop, owner()).post(PAGE, VALUES | {"shop_name": name, "notice": "放假"})
    assert answer.status_code == 200
    assert (name_of(shop), ShopSettings.objects.get().notice) == ("alpha 店", "")


@pytest.mark.parametrize("name", ["", "长" * 31, "a\u0007b"])
def test_the_service_refuses_such_names_too(shop, name):
    with pytest.raises(ShopError, match="name_invalid"):
        rename(shop, name)
    assert name_of(shop) == "alpha 店"


def test_staff_save_settings_without_the_name(shop):
    clerk = browser_of(shop, make_staff("yun@example.com", "运营"))
    assert "shop_name" not in clerk.get(PAGE).content.decode()
    assert clerk.post(PAGE, VALUES | {"shop_name": "别的店", "notice": "放假"}).status_code == 302
    assert (name_of(shop), ShopSettings.objects.get().notice) == ("alpha 店", "放假")


def test_what_a_mini_program_needs_can_be_copied(shop, settings):
    page = browser_of(shop, owner()).get("/admin/members/wechatapp/add/").content.decode()
    assert f'data-copy="{shop.key}"' in page
    assert f'data-copy="{settings.SHARED_URL}/s/{shop.key}/api/v1"' in page
