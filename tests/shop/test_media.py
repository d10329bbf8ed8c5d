from shop.catalog.pictures import add_picture
from tenants.context import using_shop
from tests.conftest import body
from tests.factories import make_sku
from tests.shop.test_pictures import made


def test_a_picture_is_addressed_on_the_host_that_is_asked(api, shop):
    add_picture(make_sku().product, made())
    for host, root in ((shop.host, ""), ("api.weipu.test", f"/s/{shop.key}")):
        (row,) = body(api.get(f"{root}/api/v1/products", HTTP_HOST=host))["results"]
        assert row["cover"].startswith(f"{root}/media/{shop.uuid}/p/")


def test_a_picture_of_another_shop_is_not_served(api, shop, other_shop):
    with using_shop(other_shop):
        picture = add_picture(make_sku().product, made())
        assert api.get(f"/media/{picture.name}", HTTP_HOST=other_shop.host).status_code == 200
    assert api.get(f"/media/{picture.name}").status_code == 404
    for path in ("/media/../settings.py", f"/media/{shop.uuid}/../{picture.name}", f"/media/{shop.uuid}/p/none.webp"):
        assert api.get(path).status_code == 404
