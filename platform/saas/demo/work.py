"""What happens in a shop besides its orders: a review with an answer, and a stock count that somebody has begun."""

from collections.abc import Sequence
from dataclasses import dataclass

from saas.demo.shops import ACTOR
from shop.inventory.counting import Scope, save_counts, start_count
from shop.inventory.models import CountSheet, StockItem
from shop.orders.models import Order
from shop.reviews.models import Review
from shop.reviews.services import Draft, Words, reply, write_reviews
from shop.reviews.tasks import purchase_of


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the shopper of the order with this remark says of a SKU, and what the shop answers."""

    remark: str
    code: str
    score: int
    content: str
    tags: tuple[str, ...]
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Opinions, and a count: SKU code → units found beyond those on the books, None for not counted yet."""

    opinions: tuple[Opinion, ...]
    note: str
    counted: tuple[tuple[str, int | None], ...]


WORK = {
    "demo-home": Work(
        (
            Opinion(
                "请周末送，家里白天没人",
                "JJ-101-1",
                5,
                "周六一早就送到了。被子蓬松，盖着不压人，北方的暖气房里刚刚好。",
                ("质量好", "物流快"),
                "谢谢您等到周末，天好的时候晒一晒会更蓬松。",
            ),
            Opinion("请周末送，家里白天没人", "JJ-104-2", 4, "枕头偏高一点，拿掉一层内胆就合适了。", ("与描述相符",)),
        ),
        "月底盘点：床品",
        (("JJ-101-1", 0), ("JJ-102-1", -1), ("JJ-103-1", None), ("JJ-104-1", 0), ("JJ-104-2", None)),
    ),
    "demo-tea": Work(
        (
            Opinion(
                "茶给爸爸，请放一张空白卡片",
                "CD-101-2",
                5,
                "卡片放了，爸爸很喜欢。茶汤清，第三泡还有香气。",
                ("包装用心", "会再买"),
                "谢谢，祝叔叔喝得舒心。",
            ),
        ),
        "开店前数一遍点心",
        (("CD-301-1", 0), ("CD-302-1", 1), ("CD-303-1", None)),
    ),
}


def do(slug: str) -> None:
    """Leave the reviews and begin the count of a shop; what is there already stays as it is."""
    work = WORK[slug]
    for opinion in work.opinions:
        _review(opinion)
    if not CountSheet.objects.exists():
        _count(work.note, work.counted)


def _review(opinion: Opinion) -> None:
    order = Order.objects.select_related("member").filter(remark=opinion.remark, state=Order.State.COMPLETED).first()
    line = order.lines.select_related("sku").filter(sku_code=opinion.code).first() if order else None
    if order is None or line is None or Review.objects.filter(line=line.pk).exists():
        return
    draft = Draft(line.sku.key, opinion.score, Words(opinion.content), opinion.tags)
    [review] = write_reviews(order.member, purchase_of(order), [draft], service_score=5, logistics_score=5)
    if opinion.answer:
        reply(review, opinion.answer, actor=ACTOR)


def _count(note: str, counted: Sequence[tuple[str, int | None]]) -> None:
    sheet = start_count(Scope(codes=[code for code, _found in counted]), note=note, actor=ACTOR)
    books = {item.sku.code: item for item in StockItem.objects.filter(count_lines__sheet=sheet).select_related("sku")}
    counts = {books[code].pk: max(books[code].on_hand + found, 0) for code, found in counted if found is not None}
    save_counts(sheet, counts, actor=ACTOR)
