"""The preview in the back office: the page with the telephone, and what the telephone shows."""

import pytest

from shop.members.models import Member
from tests.client import Api
from tests.saas.h5_builds import write_build
from tests.shop.admin_browser import browser_of, make_staff
from tests.shop.members import body
from tests.shop.previews import LOGIN
from tests.shop.test_h5 import config_of

TELEPHONE = "/h5/preview/"


@pytest.fixture
def build(settings, tmp_path):
    settings.H5_BUILD = write_build(tmp_path / "h5")


def test_the_page_holds_a_telephone_and_stands_in_the_menu(shop):
    browser = browser_of(shop, make_staff("a@example.com"))
    answer = browser.get("/admin/preview/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<iframe src="{TELEPHONE}"' in text
    first = answer.context["sidebar_navigation"][0]["items"]
    assert [(item["link"], item["active"]) for item in first] == [("/admin/", False), ("/admin/preview/", True)]


def test_the_telephone_is_told_a_ticket_that_logs_in(api, shop, build):
    user = make_staff("a@example.com")
    answer = browser_of(shop, user).get(TELEPHONE)
    config = config_of(answer)
    ticket = config.pop("preview")["ticket"]
    assert (config["mode"], config["ribbon"]) == ("preview", "预览")
    assert config["storagePrefix"] == f"preview:{shop.key}:{user.pk}:"
    assert config["ext"] == {
        "api": f"http://{shop.host}/api/v1",
        "shop": shop.key,
        "login": "/auth/preview-login",
        "preview": True,
    }
    assert "no-store" in answer["Cache-Control"]
    assert "frame-ancestors 'self';" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert body(api.post(LOGIN, json={"code": ticket}))["member"]["nickname"] == "预览顾客"
    assert Member.everything.get().staff == user


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_only_active_staff_get_a_ticket(shop, build, lost):
    stranger, gone = browser_of(shop, None), make_staff("a@example.com")
    browser = browser_of(shop, gone)
    setattr(gone, lost, False)
    gone.save()
    for each in (stranger, browser):
        answer = each.get(TELEPHONE)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/preview/")
        assert each.get("/admin/preview/").status_code == 302
    assert not Member.everything.exists()


def test_there_is_no_preview_on_the_shared_host(shop, build, settings):
    shared = Api(min(settings.SHARED_HOSTS))
    assert shared.get(f"/s/{shop.key}{TELEPHONE}").status_code == 404


def test_a_search_in_the_preview_is_not_counted(api, shop, monkeypatch):
    heard = []
    monkeypatch.setattr("shop.storefront.api._count_afterwards", lambda answer, text, found: heard.append(text))
    host = f"http://{shop.host}"
    asked = {"a": f"{host}{TELEPHONE}", "b": f"{host}/h5/", "c": ""}
    for text, referer in asked.items():
        assert api.get(f"/api/v1/products?keyword={text}", HTTP_REFERER=referer).status_code == 200
    assert heard == ["b", "c"]
