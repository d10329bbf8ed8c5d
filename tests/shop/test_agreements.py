"""User agreement, privacy policy, and how the shop looks."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shop.agreements.models import Agreement
from shop.agreements.services import save_agreement, seed
from shop.core.colours import contrast_with_white, validate_theme_colour
from shop.core.models import AuditEntry, ShopSettings
from shop.library.models import Asset
from shop.library.services import remove_assets, store_picture
from tests.shop.admin_browser import browser_of, owner
from tests.shop.members import body, refused
from tests.shop.test_pictures import made

SETTINGS = "/admin/core/shopsettings/1/change/"


def read(api, kind, language="zh-hans"):
    response = api.get(f"/api/v1/agreements/{kind}", HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200, response.content
    return body(response)


def row(kind):
    return Agreement.objects.get(kind=kind)


@pytest.mark.parametrize(
    ("kind", "language", "words"),
    [
        ("user", "zh-hans", ["用户协议", "欢迎来到alpha 店"]),
        ("user", "en", ["User agreement", "Welcome to alpha 店"]),
        ("privacy", "zh-hans", ["隐私政策", "alpha 店重视您的个人信息"]),
        ("privacy", "en", ["Privacy policy", "alpha 店 values your personal information"]),
    ],
)
def test_a_new_shop_shows_the_usual_text_in_both_languages(api, shop, kind, language, words):
    found = read(api, kind, language)
    assert found["is_usual"] and found["title"] == words[0]
    assert all(word in found["html"] for word in words)


def test_an_unknown_agreement_is_not_there(api, shop):
    refused(api.get("/api/v1/agreements/cookies"), 404, "not_found")


def test_own_texts_are_shown_in_their_language_and_made_harmless(api, shop):
    save_agreement(row("user"), text="<p>本店规则</p><script>alert(1)</script>", text_en="")
    assert read(api, "user")["html"] == "<p>本店规则</p>"
    assert read(api, "user", "en")["html"] == "<p>本店规则</p>"
    save_agreement(row("user"), text="<p>本店规则</p>", text_en='<p onclick="x">Our rules</p>')
    assert read(api, "user", "en")["html"] == "<p>Our rules</p>"
    assert read(api, "privacy")["is_usual"]
    save_agreement(row("user"), text="<p> </p>", text_en="")
    assert read(api, "user")["is_usual"]


def test_a_shops_name_is_no_markup(api, shop):
    from tenants.services import rename

    rename(shop, "<b>店</b>")
    assert "&lt;b&gt;店&lt;/b&gt;" in read(api, "user")["html"]


def test_seeding_again_keeps_what_was_written(shop):
    save_agreement(row("user"), text="<p>规则</p>", text_en="")
    seed()
    assert (Agreement.objects.count(), row("user").text) == (2, "<p>规则</p>")


def test_the_back_office_edits_an_agreement(api, shop):
    browser, agreement = browser_of(shop, owner()), row("privacy")
    page = f"/admin/agreements/agreement/{agreement.pk}/change/"
    assert "data-richtext" in browser.get(page).content.decode()
    before = agreement.updated_at
    posted = {"text": "<p>我们不卖信息</p><iframe></iframe>", "text_en": ""}
    assert browser.post(page, posted).status_code == 302
    assert read(api, "privacy")["html"] == "<p>我们不卖信息</p>"
    assert row("privacy").updated_at >= before
    assert AuditEntry.objects.filter(object_kind="agreements.agreement", action="change").count() == 1
    assert browser.get("/admin/agreements/agreement/add/").status_code == 403
    assert browser.post(f"/admin/agreements/agreement/{agreement.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("colour", "contrast"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54)])
def test_the_contrast_is_that_of_wcag(colour, contrast):
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.005)


@pytest.mark.parametrize("colour", ["#777777", "#07c160", "red", "#15803D", "#15803d;", ""])
def test_a_colour_on_which_white_text_cannot_be_read_is_refused(colour):
    with pytest.raises(ValidationError):
        validate_theme_colour(colour)


def test_the_database_keeps_what_is_no_colour_out(shop):
    with pytest.raises(IntegrityError), transaction.atomic():
        ShopSettings.objects.update(theme_colour="green")


def settings_form(**values):
    stored = ShopSettings.objects.get()
    names = ("pay_minutes", "most_unpaid", "auto_receive_days", "after_sale_days", "low_stock_units")
    names += ("service_phone", "notice", "points_earned_per_yuan", "points_per_yuan")
    given = {name: getattr(stored, name) for name in names}
    return {**given, "shop_name": "alpha 店", "logo": "", "theme_colour": "#15803d", "points_most_bp": "50", **values}


def bootstrap(api):
    return body(api.get("/api/v1/bootstrap"))


def test_logo_and_colour_are_set_in_the_back_office(api, shop, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    picture, browser = store_picture(made(), actor="test"), browser_of(shop, owner())
    answer = browser.post(SETTINGS, settings_form(logo=picture.key, theme_colour="#0f766e"))
    assert answer.status_code == 302, answer.content.decode()
    found = bootstrap(api)
    assert (found["logo"], found["theme_colour"]) == (f"/media/{picture.name}", "#0f766e")
    assert picture.key in browser.get(SETTINGS).content.decode()
    assert remove_assets([picture.pk]) == [] and Asset.objects.live().filter(pk=picture.pk).exists()
    browser.post(SETTINGS, settings_form(theme_colour="#0f766e"))
    assert bootstrap(api)["logo"] == ""
    assert remove_assets([picture.pk]) == [picture]


def test_a_colour_that_is_too_light_is_said_and_not_stored(api, shop):
    answer = browser_of(shop, owner()).post(SETTINGS, settings_form(theme_colour="#ffcc00"))
    assert answer.status_code == 200 and "这个颜色太浅" in answer.content.decode()
    assert bootstrap(api)["theme_colour"] == "#15803d"
