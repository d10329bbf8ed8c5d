"""What the shop's own search reads."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.base import ShopModel

LONGEST_TERM = 40
LONGEST_SPELLING = 120


class SearchDocument(ShopModel):
    """The segmented, weighted words of one product."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    words = SearchVectorField()
    title = models.CharField(max_length=120)
    # Terms as they are counted in SearchTerm; each begins with its place (documents.Place).
    counted = ArrayField(models.TextField(), default=list, db_default=[])
    stale = models.BooleanField(default=True, db_default=True)  # waits for vocabulary.refresh()
    # Raised by a backend that keeps its documents elsewhere; what is above `sent` waits to be sent there.
    revision = models.PositiveBigIntegerField(default=0, db_default=0)
    sent = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_words"),
            models.Index(fields=["product"], name="search_stale", condition=models.Q(stale=True)),
            models.Index(fields=["product"], name="search_unsent", condition=models.Q(revision__gt=models.F("sent"))),
        ]

    def __str__(self) -> str:
        return self.title


class SearchTerm(ShopModel):
    """A word or short phrase of the shop's products, how it is spelt, and how many products hold it."""

    word = models.CharField(max_length=LONGEST_TERM)
    pinyin = models.CharField(max_length=LONGEST_SPELLING, blank=True)
    initials = models.CharField(max_length=LONGEST_TERM, blank=True)
    sound = models.CharField(max_length=LONGEST_SPELLING, blank=True)  # pinyin without what many do not tell apart
    near = ArrayField(models.IntegerField(), default=list)  # hashes that words with one mistake share
    frequency = models.IntegerField(default=0)
    named = models.IntegerField(default=0)  # products that hold it in their title, keywords, brand or category
    heads = models.IntegerField(default=0)  # products whose title ends with it: what they are

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word"], name="search_term_once")]
        indexes = [
            models.Index(fields=["pinyin"], name="search_term_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["initials"], name="search_term_initials", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["word"], name="search_term_prefix", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["sound"], name="search_term_sound"),
            GinIndex(fields=["near"], name="search_term_near"),
        ]

    def __str__(self) -> str:
        return self.word


class SynonymGroup(ShopModel):
    """Words that shoppers use for the same thing."""

    words = models.CharField(_("同义词"), max_length=200, help_text=_("用空格或逗号分开，例如：番茄 西红柿"))

    class Meta:
        verbose_name = verbose_name_plural = _("同义词")
        constraints = [models.UniqueConstraint(fields=["words"], name="synonym_group_once")]

    def __str__(self) -> str:
        return self.words


class DictionaryWord(ShopModel):
    """A word that is never cut apart in this shop."""

    word = models.CharField(_("词"), max_length=20, help_text=_("例如品牌、系列或店里的叫法"))

    class Meta:
        verbose_name = verbose_name_plural = _("专有词")
        constraints = [models.UniqueConstraint(fields=["word"], name="dictionary_word_once")]

    def __str__(self) -> str:
        return self.word


class HotWord(ShopModel):
    """A search that is always shown, or never."""

    class Kind(models.TextChoices):
        PINNED = "PINNED", _("置顶")
        BLOCKED = "BLOCKED", _("不显示")

    word = models.CharField(_("词"), max_length=30)
    kind = models.CharField(_("方式"), max_length=8, choices=Kind.choices, default=Kind.PINNED)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("热搜词")
        ordering = ["kind", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["word"], name="hot_word_once")]

    def __str__(self) -> str:
        return self.word


class SearchCount(ShopModel):
    """How often a text was searched for on a day, and how often nothing was found. Says nothing of who searched."""

    day = models.DateField(_("日期"))
    text = models.CharField(_("搜索词"), max_length=40)
    searches = models.PositiveIntegerField(_("搜索次数"), default=0)
    misses = models.PositiveIntegerField(_("无结果次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("搜索记录")
        constraints = [
            models.UniqueConstraint(fields=["day", "text"], name="search_count_once"),
            models.CheckConstraint(
                condition=models.Q(misses__lte=models.F("searches")), name="search_count_misses_are_searches"
            ),
        ]

    def __str__(self) -> str:
        return self.text
