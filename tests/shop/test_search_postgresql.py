from shop.search.postgresql import PostgresSearch
from shop.search.segments import query_words
from tests.shop.search_contract import SearchContract


class TestPostgresSearch(SearchContract):
    backend = PostgresSearch


def test_a_query_is_cut_into_distinct_words_without_particles():
    assert query_words("羊毛 的 被 羊毛") == ["羊毛", "被"]
    assert query_words("的") == ["的"]
