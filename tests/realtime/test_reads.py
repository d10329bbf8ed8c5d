"""What is read from the database, and who is let in."""

from functools import partial

import pytest
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from saas.realtime import doors, reads
from saas.realtime.limits import Limits, Places, Visitor
from shop.catalog.models import SKU, Product
from shop.inventory import services
from shop.inventory.models import StockItem
from tenants import gate, registry
from tenants.context import require_shop, using_shop
from tenants.models import Schema
from tests.factories import make_sku


@pytest.fixture
def sku(shop):
    return make_sku(stock=10)


def test_a_key_names_a_sku_or_all_skus_of_a_product(shop, sku):
    product = sku.product
    second = SKU.objects.create(product=product, code="second", options={"规格": "大"}, price=5)
    SKU.objects.create(product=product, code="gone", options={"规格": "旧"}, price=5, archived_at=timezone.now())
    found = reads.names({shop: [sku.key, product.key, "unknown", "\0", "键"]})
    assert {name: set(pairs) for name, pairs in found[shop].items()} == {
        sku.key: {(sku.pk, sku.key)},
        product.key: {(sku.pk, sku.key), (second.pk, second.key)},
    }


def test_levels_are_what_may_be_sold(shop, sku):
    services.reserve("A", {(sku.pk, ""): 3}, None)
    StockItem.objects.filter(sku=sku).update(safety=2)
    StockItem.objects.create(sku=sku, warehouse=StockItem.objects.get(sku=sku).warehouse, bucket="flash", on_hand=99)
    bare = make_sku(stock=0)
    assert reads.levels({shop: [sku.pk, bare.pk, 10**9]}) == {shop: {sku.pk: 5, bare.pk: 0}}
    Product.objects.filter(pk=sku.product_id).update(is_on_shelf=False)
    assert reads.levels({shop: [sku.pk]}) == {shop: {}}


def test_a_shop_is_never_shown_keys_or_levels_of_another(shop, other_shop, sku):
    with using_shop(other_shop):
        other = make_sku(stock=77)
    StockItem.objects.filter(sku=sku).update(on_hand=10)
    asked = {shop: [sku.key, other.key], other_shop: [sku.key, other.key]}
    found = reads.names(asked)
    assert set(found[shop]) == {sku.key}
    assert set(found[other_shop]) == {other.key}
    levels = reads.levels({shop: [sku.pk, other.pk], other_shop: [sku.pk, other.pk]})
    assert levels[other_shop][other.pk] == 77
    assert levels[shop] == {sku.pk: 10}


def test_a_shop_that_cannot_be_read_does_not_keep_the_others(shop, other_shop, sku):
    def read(skus, failure=ProgrammingError):
        if require_shop() == other_shop:
            raise failure("lost")
        return reads._levels(skus)

    wanted = {other_shop: [1], shop: [sku.pk]}
    assert reads._each(wanted, read) == {shop: {sku.pk: 10}}
    # Without a database each of them would wait for it in vain.
    assert reads._each(wanted, partial(read, failure=OperationalError)) == {}


def test_only_shops_that_may_be_browsed_may_be_watched(shops):
    alpha, beta = shops["alpha"], shops["beta"]
    assert reads.refused([alpha.uuid, beta.uuid]) == {}
    before = registry.generation()
    gate.change_state(beta.uuid, old="OPEN", new="SUSPENDED")
    assert reads.refused([alpha.uuid, beta.uuid]) == {beta.uuid: "SUSPENDED"}
    registry.forget()
    assert registry.generation() == before + 1
    Schema.objects.filter(name=alpha.schema).update(hash="old")
    assert reads.refused([alpha.uuid])[alpha.uuid] == "MIGRATING"


def scope(shop, path="/ws/stock", **headers):
    given = {"host": shop.host, **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"path": path, "headers": pairs, "client": ("10.0.0.9", 1)}


def find(shop, path="/ws/stock", **headers):
    found = doors.find_now(doors.environ_of(scope(shop, path, **headers)))
    if isinstance(found, Visitor):
        return found.shop.slug
    return doors.close_code(found)


def test_the_shop_is_found_by_host_or_on_the_shared_host_by_key(shop, other_shop):
    assert find(shop) == "alpha"
    assert find(shop, f"/s/{other_shop.key}/ws/stock", host="api.weipu.test") == "beta"
    assert find(shop, host="nobody.weipu.test") == 4404
    assert find(shop, host="console.weipu.test") == 4404
    assert find(shop, host="weipu.test") == 4404
    assert find(shop, "/healthz") == 4404
    assert find(shop, "/ws/stock/") == 4404
    assert find(shop, "/ws/stock\0") == 4404
    assert find(shop, f"/s/{shop.key}/api/v1/me", host="api.weipu.test") == 4404


def test_a_closed_shop_is_not_entered(shop, other_shop):
    gate.change_state(shop.uuid, old="OPEN", new="READ_ONLY")
    registry.forget()
    assert find(shop) == "alpha"
    gate.change_state(shop.uuid, old="READ_ONLY", new="SUSPENDED")
    registry.forget()
    assert find(shop) == 4403


def test_pages_of_other_hosts_are_kept_out(shop, other_shop, settings):
    settings.H5_HOSTS = frozenset({"h5.example.com"})
    assert find(shop, origin=f"http://{shop.host}:8000") == "alpha"
    assert find(shop, origin="https://h5.example.com") == "alpha"
    for foreign in (f"http://{other_shop.host}", "https://evil.example", "null", "http://[", "http://"):
        assert find(shop, origin=foreign) == 1008
    shared = f"/s/{shop.key}/ws/stock"
    assert find(shop, shared, host="api.weipu.test", origin=f"http://{shop.host}") == "alpha"
    assert find(shop, shared, host="api.weipu.test", origin=f"http://{other_shop.host}") == 1008


def test_only_a_trusted_proxy_says_where_a_client_is(shop, settings):
    asked = scope(shop, x_forwarded_for="1.2.3.4")
    assert doors.find_now(doors.environ_of(asked)).address == "10.0.0.9"
    settings.TRUSTED_PROXIES = frozenset({"10.0.0.9"})
    assert doors.find_now(doors.environ_of(asked)).address == "1.2.3.4"


def test_who_has_many_addresses_of_one_line_gets_no_more_connections(shop, settings):
    settings.TRUSTED_PROXIES = frozenset({"10.0.0.9"})
    places = Places(Limits(connections_per_address=2))

    def comes_in(address):
        return places.take(doors.find_now(doors.environ_of(scope(shop, x_forwarded_for=address))))

    assert [comes_in(f"2001:db8:1:2::{number:x}") for number in range(1, 4)] == [True, True, False]
    assert [comes_in(f"10.0.0.1:4{number:04d}") for number in range(3)] == [True, True, False]
    assert comes_in("2001:db8:1:3::1")
