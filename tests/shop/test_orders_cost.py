"""What placing an order costs in statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_address, make_member, make_sku

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET search_path")
MOST = 16


@pytest.mark.parametrize("from_cart", [False, True])
def test_a_two_line_order_needs_at_most_sixteen_queries(api, from_cart):
    member, skus = make_member(), [make_sku(), make_sku()]
    address = make_address(member)
    for sku in skus:
        api.post("/api/v1/cart/items", {"sku": sku.key, "quantity": 1}, token=member.token)
    goods = {"cart": True} if from_cart else {"items": [{"sku": sku.key, "quantity": 1} for sku in skus]}
    with CaptureQueriesContext(connection) as captured:
        answer = api.post("/api/v1/orders", {**goods, "address": address.key}, token=member.token, key="k")
    assert answer.status_code == 201
    statements = [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
    assert len(statements) <= MOST, "\n".join(statements)
