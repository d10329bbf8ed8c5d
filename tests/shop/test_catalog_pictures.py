import pytest

from shop.catalog.models import Picture, Product
from shop.catalog.pictures import add_picture, pictures_of, set_pictures
from shop.core.errors import ShopError
from shop.library.models import Asset
from shop.library.services import store_picture
from shop.library.services.deriving import derive
from tenants.models import Due, OutboxEvent
from tests.conftest import body
from tests.factories import broken, make_sku
from tests.shop.catalogue import product
from tests.shop.pictures import image_at, made


def cover_of(saved):
    saved.refresh_from_db()
    return saved.cover


def changes(saved):
    return OutboxEvent.objects.filter(topic="product.changed", ref=saved.key).count()


def test_the_first_picture_is_the_cover(shop):
    saved = product()
    red, blue = (store_picture(made(colour=colour), actor="test") for colour in ("red", "blue"))
    before = changes(saved)
    assert set_pictures(saved, [red, blue, red])
    assert pictures_of(saved) == [red, blue]
    assert cover_of(saved) == red.name
    assert not set_pictures(saved, [red, blue])
    assert changes(saved) == before + 1
    assert set_pictures(saved, [blue, red])
    assert cover_of(saved) == blue.name
    assert set_pictures(saved, [])
    assert cover_of(saved) == ""
    assert Asset.objects.count() == 2


def test_an_added_picture_is_the_last(shop):
    saved = product()
    first, second = add_picture(saved, made(colour="red")), add_picture(saved, made(colour="blue"))
    assert pictures_of(saved) == [first, second]
    assert list(Picture.objects.values_list("position", flat=True)) == [0, 1]


def test_a_removed_picture_cannot_be_shown(shop):
    saved, gone = product(), store_picture(made(), actor="test")
    Asset.objects.update(archived_at="2026-01-01T00:00Z")
    with pytest.raises(ShopError) as refusal:
        set_pictures(saved, [gone])
    assert refusal.value.code == "asset_gone"
    assert not Picture.objects.exists()


def test_a_product_that_is_gone_gets_no_picture(shop):
    with pytest.raises(ShopError) as refusal:
        add_picture(Product(pk=0), made())
    assert refusal.value.code == "not_found"
    assert not Asset.objects.exists()


def test_sizes_are_made_by_due_work_and_then_shown(api, shop):
    saved = make_sku().product
    asset = add_picture(saved, made((1600, 1200), "JPEG", colour="#cc9966"))
    assert cover_of(saved) == asset.name
    assert Due.objects.filter(shop=shop.uuid, kind="library.derive", ref=asset.key).count() == 1
    for _twice in range(2):
        derive(asset.key)
    asset.refresh_from_db()
    stem = asset.name.removesuffix(".webp")
    assert asset.state == "READY"
    wanted = {
        asset.name: ("WEBP", (800, 600)),
        f"{stem}_400.webp": ("WEBP", (400, 300)),
        f"{stem}_200.webp": ("WEBP", (200, 150)),
        f"{stem}.jpg": ("JPEG", (800, 600)),
    }
    assert {name: (image_at(name).format, image_at(name).size) for name in asset.names()} == wanted
    hear_ready()
    detail = body(api.get(f"/api/v1/products/{saved.key}"))
    assert detail["cover"] == f"/media/{stem}_400.webp"
    assert detail["images"] == [f"/media/{asset.name}"]
    assert detail["pictures"] == [
        {
            "large": f"/media/{asset.name}",
            "medium": f"/media/{stem}_400.webp",
            "small": f"/media/{stem}_200.webp",
            "jpeg": f"/media/{stem}.jpg",
            "width": 800,
            "height": 600,
        }
    ]
    addresses = [value for value in detail["pictures"][0].values() if isinstance(value, str)]
    types = {address.rpartition(".")[2]: api.get(address)["Content-Type"] for address in addresses}
    assert types == {"webp": "image/webp", "jpg": "image/jpeg"}
    assert broken() == {}


def hear_ready():
    from shop.catalog.receivers import on_picture_ready

    (event,) = OutboxEvent.objects.filter(topic="picture.ready")
    for _twice in range(2):
        on_picture_ready(event)


def test_a_transparent_picture_has_a_white_jpeg(shop):
    asset = store_picture(made(mode="RGBA", colour=(0, 0, 0, 0)), actor="test")
    derive(asset.key)
    asset.refresh_from_db()
    assert min(image_at(asset.sized(800, jpeg=True)).getpixel((3, 3))) > 250
