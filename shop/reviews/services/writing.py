"""What shoppers write: a review per order line, once, and one addition to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish
from shop.library.models import Asset
from shop.library.services import hold
from shop.members.models import Member
from shop.reviews.models import ANONYMOUS, APPEND_DAYS, Addition, Check, Review, ReviewPicture, ReviewSettings
from shop.reviews.services.summary import refresh_summaries
from tenants import due

MOST_PICTURES = 9
NOTHING_WRITTEN = "此用户没有填写评价。"


@dataclass(frozen=True, slots=True)
class PurchasedLine:
    """A line of an order as reviews need it: its primary key, the key of its SKU, product and options."""

    pk: int
    sku: str
    product: int
    options: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order that may be reviewed; `completed_at` is None while it is not completed."""

    number: str
    completed_at: datetime | None
    lines: Sequence[PurchasedLine]


@dataclass(frozen=True, slots=True)
class Words:
    """A text and the keys of its pictures, which the member has uploaded."""

    content: str = ""
    pictures: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a shopper says of one SKU of an order."""

    sku: str
    score: int
    words: Words = field(default_factory=Words)
    tags: Sequence[str] = ()
    is_anonymous: bool = False


@transaction.atomic
def write_reviews(
    member: Member,
    purchase: Purchase,
    drafts: Sequence[Draft],
    *,
    service_score: int | None = None,
    logistics_score: int | None = None,
) -> list[Review]:
    """Return the new reviews; shoppers see each when its check has passed.

    ShopError: 409 `not_completed`, `review_period_over`, `already_reviewed`; 422 `line_unknown`, `tag_unknown`,
    `picture_unknown`, `too_many_pictures`.
    """
    settings = ReviewSettings.objects.get(pk=1)
    if purchase.completed_at is None:
        raise ShopError("not_completed", _("确认收货之后才能评价"), status=409)
    if purchase.completed_at + timedelta(days=settings.review_days) <= timezone.now():
        raise ShopError("review_period_over", _("已经过了可以评价的时间"), status=409)
    lines = {line.sku: line for line in purchase.lines}
    if unknown := [draft.sku for draft in drafts if draft.sku not in lines]:
        raise ShopError("line_unknown", _("订单里没有这个商品"), status=422, detail={"skus": unknown})
    if bad := sorted({tag for draft in drafts for tag in draft.tags} - set(settings.tags)):
        raise ShopError("tag_unknown", _("没有这个标签"), status=422, detail={"tags": bad})
    reviews = [
        Review(
            member=member,
            product_id=lines[draft.sku].product,
            order_number=purchase.number,
            line=lines[draft.sku].pk,
            options=lines[draft.sku].options,
            author=ANONYMOUS if draft.is_anonymous else masked(member.nickname),
            score=draft.score,
            service_score=service_score,
            logistics_score=logistics_score,
            tags=list(dict.fromkeys(draft.tags)),
            content=draft.words.content.strip(),
            state=Check.PENDING,
        )
        for draft in drafts
    ]
    replaced = _without_words(reviews)
    _store(reviews)
    for review, draft in zip(reviews, drafts, strict=True):
        _attach(member, review, draft.words.pictures, is_added=False)
        due.schedule("reviews.check", review.key)
        publish("review.created", "review", review.key)
    refresh_summaries(replaced)
    return reviews


def _without_words(reviews: Sequence[Review]) -> list[int]:
    """Remove the notes that nothing was written about these lines, and return their products."""
    notes = Review.objects.filter(line__in=[review.line for review in reviews], source=Review.Source.AUTO)
    products = list(notes.values_list("product_id", flat=True))
    notes.delete()
    return products


def _store(reviews: Sequence[Review]) -> None:
    try:
        with transaction.atomic():
            # In line order, so that two submissions of one order cannot wait for each other.
            for review in sorted(reviews, key=lambda one: one.line or 0):
                review.save(force_insert=True)
    except IntegrityError as error:
        raise ShopError("already_reviewed", _("这个商品已经评价过了"), status=409) from error


def _attach(member: Member, review: Review, keys: Sequence[str], *, is_added: bool) -> None:
    wanted = list(dict.fromkeys(keys))
    if len(wanted) > MOST_PICTURES:
        raise ShopError("too_many_pictures", _("最多 9 张图片"), status=422)
    if not wanted:
        return
    found = {asset.key: asset for asset in Asset.objects.pictures().filter(key__in=wanted, owner=member.key)}
    if missing := [key for key in wanted if key not in found]:
        raise ShopError("picture_unknown", _("没有找到图片，请重新上传"), status=422, detail={"pictures": missing})
    hold([asset.pk for asset in found.values()])
    ReviewPicture.objects.bulk_create(
        [
            ReviewPicture(review=review, asset=found[key], is_added=is_added, position=position)
            for position, key in enumerate(wanted)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def add_to_review(member: Member, key: str, words: Words) -> Addition:
    """Return what the member added to an own review; shoppers see it when its check has passed.

    ShopError: 404 `not_found`, 409 `already_added`, `review_period_over`; 422 as `write_reviews`.
    """
    review = Review.objects.filter(key=key, member=member, source=Review.Source.ORDER).first()
    if review is None:
        raise ShopError("not_found", _("没有找到"), status=404)
    if review.created_at + timedelta(days=APPEND_DAYS) <= timezone.now():
        raise ShopError("review_period_over", _("已经过了可以追评的时间"), status=409)
    try:
        with transaction.atomic():
            addition = Addition.objects.create(review=review, content=words.content.strip())
    except IntegrityError as error:
        raise ShopError("already_added", _("已经追评过了"), status=409) from error
    _attach(member, review, words.pictures, is_added=True)
    Review.objects.filter(pk=review.pk).update(read_at=None)
    due.schedule("reviews.check_addition", review.key)
    return addition


@transaction.atomic
def auto_review(purchase: Purchase, member: Member) -> int:
    """Note for each line that nobody reviewed that nothing was written, without a score; return how many."""
    reviewed = set(Review.objects.filter(order_number=purchase.number).values_list("line", flat=True))
    made = Review.objects.bulk_create(
        [
            Review(
                member=member,
                product_id=line.product,
                order_number=purchase.number,
                line=line.pk,
                options=line.options,
                content=NOTHING_WRITTEN,
                source=Review.Source.AUTO,
            )
            for line in purchase.lines
            if line.pk not in reviewed
        ],
        ignore_conflicts=True,
    )
    refresh_summaries([review.product_id for review in made])
    return len(made)


def mark_read(reviews: Sequence[int]) -> None:
    """Note that a colleague has looked at these reviews (primary keys)."""
    Review.objects.filter(pk__in=reviews, read_at=None).update(read_at=Now())


def erase_author(member_pk: int) -> None:
    """Take an erased member's name from the reviews and the consents to be written to."""
    Review.objects.filter(member_id=member_pk).update(author=ANONYMOUS, member=None)


def masked(nickname: str) -> str:
    """Return a name as others see it: the first and the last letter."""
    name = nickname.strip()
    if not name:
        return ANONYMOUS
    return f"{name[0]}***{name[-1]}" if len(name) > 1 else f"{name}***"
