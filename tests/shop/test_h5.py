"""The shop's page for browsers: what it is told, what it may load, where it is."""

import gzip
import json
import os
import re

import pytest

from saas import h5_build
from shop.core.models import ShopSettings
from tenants.models import Tenant
from tests.client import Api
from tests.saas.h5_builds import write_build

CONFIG = re.compile(r'<script type="application/json" id="mp-config">(.*?)</script>', re.DOTALL)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob: https://*.qlogo.cn; media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: ws://127.0.0.1:8000; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)


@pytest.fixture
def build(settings, tmp_path):
    settings.WS_URL = "ws://127.0.0.1:8000"
    settings.H5_BUILD = write_build(tmp_path / "h5")
    return settings.H5_BUILD


def config_of(response):
    return json.loads(CONFIG.search(response.content.decode())[1])


def version_of(response):
    return re.search(r"/h5/assets/([0-9a-f]{16})/app\.js", response.content.decode())[1]


def test_the_page_is_told_whose_it_is(api, shop, build, settings):
    settings.CODE_SENDER = "tenants.signup.senders.SmtpSender"
    ShopSettings.objects.update(service_phone="400-1")
    answer = api.get("/h5/")
    assert answer.status_code == 200
    version = version_of(answer)
    assert config_of(answer) == {
        "mode": "h5",
        "storagePrefix": f"h5:{shop.key}:",
        "assetBase": f"/h5/assets/{version}/",
        "ext": {
            "api": f"http://{shop.host}/api/v1",
            "shop": shop.key,
            "login": "/auth/phone-login",
            "client": "h5",
        },
        "login": {
            "byPhone": False,
            "shop": "alpha 店",
            "colour": "#15803d",
            "servicePhone": "400-1",
            "mailbox": "",
            "agreements": [
                {"title": "用户协议", "page": "/packages/member/agreement/agreement?kind=user"},
                {"title": "隐私政策", "page": "/packages/member/agreement/agreement?kind=privacy"},
            ],
        },
    }
    text = answer.content.decode()
    assert f'<link rel="stylesheet" href="/h5/assets/{version}/shell.css">' in text
    assert f'<link rel="preload" as="script" href="/h5/assets/{version}/app.js">' in text
    assert f'<script src="/h5/assets/{version}/first.js"></script>' in text
    assert (answer.cookies.output(), answer["Cache-Control"]) == ("", "no-cache")


def test_the_log_in_of_a_demonstration_leads_to_its_mailbox(api, build, settings):
    settings.CODE_SENDER = "tenants.signup.senders.OutboxSender"
    settings.PUBLIC_PORT = "8123"
    told = config_of(api.get("/h5/"))["login"]
    assert (told["byPhone"], told["mailbox"]) == (True, "http://weipu.test:8123/signup/sent")


def test_the_page_may_run_nothing_from_elsewhere(api, build, settings):
    answer = api.get("/h5/")
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["X-Frame-Options"] == "DENY"
    settings.WS_URL = "wss://live.weipu.test/x"
    assert "connect-src 'self' blob: wss://live.weipu.test;" in api.get("/h5/")["Content-Security-Policy"]


def test_the_page_shows_name_notice_colour_and_logo(api, shop, build):
    Tenant.objects.filter(uuid=shop.uuid).update(name='</title><script>"&')
    logo = f"{shop.uuid}/p/aa/{'0' * 32}.webp"
    ShopSettings.objects.update(notice='满 88 "包邮"', theme_colour="#1d4ed8", logo=logo)
    text = api.get("/h5/").content.decode()
    name = "&lt;/title&gt;&lt;script&gt;&quot;&amp;"
    assert f"<title>{name}</title>" in text
    for line in (
        '<meta name="description" content="满 88 &quot;包邮&quot;">',
        '<meta name="theme-color" content="#1d4ed8">',
        f'<meta property="og:title" content="{name}">',
        f'<meta property="og:url" content="http://{shop.host}/h5/">',
        f'<meta property="og:image" content="http://{shop.host}/media/{logo}">',
        f'<link rel="icon" href="http://{shop.host}/media/{logo}">',
    ):
        assert line in text
    assert (text.count("<title>"), text.count('rel="icon"'), "noindex" in text) == (1, 1, False)


def test_what_the_page_is_told_cannot_leave_its_element(rf, shop, build):
    from saas.h5 import page

    request = rf.get("/h5/", HTTP_HOST=shop.host)
    answer = page(request, "preview", ribbon="</script><b>&", ext={"token": "t"})
    assert answer.content.count(b"</script>") == 2
    told = config_of(answer)
    assert (told["mode"], told["ribbon"], told["storagePrefix"]) == ("preview", "</script><b>&", f"preview:{shop.key}:")
    assert told["ext"] == {"api": f"http://{shop.host}/api/v1", "shop": shop.key, "token": "t"}
    assert b'<meta name="robots" content="noindex">' in answer.content


def test_an_unchanged_page_is_not_sent_again(api, shop, build):
    first = api.get("/h5/")
    again = api.get("/h5/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert {each["Referrer-Policy"] for each in (first, again)} == {"strict-origin-when-cross-origin"}
    Tenant.objects.filter(uuid=shop.uuid).update(name="新名字")
    assert api.get("/h5/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_files_of_the_build_are_kept_for_ever_and_packed(api, build):
    base = f"/h5/assets/{version_of(api.get('/h5/'))}"
    plain = api.get(f"{base}/app.js")
    assert (plain.content, plain["Content-Type"]) == (b"console.log(1)", "text/javascript; charset=utf-8")
    assert plain["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in plain
    packed = api.get(f"{base}/app.js", HTTP_ACCEPT_ENCODING="br, gzip")
    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    assert api.get(f"{base}/images/star.png").content == b"\x89PNG"
    first = api.get(f"{base}/first.js")
    assert (first.content, first["Content-Type"]) == (b"console.log(0)", plain["Content-Type"])
    assert first["Cache-Control"] == plain["Cache-Control"]


def test_a_new_build_has_new_addresses(api, build):
    old = version_of(api.get("/h5/"))
    write_build(build, "console.log(2)")
    os.utime(build / "index.html", ns=(1, 1))
    new = version_of(api.get("/h5/"))
    assert new != old
    assert api.get(f"/h5/assets/{new}/app.js").content == b"console.log(2)"
    stale = api.get(f"/h5/assets/{old}/app.js")
    assert (stale.content, stale["Cache-Control"]) == (b"console.log(2)", "no-store")


@pytest.mark.parametrize(
    "name", ["secret.txt", "index.html", "../h5/app.js", "images/../app.js", "%2e%2e/x.js", "images", "", "link.js"]
)
def test_nothing_but_files_of_the_build_is_served(api, build, name):
    (build.parent / "x.js").write_text("no")
    (build / "link.js").symlink_to(build.parent / "x.js")
    assert api.get(f"/h5/assets/v/{name}").status_code == 404


def test_the_root_leads_shoppers_to_the_page_and_staff_to_the_back_office(api, shop, build):
    from shop.core.models import User

    assert api.get("/")["Location"] == "/h5/"
    assert api.get("/h5")["Location"] == "/h5/"
    staff = Api(shop.host)
    staff.force_login(User.objects.get(is_owner=True), backend="shop.core.authentication.StaffBackend")
    assert staff.get("/")["Location"] == "/admin/"


def test_without_a_build_the_page_says_what_is_missing(api, settings, tmp_path):
    settings.H5_BUILD = tmp_path / "none"
    answer = api.get("/h5/")
    assert (answer.status_code, "make h5" in answer.content.decode()) == (503, True)
    assert api.get("/h5/assets/v/app.js").status_code == 404
    assert api.get("/")["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("host", "root"), [("api.weipu.test", "/s/{key}"), ("console.weipu.test", ""), ("weipu.test", "")]
)
def test_only_the_shops_own_host_has_the_page(api, shop, build, host, root):
    assert api.get(root.format(key=shop.key) + "/h5/", HTTP_HOST=host).status_code == 404


@pytest.mark.parametrize(("state", "status"), [("READ_ONLY", 200), ("SUSPENDED", 403), ("CLOSED", 503)])
def test_the_state_of_the_shop_decides(api, shop, build, state, status):
    from tenants import registry

    Tenant.objects.filter(uuid=shop.uuid).update(state=state)
    registry.forget()
    answer = api.get("/h5/", HTTP_ACCEPT="text/html")
    assert answer.status_code == status
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_while_the_build_is_replaced_nothing_breaks(api, build):
    base = f"/h5/assets/{version_of(api.get('/h5/'))}"
    (build / "images" / "star.png").unlink()
    assert api.get(f"{base}/images/star.png").status_code == 404
    os.utime(build / "index.html", ns=(1, 1))
    assert api.get("/h5/").status_code == 200
    os.utime(build / "index.html", ns=(2, 2))
    known = h5_build._read(build, 2)  # listed, and then a file goes
    (build / "app.js").unlink()
    assert "app.js" in known.paths
    assert api.get("/h5/").status_code == 503
    write_build(build)
    assert api.get("/h5/").status_code == 200
