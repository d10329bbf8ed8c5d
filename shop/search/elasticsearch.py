"""Search by Elasticsearch: one index for all shops, each product's words cut here and not there.

Thousands of shops would be thousands of shards; a shop's documents are therefore routed to one shard by its UUID, and
every question is filtered by it. What is sent are words that were cut here, so that both backends understand the same.
The shop's own documents are kept, too: the vocabulary needs them, and they answer while the server is away.
"""

import logging
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import F, FloatField, Func, Value
from django.db.models.functions import Greatest

from shop.catalog.models import ProductQuerySet
from shop.core.reading import catalogue_changed
from shop.search import vocabulary
from shop.search.documents import Texts, colours, heads
from shop.search.models import SearchDocument
from shop.search.outside import query_body
from shop.search.postgresql import PostgresSearch
from shop.search.segments import document_words, normalise, possible_words
from shop.search.understanding import understand
from tenants import due
from tenants.context import require_shop
from tenants.models import new_key

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

logger = logging.getLogger(__name__)

KIND = "search.elasticsearch"
GONE = "gone."  # begins the reference of due work that deletes a product: its key and a version
STEP = 500  # documents of one request
MOST_HITS = 1_000
SEARCH_SECONDS, BULK_SECONDS = 2, 15
FULL = "full"  # the name of the part of the question that full matches fulfil

_WORDS = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
_SETTINGS = {"number_of_replicas": 1, "number_of_shards": 3}
_MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_routing": {"required": True},
    "properties": {
        "shop": {"type": "keyword"},
        "name": {"type": "wildcard"},
        **dict.fromkeys(("title", "heads", "labels", "other", "attributes"), _WORDS),
    },
}


class ElasticSearch(PostgresSearch):
    """Asks the server at `settings.ELASTICSEARCH_URL`; sends it what changed after the commit."""

    def index(self, products: Collection[int]) -> None:
        """Write the shop's own documents and note that the server's are old."""
        super().index(products)
        _note(products)

    def remove(self, products: Collection[int]) -> None:
        """Delete the shop's own documents and note that the server's must go."""
        for product in sorted(set(products)):
            due.schedule(KIND, f"{GONE}{product}.{_now()}")
        super().remove(products)

    def renew(self, products: Collection[int]) -> None:
        """Let due work write and send these documents."""
        super().renew(products)
        _note(products)

    def search(self, products: ProductQuerySet, text: str, *, strict: bool = False) -> ProductQuerySet:
        """Return the matching products, at most MOST_HITS; by the shop's own documents while the server is away."""
        readings = understand(text)
        if not readings:
            return products.none().annotate(relevance=Value(0.0))
        try:
            hits = _hits(query_body(str(require_shop().uuid), readings, full=FULL))
        except _away() as error:
            logger.warning("search server away, the shop answers itself: %s", type(error).__name__)
            return super().search(products, text, strict=strict)
        full = [hit for hit in hits if FULL in hit.get("matched_queries", ())]
        kept = full if strict and full else hits
        ids = [int(hit["_id"].rpartition(":")[2]) for hit in kept]
        scores = [float(hit["_score"]) for hit in kept]
        return products.filter(pk__in=ids).annotate(relevance=_Score(ids, scores))


class _Score(Func):
    """The score that the server gave a product."""

    output_field = FloatField()

    def __init__(self, ids: Sequence[int], scores: Sequence[float], **extra: Any) -> None:
        super().__init__(F("pk"), **extra)
        self.ids, self.scores = list(ids), list(scores)

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> Any:  # type: ignore[override]
        column = compiler.compile(self.get_source_expressions()[0])[0]
        return f"(%s::float8[])[array_position(%s::bigint[], {column})]", [self.scores, self.ids]


@lru_cache(maxsize=4)
def client(url: str) -> "Elasticsearch":
    """Return this process's client."""
    from elasticsearch import Elasticsearch

    return Elasticsearch(url, request_timeout=SEARCH_SECONDS, max_retries=0)


def _away() -> tuple[type[Exception], ...]:
    from elasticsearch import ApiError, TransportError

    return (ApiError, TransportError)


def _hits(body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client(settings.ELASTICSEARCH_URL).search(
        index=settings.ELASTICSEARCH_INDEX,
        routing=str(require_shop().uuid),
        size=MOST_HITS,
        source=False,
        track_total_hits=False,
        query=body,
    )
    return list(answer["hits"]["hits"])


def _now() -> int:
    """Return microseconds since 1970: a version that rises although a document was deleted in between."""
    return int(time.time() * 1_000_000)


def _note(products: Collection[int]) -> None:
    newer = Greatest(F("revision") + 1, Value(_now()))
    if products and SearchDocument.objects.filter(product__in=products).update(revision=newer):
        due.schedule(KIND, new_key())


def push(ref: str = "") -> due.Again | None:
    """Send one step of what changed, or delete what `ref` names; asks to come back while there is more.

    No lock is held meanwhile. The revision goes along as the document's version: of two workers the server keeps the
    newer document, and what changes while it is on its way is sent again.
    """
    if ref.startswith(GONE):
        product, _dot, revision = ref.removeprefix(GONE).partition(".")
        _bulk([{"delete": _place(int(product), int(revision))}])
        return None
    waiting = SearchDocument.objects.filter(revision__gt=F("sent")).order_by("product")
    revisions = dict(waiting.values_list("product", "revision")[:STEP])
    if not revisions:
        return None
    _bulk(_actions(revisions))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE search_searchdocument document SET sent = GREATEST(document.sent, done.revision)
               FROM unnest(%s::bigint[], %s::bigint[]) AS done (product, revision)
               WHERE document.product_id = done.product""",
            [list(revisions), list(revisions.values())],
        )
    catalogue_changed()  # what was found, and kept, since the change came from the old documents
    return due.Again(0) if len(revisions) == STEP else None


def _place(product: int, revision: int) -> dict[str, Any]:
    shop = str(require_shop().uuid)
    return {"_id": f"{shop}:{product}", "routing": shop, "version": revision, "version_type": "external"}


def _actions(revisions: dict[int, int]) -> list[dict[str, Any]]:
    """Return the lines of a bulk request, two for each document."""
    shop = str(require_shop().uuid)
    lines: list[dict[str, Any]] = []
    for product, texts in vocabulary.texts_of(revisions):
        lines += [{"index": _place(product.pk, revisions[product.pk])}, document(shop, texts)]
    return lines


def document(shop: str, texts: Texts) -> dict[str, str]:
    """Return a product as the index keeps it."""
    labels = [word for label in texts.labels for word in document_words(label)]
    named = possible_words(" ".join((texts.title, *texts.labels)))
    attributes = [
        word for name, value in texts.attributes for word in (*document_words(f"{name} {value}"), *colours(name, value))
    ]
    return {
        "shop": shop,
        "name": normalise(texts.title),
        "title": " ".join(document_words(texts.title)),
        "heads": " ".join(heads(texts.title)),
        "labels": " ".join([*labels, *texts.dictionary]),
        "other": " ".join([*document_words(texts.subtitle), *named]),
        "attributes": " ".join(attributes),
    }


class Refused(RuntimeError):
    """The server took the request and refused some of its documents."""


def _bulk(lines: list[dict[str, Any]]) -> None:
    server = client(settings.ELASTICSEARCH_URL).options(request_timeout=BULK_SECONDS)
    ensure_index()
    # Until the documents can be found, answers with the old ones would be kept.
    answer = server.bulk(index=settings.ELASTICSEARCH_INDEX, operations=lines, refresh="wait_for")
    results = [result for item in answer["items"] for result in item.values()]
    # 409: a newer one is there already. 404: what should go was never there.
    wrong = [result for result in results if result["status"] >= 300 and result["status"] not in (404, 409)]
    if wrong:
        raise Refused(f"{len(wrong)} of {len(results)} documents: {wrong[0].get('error')}")


def ensure_index() -> None:
    """Make the index if it is not there."""
    indices = client(settings.ELASTICSEARCH_URL).options(ignore_status=400).indices
    if not indices.exists(index=settings.ELASTICSEARCH_INDEX):
        # 400: another worker was quicker
        indices.create(index=settings.ELASTICSEARCH_INDEX, settings=_SETTINGS, mappings=_MAPPINGS)
