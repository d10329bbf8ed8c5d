"""Two hundred changes of eight kinds, each looked at at once, on a fresh connection to each worker: none is stale."""

import json
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import requests

from tests.e2e.driver import REPOSITORY, Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

ROUNDS = 25  # of each kind
ROW = {"code": "F1", "title": "羊毛被", "category": "居家/被枕", "price": "100.00"}
SKU = {"code": "F1-1", "options": {"规格": "标准"}, "price": "100.00", "stock": 3}


@pytest.fixture(scope="module")
def shops(product, tmp_path_factory):
    """Two shops with the same goods, so that their rows have equal ids."""
    file = tmp_path_factory.mktemp("goods") / "products.jsonl"
    file.write_text(json.dumps({**ROW, "skus": [SKU]}, ensure_ascii=False), "utf-8")
    opened = [product.create_shop(slug) for slug in ("fresh", "other")]
    for shop in opened:
        product.manage("import_catalogue", shop["slug"], file)
    return opened


@pytest.fixture(scope="module")
def changer(product, shops):
    """Changes the first shop from a process that serves nothing."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.changer", "fresh"],
        cwd=REPOSITORY,
        env=product.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def change(*command):
        child.stdin.write(json.dumps(command) + "\n")
        child.stdin.flush()
        assert child.stdout.readline() == "done\n"

    yield change
    child.stdin.close()
    child.wait(timeout=20)


class Staff:
    """The merchant in the back office, over HTTP."""

    def __init__(self, shop):
        address = urlsplit(shop["web"])
        self.base = f"http://127.0.0.1:{address.port}"
        self.session = requests.Session()
        self.session.headers["Host"] = address.netloc
        self.send("/admin/login/", username=f"{shop['slug']}@example.com", password="Lychee-2026-ok")

    def send(self, path, **values):
        page = self.session.get(self.base + path, timeout=30)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        answer = self.session.post(
            self.base + path, {"csrfmiddlewaretoken": token, **values}, allow_redirects=False, timeout=30
        )
        assert answer.status_code in (200, 302), answer.text[:2000]
        return answer

    def choose(self, action, pk):
        return self.send("/admin/catalog/product/", action=action, _selected_action=pk)

    def set_price(self, pk, yuan):
        page = urlsplit(self.choose("batch_edit", pk).headers["Location"]).path
        edit = {"price_mode": "set", "price": yuan, "stock_mode": "", "category": "", "on_shelf": ""}
        shown = re.search(r'name="shown" value="([^"]+)"', self.send(page, **edit).text)[1]
        assert self.send(page, **edit, shown=shown).status_code == 302


def read_everywhere(shop, path, workers):
    """The answers to a GET on fresh connections, one of each web worker at least."""
    seen, answers = set(), []
    for _ in range(200):
        answer = requests.get(f"{shop['api']}/{path}", headers={"Connection": "close"}, timeout=10)
        answers.append(answer)
        seen.add(answer.headers.get("X-Process", "refused"))
        if len(seen) >= workers:
            return answers
    raise AssertionError(f"only {seen} answered")


def listed(shop, query=""):
    return [answer.json()["results"] for answer in read_everywhere(shop, f"products?{query}", workers=2)]


def detail(shop, key):
    return read_everywhere(shop, f"products/{key}", workers=2)


def test_no_answer_is_stale(product, shops, changer, tmp_path):
    shop, other = shops
    key = listed(shop)[0][0]["key"]
    staff, buyer = Staff(shop), Shopper(shop["api"]).log_in().with_address()
    sku = detail(shop, key)[0].json()["skus"][0]["key"]
    pk, stale = 1, []

    def expect(kind, number, found, wanted):
        stale.extend((kind, number, value) for value in found if value != wanted)

    for number in range(ROUNDS):
        staff.set_price(pk, f"{200 + number}.00")
        expect("price", number, [rows[0]["price"] for rows in listed(shop)], 20000 + 100 * number)
        expect("price", number, [answer.json()["price"] for answer in detail(shop, key)], 20000 + 100 * number)

        changer("import", str(tmp_path), {**ROW, "skus": [{**SKU, "price": f"{300 + number}.00"}]})
        expect("import", number, [rows[0]["price"] for rows in listed(shop, "sort=price")], 30000 + 100 * number)

        on_shelf = bool(number % 2)
        staff.choose("put_on_shelf" if on_shelf else "take_off_shelf", pk)
        expect("shelf", number, [len(rows) for rows in listed(shop, "keyword=羊毛被")], int(on_shelf))
        if not on_shelf:
            expect("shelf", number, [a.status_code for a in read_everywhere(shop, f"products/{key}", 1)], 404)
            staff.choose("put_on_shelf", pk)
        expect("shelf", number, [answer.status_code for answer in detail(shop, key)], 200)

        order = buyer.order([(sku, 3)]).json()["number"]
        expect("sold out", number, [rows[0]["sold_out"] for rows in listed(shop)], True)
        buyer.must(200, "POST", f"orders/{order}/cancel")
        expect("back", number, [answer.json()["skus"][0]["sold_out"] for answer in detail(shop, key)], False)

        changer("category", "被枕", f"第 {number} 句")
        trees = [answer.json() for answer in read_everywhere(shop, "categories", workers=2)]
        expect("category", number, [tree[0]["children"][0]["tagline"] for tree in trees], f"第 {number} 句")

        if number < 9:
            changer("picture", "F1", number)
            expect("picture", number, [len(answer.json()["images"]) for answer in detail(shop, key)], number + 1)

        changer("scheduled", "F1", False)
        expect("scheduled", number, [len(rows) for rows in listed(shop)], 0)
        changer("scheduled", "F1", True)
        expect("scheduled", number, [len(rows) for rows in listed(shop)], 1)

        changer("state", "OPEN", "SUSPENDED")
        for _ in range(8):
            refused = requests.get(f"{shop['api']}/home", headers={"Connection": "close"}, timeout=10)
            expect("suspended", number, [refused.status_code], 403)
        changer("state", "SUSPENDED", "OPEN")
        expect("open", number, [answer.status_code for answer in read_everywhere(shop, "home", 2)], 200)

        expect("other shop", number, [rows[0]["price"] for rows in listed(other)], 10000)
    assert stale == []


def test_anothers_tag_brings_nothing_of_anothers(shops):
    """The rows of both shops have equal ids, and even their bodies may be equal but for the keys."""
    for path in ("home", "categories", "products"):
        tags = [requests.get(f"{shop['api']}/{path}", timeout=10).headers["ETag"] for shop in shops]
        assert tags[0] != tags[1]
        for shop, mine, foreign in ((shops[0], *tags), (shops[1], *reversed(tags))):
            address = f"{shop['api']}/{path}"
            assert requests.get(address, headers={"If-None-Match": foreign}, timeout=10).status_code == 200
            assert requests.get(address, headers={"If-None-Match": mine}, timeout=10).status_code == 304
