"""The same contract against Elasticsearch: a stand-in always, a real server where one is named."""

import os
import secrets

import pytest
from django.db import connection

from shop.catalog.models import Product
from shop.catalog.services import archive_product, restore_product, save_product
from shop.search import elasticsearch
from shop.search.elasticsearch import ElasticSearch
from shop.search.models import SearchDocument
from tenants.context import using_shop
from tenants.models import Due
from tests.shop import fake_elasticsearch
from tests.shop.catalogue import draft, product
from tests.shop.search_contract import SearchContract

REAL = os.environ.get("WEIPU_TEST_ELASTICSEARCH", "")


@pytest.fixture
def server(settings):
    with fake_elasticsearch.running() as (fake, url):
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = url, "weipu-products"
        settings.SEARCH_BACKEND = "shop.search.elasticsearch.ElasticSearch"
        yield fake
        elasticsearch.client.cache_clear()


def pushed():
    """Do the due work as a worker does."""
    for row in Due.objects.filter(kind="search.elasticsearch").order_by("pk"):
        while elasticsearch.push(row.ref):
            pass
        row.delete()


def find(text):
    found = ElasticSearch().search(Product.objects.on_shelf(), text)
    return [row.code for row in found.order_by("-relevance", "pk")]


class TestStandIn(SearchContract):
    backend = ElasticSearch

    @pytest.fixture(autouse=True)
    def _server(self, server):
        self.fake = server

    def settle(self):
        super().settle()
        pushed()


@pytest.mark.skipif(not REAL, reason="WEIPU_TEST_ELASTICSEARCH names no server")
class TestRealServer(SearchContract):
    backend = ElasticSearch

    @pytest.fixture(autouse=True)
    def _server(self, settings):
        settings.ELASTICSEARCH_URL = REAL
        settings.ELASTICSEARCH_INDEX = f"weipu-test-{secrets.token_hex(4)}"
        yield
        elasticsearch.client(REAL).options(ignore_status=404).indices.delete(index=settings.ELASTICSEARCH_INDEX)
        elasticsearch.client.cache_clear()

    def settle(self):
        super().settle()
        pushed()
        from django.conf import settings

        elasticsearch.client(REAL).options(ignore_status=404).indices.refresh(index=settings.ELASTICSEARCH_INDEX)


def test_a_product_goes_to_the_shops_shard_with_its_words_cut(shop, server):
    saved = product("A", "羊毛被", brand="罗莱", attributes={"颜色": "烟灰"})
    assert server.requests == []
    assert Due.objects.filter(kind="search.elasticsearch").count() == 1
    pushed()
    ((key, (version, routing, source)),) = server.documents.items()
    assert (key, routing) == (f"{shop.uuid}:{saved.pk}", str(shop.uuid))
    assert version == SearchDocument.objects.get().sent > 0
    assert (source["shop"], source["name"]) == (str(shop.uuid), "羊毛被")
    assert set(source["title"].split()) == {"羊毛", "被"}
    assert source["heads"].split() == ["羊毛被", "被"]
    assert "灰色" in source["attributes"].split()
    assert server.index[1]["title"]["analyzer"] == "whitespace"


def test_every_question_names_the_shop_and_its_shard(shop, other_shop, server):
    product("A", "羊毛被")
    pushed()
    with using_shop(other_shop):
        assert find("羊毛被") == []
    assert find("羊毛被") == ["A"]
    (_method, _path, parameters, body) = server.requests[-1]
    assert parameters["routing"] == str(shop.uuid)
    assert f'{{"term":{{"shop":"{shop.uuid}"}}}}' in body.replace(" ", "")


def test_archived_products_leave_the_server_and_restored_ones_come_back(shop, server):
    saved = product("A", "羊毛被")
    pushed()
    archive_product(saved)
    pushed()
    assert [source for _version, _routing, source in server.documents.values()] == [None]
    restore_product(saved)
    pushed()
    assert [source["name"] for _version, _routing, source in server.documents.values()] == ["羊毛被"]


def test_what_changes_on_the_way_is_sent_again_and_old_news_is_refused(shop, server, monkeypatch):
    saved = product("A", "羊毛被")
    send = elasticsearch._bulk

    def change_meanwhile(lines):
        monkeypatch.setattr(elasticsearch, "_bulk", send)
        save_product(draft("A", "蚕丝被", key=saved.key, category=saved.category_id))
        pushed()
        send(lines)

    monkeypatch.setattr(elasticsearch, "_bulk", change_meanwhile)
    elasticsearch.push()
    ((version, _routing, source),) = server.documents.values()
    assert source["name"] == "蚕丝被"
    assert SearchDocument.objects.values_list("revision", "sent").get() == (version, version)


def test_nothing_counts_as_sent_that_the_server_refused(shop, server):
    product("A", "羊毛被")
    server.refuse_items = True
    with pytest.raises(elasticsearch.Refused):
        elasticsearch.push()
    assert SearchDocument.objects.get().sent == 0
    server.refuse_items = False
    pushed()
    assert find("羊毛被") == ["A"]


@pytest.mark.parametrize("status", [503, 500, 400])
def test_the_shop_answers_itself_while_the_server_is_away(shop, server, status):
    product("A", "羊毛被")
    pushed()
    server.refuse = status
    assert find("羊毛被") == ["A"]


def test_a_server_that_cannot_be_reached_is_no_error(shop, settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    settings.SEARCH_BACKEND = "shop.search.elasticsearch.ElasticSearch"
    product("A", "羊毛被")
    assert find("羊毛被") == ["A"]


def test_answers_kept_until_the_server_knew_better_are_stale_then(shop, server):
    product("A", "龙井")
    connection._changed.clear()
    assert elasticsearch.push() is None
    assert connection._changed == {shop.slot}
    connection._changed.clear()
    elasticsearch.push()
    assert not connection._changed


def test_many_documents_go_in_steps(shop, server, monkeypatch):
    monkeypatch.setattr(elasticsearch, "STEP", 2)
    for code in "ABC":
        product(code, "羊毛被")
    assert elasticsearch.push() is not None
    assert elasticsearch.push() is None
    assert len(server.documents) == 3
