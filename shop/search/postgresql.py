"""Search in the shop's own schema: full text of PostgreSQL over words cut by jieba, without any extension."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Exists, F, FloatField, Q, Value, When

from shop.catalog.models import Attribute, Product, ProductQuerySet
from shop.search.backend import SearchBackend
from shop.search.documents import Texts, vector
from shop.search.models import SearchDocument
from shop.search.segments import characters, is_han, normalise, query_words

MOST_WORDS = 16  # of one query
LONGEST_TEXT = 100
WEIGHTS = [0.05, 0.2, 0.5, 1.0]  # D, C, B, A
BELOW_ONE = 32  # ts_rank_cd: rank / (rank + 1)
BATCH = 500


class PostgresSearch(SearchBackend):
    """Keeps one `SearchDocument` per product."""

    def index(self, products: Collection[int]) -> None:
        """Write the documents of these products."""
        found = Product.objects.filter(pk__in=products).select_related("brand", "category__parent")
        attributes: dict[int, list[str]] = defaultdict(list)
        for product, name, value in Attribute.objects.filter(product__in=products).values_list(
            "product_id", "name", "value"
        ):
            attributes[product].append(f"{name} {value}")
        SearchDocument.objects.bulk_create(
            [
                SearchDocument(
                    product=product,
                    title=normalise(product.title)[:120],
                    words=vector(_texts(product, attributes[product.pk])),
                )
                for product in found
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["product"],
            update_fields=["title", "words"],
        )

    def remove(self, products: Collection[int]) -> None:
        """Delete the documents of these products."""
        SearchDocument.objects.filter(product__in=products).delete()

    def search(self, products: ProductQuerySet, text: str, *, strict: bool = False) -> ProductQuerySet:
        """Return the matching products; partial matches are worth less than any full one."""
        wanted = normalise(text[:LONGEST_TEXT])
        words = query_words(wanted)[:MOST_WORDS]
        if not words:
            return products.none().annotate(relevance=Value(0.0))
        query = _parse(wanted, words)
        full = Q(search_document__words=query.all) | Q(
            search_document__words=query.characters, search_document__title__contains=wanted
        )
        some = Q(search_document__words=query.any)
        matches = full | (some & ~Q(Exists(products.filter(full)))) if strict else full | some
        return products.filter(matches).annotate(relevance=_relevance(wanted, query, full))


def _texts(product: Product, attributes: list[str]) -> Texts:
    category = product.category
    labels = (
        product.keywords,
        product.brand.name if product.brand else "",
        category.name,
        category.parent.name if category.parent else "",
    )
    return Texts(product.title, labels, product.subtitle, tuple(attributes))


class _Literal(SearchQuery):
    """A tsquery written out: to_tsquery() would cut the words a second time."""

    template = "(%(expressions)s)::tsquery"


@dataclass(frozen=True, slots=True)
class _Query:
    """The same text as three questions: all words, any word, all characters."""

    all: _Literal
    any: _Literal
    characters: _Literal


def _parse(text: str, words: list[str]) -> _Query:
    every = " & ".join(_term(word) for word in words)
    # A single character is in too many products to say anything by itself.
    telling = [word for word in words if len(word) > 1]
    singles = " & ".join(f"'{character}':ABC" for character in characters(text)) or every
    some = " | ".join([*(_term(word) for word in telling), f"({singles})"]) if telling else every
    return _Query(_Literal(every), _Literal(some), _Literal(singles))


def _term(word: str) -> str:
    if not is_han(word):
        return f"'{word}':*" if len(word) > 1 and word.isalpha() else f"'{word}'"
    if len(word) == 1:
        return f"'{word}':ABC"  # in running text one character is mostly grammar (被), not a thing
    if len(word) == 2 and word.endswith("子"):
        return f"('{word}' | '{word[0]}':ABC)"  # 被子 means 被
    return f"'{word}'"


def _relevance(text: str, query: _Query, full: Q) -> Any:
    title = Case(
        When(search_document__title=text, then=Value(8.0)),
        When(search_document__title__startswith=text, then=Value(4.0)),
        When(search_document__title__contains=text, then=Value(2.0)),
        default=Value(0.0),
        output_field=FloatField(),
    )
    complete = Case(When(full, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    return title + complete + (_rank(query.all) + _rank(query.any)) / Value(2.0)


def _rank(query: _Literal) -> SearchRank:
    return SearchRank(
        F("search_document__words"), query, weights=WEIGHTS, normalization=Value(BELOW_ONE), cover_density=True
    )
