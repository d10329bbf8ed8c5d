from shop.search.postgresql import PostgresSearch
from tests.shop.search_contract import SearchContract


class TestPostgresSearch(SearchContract):
    backend = PostgresSearch
