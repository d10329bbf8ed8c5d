"""Reviews as shoppers read them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.timezone import localtime

from shop.catalog.models import Product
from shop.reviews.models import Check, Review, ReviewPicture, ReviewSummary

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews a shopper wants to see."""

    score: int | None = None
    with_pictures: bool = False
    tag: str = ""


def average(stars: Iterable[int]) -> float | None:
    """Return the mean of 1 to 5 stars given so many times each, with one decimal; None when nobody gave any."""
    counts = list(stars)
    given = sum(counts)
    points = sum(place * count for place, count in enumerate(counts, 1))
    return ((points * 20 + given) // (2 * given)) / 10 if given else None


def summary_column() -> Subquery:
    """Return a column with what a product's reviews come to, null without any; `summary_of` reads it."""
    kept = ReviewSummary.objects.filter(product=OuterRef("pk"))
    return Subquery(kept.values(json=JSONObject(shown="shown", stars="stars"))[:1])


def summary_of(rated: Row | None) -> Row:
    """Return how many reviews a product has, and their average."""
    return {"count": rated["shown"], "average": average(rated["stars"])} if rated else {"count": 0, "average": None}


def review_page(key: str, wanted: Wanted, page: int, page_size: int) -> tuple[int, list[Row], Row]:
    """Return how many reviews match, one page of them, and what all shown ones come to; Product.DoesNotExist."""
    product = Product.objects.on_shelf().get(key=key)
    shown = Review.objects.shown().filter(product=product)
    matching = _matching(shown, wanted)
    start = (page - 1) * page_size
    found = matching.select_related("addition").prefetch_related("pictures__asset").order_by("-created_at", "-pk")
    return matching.count(), [_row(review) for review in found[start : start + page_size]], _figures(product, shown)


def _matching(shown: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    if wanted.score:
        shown = shown.filter(score=wanted.score)
    if wanted.tag:
        shown = shown.filter(tags__contains=[wanted.tag])
    if wanted.with_pictures:
        shown = shown.filter(Exists(ReviewPicture.objects.filter(review=OuterRef("pk"), is_added=False)))
    return shown


def _figures(product: Product, shown: QuerySet[Any]) -> Row:
    summary = ReviewSummary.objects.filter(product=product).first() or ReviewSummary(stars=[0] * 5)
    chosen: Counter[str] = Counter()
    for tags in shown.exclude(tags=[]).values_list("tags", flat=True):
        chosen.update(tags)
    return {
        "count": summary.shown,
        "average": average(summary.stars),
        "stars": {str(place): count for place, count in enumerate(summary.stars, 1)},
        "pictured": summary.pictured,
        "tags": [{"name": name, "count": count} for name, count in chosen.most_common()],
    }


def _row(review: Review) -> Row:
    addition = getattr(review, "addition", None)
    pictures = list(review.pictures.all())
    return {
        "key": review.key,
        "author": review.author,
        "score": review.score,
        "content": review.content,
        "options": review.options,
        "tags": review.tags,
        "pictures": picture_rows(picture for picture in pictures if not picture.is_added),
        "reply": review.reply,
        "replied_at": localtime(review.replied_at) if review.replied_at else None,
        "addition": {
            "content": addition.content,
            "pictures": picture_rows(picture for picture in pictures if picture.is_added),
            "created_at": localtime(addition.created_at),
        }
        if addition and addition.state == Check.SHOWN
        else None,
        "created_at": localtime(review.created_at),
    }


def picture_rows(pictures: Iterable[ReviewPicture]) -> list[Row]:
    """Return the addresses of pictures, whose assets are at hand."""
    return [{"url": picture.asset.url(), "thumbnail": picture.asset.url(200)} for picture in pictures]
