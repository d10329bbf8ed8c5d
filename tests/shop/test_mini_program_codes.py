"""WeChat's codes that open a product: asked for once, kept, refused in words."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from shop.catalog.models import Product
from shop.core.miniprogram import ORDERS, PRODUCT
from shop.members import services
from shop.members.models import MiniProgramCode
from shop.members.services import codes
from tenants.errors import ShopError
from tests.factories import make_sku
from tests.race import Meeting, refused, together
from tests.shop.members import APPID, body
from tests.shop.test_wechat_client import answering

pytest_plugins = ["tests.shop.members"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def product(shop):
    return make_sku().product


def ask(api, product):
    return api.get(f"/api/v1/products/{getattr(product, 'key', product)}/code")


def asked(sim):
    return sim.book.counted("code").get(APPID, 0)


def words(answer):
    return answer.status_code, body(answer)["code"]


def test_a_products_code_is_asked_for_once_and_served(api, app, wechatsim, product):
    first, again = ask(api, product), ask(api, product)
    assert first.status_code == again.status_code == 200
    path = body(first)["picture"]
    assert (body(again)["picture"], asked(wechatsim)) == (path, 1)
    assert [(row["page"], row["scene"]) for row in wechatsim.book.entries("code")] == [(PRODUCT, product.key)]
    served = api.get(path)
    assert served["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(b"".join(served.streaming_content)))
    assert (picture.format, picture.width == picture.height >= 200) == ("PNG", True)


def test_another_app_has_codes_of_its_own(api, app, wechatsim, product):
    path = body(ask(api, product))["picture"]
    services.connect_app("wxfedcba9876543210", "other-secret")
    assert body(ask(api, product))["picture"] != path
    assert MiniProgramCode.objects.count() == 2


def test_only_what_shoppers_see_has_a_code(api, app, wechatsim, product):
    Product.objects.filter(pk=product.pk).update(is_on_shelf=False)
    assert [words(ask(api, key)) for key in (product, "unknown")] == [(404, "not_found")] * 2
    assert (asked(wechatsim), MiniProgramCode.objects.count()) == (0, 0)


def test_a_shop_without_an_app_has_no_codes(api, shop, wechatsim, product):
    assert words(ask(api, product)) == (409, "wechat_app_missing")


def test_an_unreleased_page_is_told_and_not_asked_for_again_for_a_while(api, app, wechatsim, product):
    wechatsim._faults["code_page_unknown"] = 1
    for _turn in range(3):
        answer = ask(api, product)
        assert words(answer) == (409, "code_refused")
        assert body(answer)["message"] == "小程序还没有发布，暂时没有小程序码"
    assert (asked(wechatsim), storages["public"].exists("c")) == (1, False)
    MiniProgramCode.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert ask(api, product).status_code == 200
    assert MiniProgramCode.objects.values_list("refusal", "leased_until").get() == (0, None)


@pytest.mark.parametrize("reply", [(500, "text/html", b"<h1>"), (200, "image/png", b"no picture")])
def test_while_wechat_is_away_nothing_is_kept(api, app, wechatsim, settings, product, reply):
    with answering(settings, lambda path, sent: _token() if "token" in path else reply):
        assert words(ask(api, product)) == (503, "wechat_unavailable")
    assert MiniProgramCode.objects.values_list("picture", "refusal", "leased_until").get() == ("", 0, None)
    settings.WECHAT_API_URL = wechatsim.url
    assert ask(api, product).status_code == 200


def _token():
    return 200, "application/json", b'{"access_token": "t", "expires_in": 7200}'


@pytest.mark.parametrize(("page", "scene"), [("pages/x/x", "a"), (PRODUCT, ""), (PRODUCT, "a" * 33), (PRODUCT, "商品")])
def test_nothing_that_wechat_would_not_take_is_sent(app, wechatsim, page, scene):
    with pytest.raises(ValueError, match="no page"):
        codes.mini_program_code(page, scene)
    assert (asked(wechatsim), MiniProgramCode.objects.count()) == (0, 0)


def make(times=6):
    return [lambda: codes.mini_program_code(PRODUCT, "p1")] * times


def test_of_many_at_once_one_asks_wechat(committed_shop, wechatsim):
    services.connect_app(APPID, "the-secret")
    results = together(committed_shop, *make())
    pictures = {result for result in results if isinstance(result, str)}
    pending = [result.code for result in results if isinstance(result, ShopError)]
    assert (len(pictures), set(pending) <= {"code_pending"}, asked(wechatsim)) == (1, True, 1)
    assert {codes.mini_program_code(PRODUCT, "p1")} == pictures


def test_control_without_the_lease_all_ask(committed_shop, wechatsim, monkeypatch):
    services.connect_app(APPID, "the-secret")
    meeting = Meeting()
    monkeypatch.setattr(codes, "_lease", lambda code: meeting.wait() is None)
    assert refused(together(committed_shop, *make(2))) == 0
    assert asked(wechatsim) == 2


def test_the_orders_have_a_code_that_is_asked_for_once(api, app, wechatsim):
    first, again = (api.get("/api/v1/mini-program-code?page=orders") for _turn in range(2))
    assert (first.status_code, body(first)) == (200, body(again))
    assert [(row["page"], row["scene"]) for row in wechatsim.book.entries("code")] == [(ORDERS, "h5")]
    assert api.get(body(first)["picture"])["Content-Type"] == "image/png"


@pytest.mark.parametrize("query", ["", "?page=cart"])
def test_other_pages_have_no_code(api, app, wechatsim, query):
    answer = api.get(f"/api/v1/mini-program-code{query}")
    assert (*words(answer), list(body(answer)["detail"])) == (422, "invalid", ["page"])
    assert (asked(wechatsim), MiniProgramCode.objects.count()) == (0, 0)
