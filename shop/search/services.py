"""Writes on what a merchant teaches the search; each holds from the next request on."""

from collections.abc import Sequence
from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.catalog.services.summary import announce
from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.search.lexicon import split_words
from shop.search.models import DictionaryWord, HotWord, SearchDocument, SynonymGroup
from shop.search.segments import normalise

Row = TypeVar("Row", SynonymGroup, DictionaryWord, HotWord)

MOST_SYNONYMS = 10
LONGEST_WORD = 20
MOST_ROWS = 2_000  # of each list; all of them are read by every process
LONGEST_KEYWORDS = 200


@transaction.atomic
def save_synonyms(words: str, *, group: SynonymGroup | None = None) -> SynonymGroup:
    """Make a group of words that mean the same, or change one.

    Raises ShopError `search_words_invalid` (fewer than two words, too many, or too long), 409 `search_words_taken`.
    """
    several = split_words(words)
    if not 2 <= len(several) <= MOST_SYNONYMS or max(map(len, several)) > LONGEST_WORD:
        raise _invalid("words", _("请填 2 到 10 个词，每个最多 20 个字，用空格分开"))
    saved = group or SynonymGroup()
    saved.words = " ".join(several)
    return _store(saved)


@transaction.atomic
def save_dictionary_word(word: str, *, entry: DictionaryWord | None = None) -> DictionaryWord:
    """Make a word that is never cut apart, or change one; products that hold it are read anew by due work.

    Raises ShopError `search_words_invalid`, 409 `search_words_taken`.
    """
    wanted = _one_word(word)
    saved = entry or DictionaryWord()
    before = saved.word if entry else ""
    saved.word = wanted
    stored = _store(saved)
    _read_anew([text for text in (before, wanted) if text])
    return stored


@transaction.atomic
def save_hot_word(word: str, *, kind: str, position: int = 0, entry: HotWord | None = None) -> HotWord:
    """Pin a hot word or keep one from being shown; raises as `save_dictionary_word` does."""
    saved = entry or HotWord()
    saved.word, saved.kind, saved.position = _one_word(word, spaces=True), kind, position
    return _store(saved)


@transaction.atomic
def forget(entry: SynonymGroup | DictionaryWord | HotWord) -> None:
    """Remove an entry."""
    if isinstance(entry, DictionaryWord):
        _read_anew([entry.word])
    entry.delete()
    catalogue_changed()


@transaction.atomic
def add_keyword(product: Product, word: str) -> None:
    """Let a product be found by `word`; nothing happens when it has the keyword.

    Raises ShopError 404 `not_found` for an archived product, `search_words_invalid` when there is no room.
    """
    wanted = _one_word(word, spaces=True)
    row = Product.objects.select_for_update(of=("self",)).filter(pk=product.pk, archived_at=None).first()
    if row is None:
        raise ShopError("not_found", _("没有找到"), status=404)
    if wanted in split_words(row.keywords) or wanted == normalise(row.keywords):
        return
    keywords = f"{row.keywords} {wanted}".strip()
    if len(keywords) > LONGEST_KEYWORDS:
        raise _invalid("word", _("这个商品的搜索关键词已经写满，请先到商品页删去一些"))
    Product.objects.filter(pk=row.pk).update(keywords=keywords, version=F("version") + 1, updated_at=timezone.now())
    announce([row])


def _one_word(word: str, *, spaces: bool = False) -> str:
    wanted = normalise(word)
    if not wanted or len(wanted) > LONGEST_WORD or not (wanted if not spaces else wanted.replace(" ", "")).isalnum():
        raise _invalid("word", _("请填一个词：最多 20 个字，只能是文字和数字"))
    return wanted


def _invalid(field: str, reason: object) -> ShopError:
    return ShopError("search_words_invalid", _("填写有误"), detail={field: str(reason)})


def _store(row: Row) -> Row:
    if row.pk is None and type(row)._default_manager.count() >= MOST_ROWS:
        raise ShopError("search_words_full", _("条数已到上限，请先删去不用的"), status=409)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ShopError("search_words_taken", _("已经有这一条了"), status=409) from error
    catalogue_changed()
    return row


def _read_anew(words: Sequence[str]) -> None:
    """Renew the documents of the products in which the words occur."""
    named = Q()
    for word in words:
        for field in ("title", "subtitle", "keywords", "brand__name", "category__name", "category__parent__name"):
            named |= Q(**{f"product__{field}__icontains": word})
    products = SearchDocument.objects.filter(named).order_by("product").values_list("product", flat=True)
    import_string(settings.SEARCH_BACKEND)().renew(list(products))
