"""Search in the shop's own schema: full text of PostgreSQL over words cut by jieba, without any extension."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Exists, F, FloatField, Func, Q, Value

from shop.catalog.models import ProductQuerySet
from shop.search import vocabulary
from shop.search.backend import SearchBackend
from shop.search.models import SearchDocument
from shop.search.tsqueries import Question, Scored, any_of, question
from shop.search.understanding import SYNONYM, understand
from tenants import due
from tenants.models import new_key

WEIGHTS = "{0.1, 0.3, 0.5, 1.0}"  # D, C, B, A
SAME_KIND = 0.15
MOST_OF_OTHERS = 1.2  # a product that holds many synonyms is no better than one that holds the word


class PostgresSearch(SearchBackend):
    """Keeps one `SearchDocument` per product."""

    def index(self, products: Collection[int]) -> None:
        """Write the documents of these products; their terms are counted after the commit."""
        if products:
            vocabulary.write_documents(products)
            due.schedule(vocabulary.KIND, new_key())

    def remove(self, products: Collection[int]) -> None:
        """Delete the documents of these products."""
        if products:
            vocabulary.drop_documents(products)

    def renew(self, products: Collection[int]) -> None:
        """Let due work write the documents of these products, in steps."""
        if SearchDocument.objects.filter(pk__in=products).update(stale=True):
            due.schedule(vocabulary.KIND, new_key())

    def search(self, products: ProductQuerySet, text: str, *, strict: bool = False) -> ProductQuerySet:
        """Return the matching products; partial matches are worth less than any full one."""
        questions = [question(reading) for reading in understand(text)]
        if not questions:
            return products.none().annotate(relevance=Value(0.0))
        some = products.filter(search_document__words=_Literal(any_of(questions)))
        if strict:
            full = products.filter(Q(search_document__words=_Literal(any_of(questions))), _Full(questions))
            some = some.filter(Q(_Full(questions)) | ~Q(Exists(full)))
        return some.annotate(relevance=_Relevance(questions))


class _Literal(SearchQuery):
    """A tsquery written out: to_tsquery() would cut the words a second time."""

    template = "(%(expressions)s)::tsquery"


class _OfDocument(Func):
    """An expression over a product's document: its words and its title."""

    def __init__(self, questions: Sequence[Question], **extra: Any) -> None:
        super().__init__(F("search_document__words"), F("search_document__title"), **extra)
        self.questions = questions

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:  # type: ignore[override]
        words, title = (compiler.compile(expression)[0] for expression in self.get_source_expressions())
        return self.written(words, title)

    def written(self, words: str, title: str) -> tuple[str, list[Any]]:
        raise NotImplementedError


class _Full(_OfDocument):
    """Whether the product holds all that one of the readings asks for."""

    conditional = True
    output_field = BooleanField()

    def written(self, words: str, title: str) -> tuple[str, list[Any]]:
        parts = [_full(words, title, asked) for asked in self.questions]
        return f"({' OR '.join(sql for sql, _ in parts)})", [value for _, values in parts for value in values]


class _Relevance(_OfDocument):
    """How well the product fits the reading that it fits best."""

    output_field = FloatField()

    def written(self, words: str, title: str) -> tuple[str, list[Any]]:
        parts = [_relevance(words, title, asked) for asked in self.questions]
        return f"GREATEST({', '.join(sql for sql, _ in parts)})", [value for _, values in parts for value in values]


def _full(words: str, title: str, asked: Question) -> tuple[str, list[Any]]:
    sql = f"({words} @@ %s::tsquery OR ({words} @@ %s::tsquery AND position(%s in {title}) > 0))"
    return sql, [asked.full, asked.characters, asked.title]


def _relevance(words: str, title: str, asked: Question) -> tuple[str, list[Any]]:
    full, values = _full(words, title, asked)
    sql = f"""CASE WHEN {title} = %s THEN 8.0 WHEN starts_with({title}, %s) THEN 4.0
              WHEN position(%s in {title}) > 0 THEN 2.0 ELSE 0.0 END + CASE WHEN {full} THEN 1.0 ELSE 0.0 END"""
    values = [asked.title, asked.title, asked.title, *values]
    for weight, own, others in asked.scores:
        score, more = _ranks(words, own)
        if others:
            other, other_values = _ranks(words, others)
            score = f"GREATEST({score}, {SYNONYM} * LEAST({MOST_OF_OTHERS}, {other}))"
            more += other_values
        sql += f" + {weight:.4f} * {score}"
        values += more
    if asked.kind:
        sql += f" + CASE WHEN {words} @@ %s::tsquery THEN {SAME_KIND} ELSE 0.0 END"
        values.append(asked.kind)
    return f"{asked.boost:.4f} * ({sql})", values


def _ranks(words: str, several: Sequence[Scored]) -> tuple[str, list[Any]]:
    ranks = [f"{scored.factor} * ts_rank('{WEIGHTS}', {words}, %s::tsquery)" for scored in several]
    return f"({' + '.join(ranks)})", [scored.text for scored in several]
