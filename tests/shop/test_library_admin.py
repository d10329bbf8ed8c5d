"""The library in the back office: uploads, the shelf, choosing, removing."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from shop.catalog.models import Product
from shop.catalog.pictures import add_picture, pictures_of, set_pictures
from shop.core.models import AuditEntry
from shop.library.fields import PictureField, PicturesField, VideoField
from shop.library.models import Asset, Usage
from shop.library.services import remove_asset, store_picture
from shop.library.services.deriving import derive
from shop.library.services.keeping import purge
from shop.members.models import Member
from shop.orders.models import OrderLine
from tenants.context import using_shop
from tenants.models import Due
from tenants.storage import PublicStorage
from tests.factories import broken, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.catalogue import product
from tests.shop.mp4 import mp4
from tests.shop.pictures import made
from tests.shop.product_pages import stored_form
from tests.shop.test_admin_states import move

UPLOAD = "/admin/library/asset/upload/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def asset(colour="red", **options):
    return store_picture(made(colour=colour), actor="test", **options)


def upload(browser, file=None, **fields):
    file = file or made((640, 480))
    return browser.post(UPLOAD, {"file": SimpleUploadedFile("被子.png", file.read(), "image/png"), **fields})


def test_an_upload_answers_with_the_stored_picture(browser):
    answer = upload(browser, folder="秋冬")
    assert answer.status_code == 201
    stored = Asset.objects.get()
    assert json.loads(answer.content) == {
        "key": stored.key,
        "title": "被子",
        "kind": "PICTURE",
        "width": 640,
        "height": 480,
        "small": stored.url(),
        "large": stored.url(),
    }
    assert (stored.folder, stored.uploaded_by, stored.owner) == ("秋冬", owner().username, "")
    entry = AuditEntry.objects.get(object_kind="library.asset")
    assert (entry.action, entry.object_ref, entry.after) == ("add", stored.key, {"title": "被子", "folder": "秋冬"})


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"%!PS-Adobe-3.0 EPSF-3.0"])
def test_a_refused_upload_says_why_and_stores_nothing(browser, content):
    answer = browser.post(UPLOAD, {"file": SimpleUploadedFile("a.png", content, "image/png")})
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "picture_invalid"
    assert browser.post(UPLOAD, {}).status_code == 422
    assert not Asset.objects.exists()
    assert not AuditEntry.objects.filter(object_kind="library.asset").exists()


def test_no_transaction_waits_for_the_storage(browser, monkeypatch):
    save, seen, outside = PublicStorage.save, [], len(connection.savepoint_ids)

    def watched(self, *args, **options):
        seen.append(len(connection.savepoint_ids))
        return save(self, *args, **options)

    monkeypatch.setattr(PublicStorage, "save", watched)
    assert upload(browser).status_code == 201
    add_picture(product(), made(colour="blue"))
    assert seen == [outside, outside]


def test_who_may_not_change_products_may_not_upload(shop):
    for role, status in (("运营", 201), ("客服", 403), ("仓库", 403), ("财务", 403)):
        answer = upload(browser_of(shop, make_staff(f"{role}@example.com", role)))
        assert answer.status_code == status, role
    assert Asset.objects.count() == 1
    assert browser_of(shop, make_staff("k@example.com", "客服")).get("/admin/library/asset/choose/").status_code == 403
    assert browser_of(shop, None).get("/admin/library/asset/choose/").status_code == 302


def test_an_upload_needs_its_token(shop):
    browser = browser_of(shop, owner())
    browser.handler.enforce_csrf_checks = True
    assert upload(browser).status_code == 403
    assert not Asset.objects.exists()


def test_a_shop_that_may_not_write_takes_no_upload(shop, browser):
    move(shop, "READ_ONLY")
    assert upload(browser).status_code == 403
    assert not Asset.objects.exists()
    assert "data-upload" not in browser.get("/admin/library/asset/").content.decode()


def test_choosing_shows_the_shops_own_pictures_newest_first(browser, other_shop):
    with using_shop(other_shop):
        asset("green")
    one, two = asset("red", title="红被"), asset("blue", title="蓝枕")
    asset("black", owner="member1")
    gone = asset("white")
    remove_asset(gone)

    def keys(query=""):
        answer = browser.get(f"/admin/library/asset/choose/{query}")
        return [row["key"] for row in json.loads(answer.content)["results"]]

    assert keys() == [two.key, one.key]
    assert keys("?q=红") == [one.key]
    assert keys("?page=2") == keys("?page=999") == keys("?q=%25") == []
    assert keys("?page=x") == [two.key, one.key]


def test_the_shelf_shows_pictures_room_and_what_is_unused(browser):
    shown, unused = asset("red", title="红被", folder="被子"), asset("blue", title="蓝枕")
    set_pictures(product(), [shown])
    page = browser.get("/admin/library/asset/").content.decode()
    assert "红被" in page
    assert "蓝枕" in page
    assert "已用" in page
    assert "红被" not in browser.get("/admin/library/asset/?unused=1").content.decode()
    assert "蓝枕" not in browser.get("/admin/library/asset/?unused=0").content.decode()
    assert "蓝枕" not in browser.get("/admin/library/asset/?folder=被子").content.decode()
    assert unused.small_url in page


def test_a_picture_says_where_it_is_used(browser):
    saved, one = product(title="羊毛被"), asset()
    set_pictures(saved, [one])
    page = browser.get(f"/admin/library/asset/{one.pk}/change/").content.decode()
    assert "羊毛被" in page
    assert f"/admin/catalog/product/{saved.pk}/change/" in page


def test_title_and_folder_can_be_changed(browser):
    one = asset()
    answer = browser.post(f"/admin/library/asset/{one.pk}/change/", {"title": "正面", "folder": "被子"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.title, one.folder) == ("正面", "被子")


def remove(browser, *assets):
    data = {"action": "remove", "_selected_action": [one.pk for one in assets], "index": "0"}
    return browser.post("/admin/library/asset/", data, follow=True)


def test_only_what_nothing_shows_is_removed(browser):
    saved, avatar = product(), asset("green")
    shown, worded, unused = asset("red"), asset("blue"), asset("white")
    set_pictures(saved, [shown])
    Product.objects.filter(pk=saved.pk).update(detail_html=f'<p><img src="media:{worded.name}"></p>')
    Member.objects.create(nickname="小明", avatar=f"/media/{avatar.name}")
    page = remove(browser, shown, worded, unused, avatar).content.decode()
    assert "已删除 1 张图片" in page
    assert "3 张图片正在使用，没有删除" in page
    assert set(Asset.objects.live()) == {shown, worded, avatar}
    assert Usage.objects.get(scope="shop").bytes == shown.bytes + worded.bytes + avatar.bytes
    assert AuditEntry.objects.get(object_kind="library.asset", action="delete").object_ref == unused.key
    assert broken() == {}


def test_removing_one_that_is_used_is_refused_in_words(browser):
    shown = asset()
    set_pictures(product(), [shown])
    page = browser.post(f"/admin/library/asset/{shown.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert "图片正在使用" in page
    assert Asset.objects.live().count() == 1
    set_pictures(Product.objects.get(), [])
    assert browser.post(f"/admin/library/asset/{shown.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Asset.objects.live().exists()
    assert store_picture(made(colour="red"), actor="test").pk != shown.pk


def test_files_of_a_removed_picture_go_a_day_later(shop):
    one = asset()
    derive(one.key)
    one.refresh_from_db()
    remove_asset(one)
    row = Due.objects.get(shop=shop.uuid, kind="library.purge", ref=one.key)
    assert 86000 < (row.run_at - row.created_at).total_seconds() < 87000
    assert all(storages["public"].exists(name) for name in one.names())
    for _twice in range(2):
        purge(one.key)
    assert not any(storages["public"].exists(name) for name in one.names())
    assert not Asset.objects.exists()


def test_files_that_an_order_shows_stay(shop):
    sku, one = make_sku(), asset()
    derive(one.key)
    one.refresh_from_db()
    set_pictures(sku.product, [one])
    make_order(None, (sku, 1))
    assert OrderLine.objects.get().picture == one.sized(400)
    set_pictures(sku.product, [])
    remove_asset(one)
    purge(one.key)
    assert all(storages["public"].exists(name) for name in one.names())
    assert broken() == {}


def test_the_product_form_orders_and_removes_pictures(browser):
    saved = product()
    red, blue, green = asset("red"), asset("blue"), asset("green")
    set_pictures(saved, [red, blue])
    address = f"/admin/catalog/product/{saved.pk}/change/"
    page = browser.get(address).content.decode()
    assert f'value="{red.key},{blue.key}"' in page

    def save(keys):
        return browser.post(address, stored_form(saved, pictures=keys))

    assert save(f"{green.key},{red.key}").status_code == 302
    assert pictures_of(saved) == [green, red]
    for wrong in (f"{red.key},nothing", ",".join(f"k{number}" for number in range(16))):
        answer = save(wrong)
        assert answer.status_code == 200
        assert pictures_of(saved) == [green, red]
    assert save("").status_code == 302
    assert pictures_of(saved) == []


def test_pictures_of_other_shops_and_of_shoppers_are_not_found(browser, shop, other_shop):
    with using_shop(other_shop):
        foreign = asset("red")
    own = asset("blue", owner="member1")
    for one in (foreign, own):
        assert browser.get(f"/admin/library/asset/{one.pk}/change/").status_code in {302, 404}
        assert remove(browser, one).status_code == 200
    with using_shop(other_shop):
        assert Asset.objects.live().count() == 1
    assert Asset.objects.live().count() == 1


def test_a_video_is_known_by_its_content_and_chosen_where_videos_are_meant(browser):
    film = SimpleUploadedFile("a.png", mp4(), "image/png")
    answer = browser.post(UPLOAD, {"file": film})
    assert (answer.status_code, json.loads(answer.content)["kind"]) == (201, "VIDEO")
    picture, video = asset(), Asset.objects.get(kind="VIDEO")

    def keys(kind):
        found = browser.get(f"/admin/library/asset/choose/?kind={kind}").content
        return [row["key"] for row in json.loads(found)["results"]]

    assert (keys("VIDEO"), keys("PICTURE"), keys("")) == ([video.key], [picture.key], [picture.key])
    assert VideoField().clean(video.key) == video
    assert VideoField(required=False).clean("") is None
    for field, key in ((VideoField(), picture.key), (PictureField(), video.key), (PicturesField(), video.key)):
        with pytest.raises(ValidationError):
            field.clean(key)
    page = browser.get(f"/admin/library/asset/{video.pk}/change/").content.decode()
    assert f'<video class="weipu-preview" src="{video.url()}"' in page


def test_fields_know_pictures_in_every_form(shop):
    one, two = asset("red"), asset("blue")
    field = PicturesField(most=2)
    assert field.clean(f"{two.key}, {one.key},{two.key}") == [two, one]
    assert field.prepare_value([one, two]) == f"{one.key},{two.key}"
    assert not field.has_changed([one, two], f"{one.key},{two.key}")
    assert field.has_changed([one, two], f"{two.key},{one.key}")
    assert PictureField().prepare_value(one.pk) == one.key
    for wrong in ("", "nothing", f"{one.key},{two.key},x"):
        with pytest.raises(ValidationError):
            field.clean(wrong)
