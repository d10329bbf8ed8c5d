"""From a new shop to a received parcel, over HTTP."""

import json

import pytest

from tests.e2e.driver import Shopper, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

QUILT = {"code": "Q1", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "459.00"}
PILLOW = {"code": "P1", "title": "泰国乳胶枕", "category": "居家/被枕", "price": "99.00", "keywords": "被枕搭配"}


def catalogue(folder):
    rows = [
        {**QUILT, "skus": [{"code": "Q1-1", "options": {"规格": "1.5m"}, "price": "459.00", "stock": 10}]},
        {**PILLOW, "skus": [{"code": "P1-1", "options": {"规格": "标准"}, "price": "99.00", "stock": 5}]},
    ]
    folder.mkdir()
    (folder / "products.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    (folder / "reviews.csv").write_text("product_code,content,created_at\nQ1,很暖和,2024-01-01 00:00:00\n", "utf-8")
    return folder


def test_a_shop_sells(product, tmp_path):
    shop = product.create_shop("mainpath")
    done = product.manage("import_catalogue", "mainpath", catalogue(tmp_path / "c"), "--json")
    counts = json.loads(done.stdout)
    assert (counts["products"], counts["skus"], counts["reviews"], counts["errors"]) == (2, 2, 1, [])

    shopper = Shopper(shop["api"]).log_in()
    found = shopper.must(200, "GET", "products?keyword=羊毛被")["results"]
    assert found[0]["title"] == QUILT["title"]
    skus = [
        shopper.must(200, "GET", f"products/{row['key']}")["skus"][0]["key"]
        for row in (found[0], shopper.must(200, "GET", "products?keyword=乳胶枕")["results"][0])
    ]
    for sku in skus:
        shopper.must(201, "POST", "cart/items", {"sku": sku, "quantity": 2})
    shopper.with_address()
    quote = shopper.must(200, "POST", "checkout/preview", {"cart": True, "address": shopper.address})
    assert quote["total"] == 2 * (45900 + 9900)

    wanted = {"cart": True, "address": shopper.address, "expected_total": quote["total"]}
    order = shopper.must(201, "POST", "orders", wanted, "main-path-1")
    assert shopper.must(201, "POST", "orders", wanted, "main-path-1")["number"] == order["number"]
    assert order["status"] == "UNPAID"
    assert shopper.must(200, "GET", "cart")["items"] == []

    attempt = shopper.start_paying(order["number"])
    assert attempt["client"]["signType"] == "RSA"
    assert product.paysim("POST", "/_control/pay", out_trade_no=attempt["out_trade_no"]).status_code == 200
    shopper.wait_for(order["number"], "TO_SHIP")
    assert shopper.must(200, "GET", f"orders/{order['number']}/pay-status") == {"status": "PAID", "paid": 111600}

    product.manage("ship", "mainpath", order["number"], "--tracking", "SF1234567890")
    assert shopper.status(order["number"]) == "SHIPPED"
    packages = shopper.must(200, "GET", f"orders/{order['number']}/packages")
    assert [line["quantity"] for line in packages[0]["lines"]] == [2, 2]
    assert shopper.must(200, "POST", f"orders/{order['number']}/receive")["status"] == "COMPLETED"

    stock = shopper.must(200, "GET", f"products/{found[0]['key']}/stock")
    assert [row["available"] for row in stock] == [8]
    wait_until(lambda: _uploaded(product), 60, "shipping info at WeChat")
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0})
    charges = [row for row in product.book()["charges"] if row["out_trade_no"] == attempt["out_trade_no"]]
    assert [row["amount"] for row in charges] == [111600]


def _uploaded(product):
    import requests

    book = requests.get(product.addresses["wechatsim"] + "/_control/book", timeout=10).json()
    return "SF1234567890" in json.dumps(book)
