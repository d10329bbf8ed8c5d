"""What shoppers upload: theirs, within their room, gone after a day unless something shows it."""

import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from shop.catalog.models import Picture
from shop.core.errors import ShopError
from shop.library.models import Asset, Usage
from shop.library.services import claim, store_picture
from shop.library.services.keeping import drop_unused
from tenants.context import using_shop
from tenants.models import Due
from tests.conftest import body
from tests.factories import broken, make_member, make_sku
from tests.shop.pictures import made

UPLOAD = "/api/v1/uploads/pictures"


@pytest.fixture(autouse=True)
def fresh_counts(shop):
    cache.clear()


def send(api, member, file=None):
    file = file or made((300, 200), colour="red")
    headers = {"HTTP_AUTHORIZATION": f"Bearer {member.token}"} if member else {}
    upload = SimpleUploadedFile("IMG_1234.png", file.read(), "image/png")
    return super(type(api), api).post(UPLOAD, {"file": upload}, HTTP_HOST=api.host, **headers)


def test_a_member_uploads_a_picture(api, shop):
    member = make_member()
    answer = send(api, member)
    assert answer.status_code == 201
    asset = Asset.objects.get()
    assert body(answer) == {"key": asset.key, "url": f"/media/{asset.name}", "width": 300, "height": 200}
    assert api.get(asset.url()).status_code == 200
    assert (asset.owner, asset.uploaded_by, asset.title) == (member.key, f"member:{member.key}", "")
    assert Usage.objects.get(scope="members").bytes == asset.bytes
    assert Usage.objects.get(scope=f"member:{member.key}").bytes == asset.bytes
    assert not Usage.objects.filter(scope="shop").exists()
    row = Due.objects.get(shop=shop.uuid, kind="library.unused", ref=asset.key)
    assert 86000 < (row.run_at - row.created_at).total_seconds() < 87000
    assert broken() == {}


def test_strangers_upload_nothing(api, shop, other_shop):
    with using_shop(other_shop):
        stranger = make_member()
    assert send(api, None).status_code == 401
    assert send(api, stranger).status_code == 401
    assert not Asset.objects.exists()


def test_what_is_no_picture_is_refused(api):
    member = make_member()
    answer = send(api, member, made((9, 9), "TIFF"))
    assert (answer.status_code, body(answer)["code"]) == (422, "picture_invalid")
    answer = api.post(UPLOAD, json={"file": "x"}, token=member.token)
    assert answer.status_code in {415, 400}
    assert not Asset.objects.exists()


def test_one_member_and_all_members_have_their_own_room(api, settings):
    one, other = make_member(), make_member()
    store_picture(made(colour="black"), actor="test")
    shop_bytes = Usage.objects.get(scope="shop").bytes
    first = send(api, one)
    used = Asset.objects.get(owner=one.key).bytes
    settings.ONE_MEMBER_UPLOAD_BYTES = used
    answer = send(api, one, made((300, 200), colour="blue"))
    assert (answer.status_code, body(answer)["code"]) == (409, "library_full")
    assert body(send(api, one))["key"] == body(first)["key"]  # the same picture again takes no room
    settings.ONE_MEMBER_UPLOAD_BYTES, settings.MEMBER_UPLOAD_BYTES = 10**6, used
    assert send(api, other).status_code == 409
    settings.MEMBER_UPLOAD_BYTES = 10**6
    assert send(api, other).status_code == 201
    assert Usage.objects.get(scope="shop").bytes == shop_bytes
    assert broken() == {}


def test_too_many_in_a_minute_are_refused(api):
    one, other = make_member(), make_member()
    answers = [send(api, one).status_code for _try in range(31)]
    assert answers == [201] * 30 + [429]
    assert send(api, other).status_code == 201


def test_without_redis_uploads_go_on(api, monkeypatch):
    from redis.exceptions import ConnectionError as RedisAway

    from shop.library.api import UploadThrottle

    def away(*_args, **_kwargs):
        raise RedisAway

    monkeypatch.setattr(UploadThrottle.cache, "get", away, raising=False)
    assert send(api, make_member()).status_code == 201


def test_unused_after_a_day_it_goes_and_used_it_stays(api):
    member = make_member()
    send(api, member)
    send(api, member, made(colour="blue"))
    unused, shown = Asset.objects.order_by("pk")
    Picture.objects.create(product=make_sku().product, asset=shown)
    for asset in (unused, shown):
        for _twice in range(2):
            drop_unused(asset.key)
    assert list(Asset.objects.all()) == [shown]
    assert not storages["public"].exists(unused.name)
    assert storages["public"].exists(shown.name)
    assert Usage.objects.get(scope="members").bytes == shown.bytes
    assert broken() == {}


def test_only_ones_own_pictures_can_be_claimed(api):
    one, other = make_member(), make_member()
    send(api, one)
    send(api, one, made(colour="blue"))
    first, second = Asset.objects.order_by("pk")
    assert claim(one.key, [second.key, first.key, second.key]) == [second, first]
    foreign = store_picture(made(colour="black"), actor="test")
    for owner, key in ((other.key, first.key), (one.key, foreign.key), ("", foreign.key), (one.key, "nothing")):
        with pytest.raises(ShopError) as refusal:
            claim(owner, [key])
        assert refusal.value.code == "upload_not_found"
