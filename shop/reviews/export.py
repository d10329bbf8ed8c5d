"""Reviews as a spreadsheet: a row for each, with what was added later and what the shop answered."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.core.sheets import Cell
from shop.jobs.exporting import day_and_time
from shop.reviews.models import Review

COLUMNS = (
    *(_("评价时间"), _("商品"), _("规格"), _("订单号"), _("昵称"), _("星级"), _("服务"), _("物流"), _("内容")),
    *(_("标签"), _("图片数"), _("追评"), _("商家回复"), _("状态"), _("原因")),
)


def rows(keys: Sequence[int], user: Any) -> Iterator[Sequence[Cell]]:
    """Yield the rows of these reviews (primary keys)."""
    reviews = Review.objects.select_related("product", "addition").prefetch_related("pictures").in_bulk(keys)
    for key in keys:
        if review := reviews.get(key):
            addition = getattr(review, "addition", None)
            yield (
                *(day_and_time(review.created_at), review.product.title, review.options, review.order_number),
                *(gettext(review.author), review.score or "", review.service_score or "", review.logistics_score or ""),
                *(review.content, "、".join(review.tags), len(review.pictures.all())),
                *(addition.content if addition else "", review.reply, str(review.get_state_display())),
                review.state_reason,
            )
