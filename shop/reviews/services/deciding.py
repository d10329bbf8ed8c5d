"""Whether shoppers see a review, what the shop answers, and the check that comes first."""

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.errors import ShopError
from shop.core.events import publish
from shop.members.models import Identity, WechatApp
from shop.reviews.checks import Finding, Verdict, Writing
from shop.reviews.models import Addition, Check, Review, ReviewSettings
from shop.reviews.services.summary import refresh_summaries

_STATES = {Verdict.SHOW: Check.SHOWN, Verdict.WAIT: Check.PENDING, Verdict.HIDE: Check.HIDDEN}


def check_review(key: str) -> None:
    """Due handler: let the checkers judge a new review, and show it, hide it or leave it to a colleague."""
    review = Review.objects.filter(key=key, state=Check.PENDING, state_reason="").first()
    if review is None:
        return
    finding = _judge(review, review.content, review.pictures.filter(is_added=False).exists())
    with transaction.atomic():
        open_review = Review.objects.filter(pk=review.pk, state=Check.PENDING, state_reason="")
        if open_review.update(state=_STATES[finding.verdict], state_reason=finding.reason[:120]):
            refresh_summaries([review.product_id])


def check_addition(key: str) -> None:
    """Due handler: the same for what was added to the review with this key."""
    addition = Addition.objects.select_related("review").filter(review__key=key, state=Check.PENDING).first()
    if addition is None or addition.state_reason:
        return
    has_pictures = addition.review.pictures.filter(is_added=True).exists()
    finding = _judge(addition.review, addition.content, has_pictures)
    Addition.objects.filter(pk=addition.pk, state=Check.PENDING).update(
        state=_STATES[finding.verdict], state_reason=finding.reason[:120]
    )


def _judge(review: Review, text: str, has_pictures: bool) -> Finding:
    """Return the strictest of what the checkers find; never call it inside a transaction."""
    openid = Identity.objects.openid(review.member, WechatApp.objects.appid()) if review.member else ""
    writing = Writing(text, openid)
    findings = [import_string(path)().check(writing) for path in settings.REVIEW_CHECKERS]
    if has_pictures and ReviewSettings.objects.get(pk=1).pictures_wait:
        findings.append(Finding(Verdict.WAIT, _("有图片，请看过再显示")))
    return max(findings, key=lambda finding: finding.verdict, default=Finding(Verdict.SHOW))


@transaction.atomic
def show(review: Review) -> None:
    """Let shoppers see a review, and what was added to it."""
    Review.objects.filter(pk=review.pk).update(state=Check.SHOWN, state_reason="")
    Addition.objects.filter(review=review).update(state=Check.SHOWN, state_reason="")
    _seen(review)


@transaction.atomic
def hide(review: Review, *, reason: str) -> None:
    """Keep a review from shoppers; ShopError 422 `reason_missing`. Its words stay as they are."""
    if not reason.strip():
        raise ShopError("reason_missing", gettext_lazy("请填写隐藏的原因"), status=422)
    Review.objects.filter(pk=review.pk).update(state=Check.HIDDEN, state_reason=reason.strip()[:120])
    _seen(review)


def _seen(review: Review) -> None:
    Review.objects.filter(pk=review.pk, read_at=None).update(read_at=Now())
    refresh_summaries([review.product_id])


@transaction.atomic
def reply(review: Review, text: str, *, actor: str) -> None:
    """Answer a review, in place of an earlier answer; an empty text takes the answer away."""
    answer = text.strip()
    Review.objects.filter(pk=review.pk).update(
        reply=answer, replied_at=Now() if answer else None, replied_by=actor if answer else ""
    )
    Review.objects.filter(pk=review.pk, read_at=None).update(read_at=Now())
    if answer:
        publish("review.replied", "review", review.key)
