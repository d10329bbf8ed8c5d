"""The words of a shop's products with their frequencies: kept after the commit, in steps, and looked up."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from shop.catalog.models import Attribute, Option, Product
from shop.core.reading import catalogue_changed
from shop.search.documents import Place, Texts, terms, vector
from shop.search.lexicon import Lexicon, load
from shop.search.models import SearchDocument
from shop.search.segments import is_han, normalise
from shop.search.spelling import Spelling, spell, term_keys
from tenants import due

KIND = "search.vocabulary"
STEP = 100  # documents of one transaction
BATCH = 500
NO_SPELLING = Spelling("", "", "")


def write_documents(products: Collection[int]) -> None:
    """Write the documents of these products (primary keys) for search; their terms are counted after the commit."""
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(product=product, title=normalise(product.title)[:120], words=vector(texts))
            for product, texts in texts_of(products)
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["title", "words", "stale"],
    )


def drop_documents(products: Collection[int]) -> None:
    """Delete the documents of these products (primary keys) and take their terms out of the vocabulary, at once."""
    documents = SearchDocument.objects.filter(product__in=products).order_by("product").select_for_update()
    _add_up(*_difference((document.counted, []) for document in documents))
    SearchDocument.objects.filter(product__in=products).delete()


def texts_of(products: Collection[int]) -> list[tuple[Product, Texts]]:
    """Return these products (primary keys) with what can be searched for; unknown ones are left out."""
    lexicon = load()
    attributes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    of_these = Attribute.objects.filter(product__in=list(products))
    for product, name, value in of_these.values_list("product_id", "name", "value"):
        attributes[product].append((name, value))
    options = Option.objects.filter(product__in=list(products))
    for product, name, values in options.values_list("product_id", "name", "values"):
        attributes[product].append((name, " ".join(map(str, values))))
    found = Product.objects.filter(pk__in=list(products)).select_related("brand", "category__parent")
    return [(product, _text(product, attributes[product.pk], lexicon)) for product in found]


def _text(product: Product, attributes: list[tuple[str, str]], lexicon: Lexicon) -> Texts:
    category = product.category
    labels = (
        product.keywords,
        product.brand.name if product.brand else "",
        category.name,
        category.parent.name if category.parent else "",
    )
    everything = normalise(" ".join((product.title, *labels, product.subtitle)))
    return Texts(product.title, labels, product.subtitle, tuple(attributes), lexicon.dictionary_words_in(everything))


def refresh(_ref: str = "") -> due.Again | None:
    """Count the terms of one step of the documents that changed; asks to come back while there are more."""
    with transaction.atomic():
        # Two at once take different documents; what they count is added up by the database.
        stale = list(
            SearchDocument.objects.filter(stale=True).order_by("product").select_for_update(skip_locked=True)[:STEP]
        )
        _count(stale)
        if stale:
            catalogue_changed()  # what a text is understood as may be different now
    return due.Again(0) if len(stale) == STEP else None


def _count(documents: Sequence[SearchDocument]) -> None:
    """Bring the documents up to date and add the difference of their terms to the vocabulary."""
    found = {product.pk: (product, texts) for product, texts in texts_of([each.product_id for each in documents])}
    changes: list[tuple[list[str], list[str]]] = []
    for document in documents:
        product, texts = found[document.product_id]
        present = terms(texts) if product.is_on_shelf else []
        changes.append((document.counted, present))
        document.words, document.title = vector(texts), normalise(product.title)[:120]
        document.counted, document.stale = present, False
    SearchDocument.objects.bulk_update(documents, ["words", "title", "counted", "stale"])
    _add_up(*_difference(changes))


def _difference(changes: Iterable[tuple[list[str], list[str]]]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return by how much frequency, named and heads of each word change, from terms before and after."""
    frequency, named, heads = Counter[str](), Counter[str](), Counter[str]()
    for before, after in changes:
        for sign, several in ((-1, before), (1, after)):
            for term in several:
                place, word = term[0], term[1:]
                frequency[word] += sign
                named[word] += sign * (place != Place.TEXT)
                heads[word] += sign * (place == Place.HEAD)
    return frequency, named, heads


def _add_up(frequency: Counter[str], named: Counter[str], heads: Counter[str]) -> None:
    changed = sorted(word for word in frequency if frequency[word] or named[word] or heads[word])
    rows = [(word, frequency[word], named[word], heads[word], _spelling(word)) for word in changed]
    with connection.cursor() as cursor:
        # Rows in the order of their key, so that two at once cannot wait for each other.
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            cursor.execute(_ADD_UP, [list(column) for column in zip(*map(_columns, part), strict=True)])
        cursor.execute("DELETE FROM search_searchterm WHERE word = ANY(%s) AND frequency = 0", [changed])


_ADD_UP = """
INSERT INTO search_searchterm AS term (word, frequency, named, heads, pinyin, initials, sound, near)
SELECT word, frequency, named, heads, pinyin, initials, sound,
       CASE WHEN near = '' THEN '{}' ELSE string_to_array(near, ',')::int[] END
FROM unnest(%s::text[], %s::int[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS row (word, frequency, named, heads, pinyin, initials, sound, near)
ORDER BY word COLLATE "C"
ON CONFLICT (word) DO UPDATE SET
    frequency = term.frequency + EXCLUDED.frequency,
    named = term.named + EXCLUDED.named,
    heads = term.heads + EXCLUDED.heads
"""


def _spelling(word: str) -> Spelling:
    return spell(word) if is_han(word) else NO_SPELLING


def _columns(row: tuple[str, int, int, int, Spelling]) -> tuple[object, ...]:
    word, frequency, named, heads, spelling = row
    near = ",".join(map(str, term_keys(word, spelling)))
    return word, frequency, named, heads, spelling.pinyin, spelling.initials, spelling.sound, near


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the shop's products; see `SearchTerm`."""

    word: str
    pinyin: str
    initials: str
    sound: str
    frequency: int
    named: int
    heads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look up: a term is found by any of these."""

    words: Collection[str] = ()
    pinyin: Collection[str] = ()
    sounds: Collection[str] = ()
    near: Collection[int] = ()
    initials: Collection[str] = ()
    prefixes: Collection[str] = ()  # of words and of pinyin


MOST_FOUND = 300


def look_up(wanted: Wanted) -> list[Term]:
    """Return the terms found, the commonest names first, in one query; at most MOST_FOUND."""
    conditions, parameters = ["word = ANY(%s)"], [list(wanted.words)]
    for column, values in (("pinyin", wanted.pinyin), ("sound", wanted.sounds), ("initials", wanted.initials)):
        if values:
            conditions.append(f"{column} = ANY(%s)")
            parameters.append(list(values))
    if wanted.near:
        conditions.append("near && %s::int[]")
        parameters.append([*wanted.near])  # type: ignore[list-item]
    for prefix in wanted.prefixes:
        conditions.append("word LIKE %s OR pinyin LIKE %s")
        parameters += [f"{prefix}%", f"{prefix}%"]  # type: ignore[list-item]
    with connection.cursor() as cursor:
        cursor.execute(_look_up_sql(conditions), [*parameters, list(wanted.words)])
        return [Term(*row) for row in cursor.fetchall()]


def _look_up_sql(conditions: Iterable[str]) -> str:
    # Words that were asked for come first, whatever else there is much of.
    return f"""SELECT word, pinyin, initials, sound, frequency, named, heads FROM search_searchterm
               WHERE frequency > 0 AND ({" OR ".join(conditions)})
               ORDER BY (word = ANY(%s)) DESC, named DESC, frequency DESC LIMIT {MOST_FOUND}"""  # noqa: S608
