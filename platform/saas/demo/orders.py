"""A few orders, placed, paid, shipped and received by the very services that real ones go through."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import requests
from django.conf import settings

from payments.services.attempts import start_payment
from saas.demo.shops import ACTOR, DemoRefused
from shop.catalog.models import SKU
from shop.fulfilment.services import receive, ship
from shop.members import services as members
from shop.members.models import Identity, Level, Member
from shop.orders.models import Order
from shop.orders.services import OrderRequest, Wanted, place_order

State = Order.State
LONGEST_WAIT = 20  # seconds for the worker to book a payment
WAY = (State.UNPAID, State.TO_SHIP, State.SHIPPED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class Story:
    """One order: who wants which SKUs (code → units), what they write to the shop, and how far it gets.

    The remark is also how a second run knows the order again.
    """

    shopper: str
    nickname: str
    phone: str
    place: tuple[str, str, str, str]
    units: tuple[tuple[str, int], ...]
    remark: str
    goal: Order.State
    tracking_number: str = ""
    level: str = ""


HOME = (
    Story(
        "linwei",
        "林间小路",
        "13500010001",
        ("浙江省", "杭州市", "西湖区", "青竹里 8 幢 302"),
        (("JJ-101-1", 1), ("JJ-104-2", 2)),
        "请周末送，家里白天没人",
        State.COMPLETED,
        "YT8800010001",
        "银卡",
    ),
    Story(
        "chenxi",
        "晨曦",
        "13500010002",
        ("江苏省", "苏州市", "姑苏区", "桂花巷 21 号"),
        (("JJ-301-1", 4), ("JJ-302-1", 2), ("JJ-308-1", 1)),
        "碗请多包一层",
        State.SHIPPED,
        "SF1300010002",
    ),
    Story(
        "zhouning",
        "周末做饭",
        "13500010003",
        ("广东省", "广州市", "越秀区", "榕树下 5 号 1201"),
        (("JJ-305-2", 1), ("JJ-306-2", 1)),
        "两口锅可以分开发",
        State.TO_SHIP,
    ),
    Story(
        "hejia",
        "何加",
        "13500010004",
        ("四川省", "成都市", "锦江区", "水井街 66 号"),
        (("JJ-401-1", 1),),
        "先占一盏，晚上付款",
        State.UNPAID,
    ),
)
TEA = (
    Story(
        "linwei",
        "林间小路",
        "13500010001",
        ("浙江省", "杭州市", "西湖区", "青竹里 8 幢 302"),
        (("CD-101-2", 1), ("CD-302-1", 2)),
        "茶给爸爸，请放一张空白卡片",
        State.COMPLETED,
        "ZT7700020001",
    ),
    Story(
        "suqing",
        "素清",
        "13500020002",
        ("福建省", "厦门市", "思明区", "海风路 12 号"),
        (("CD-201-1", 1), ("CD-204-1", 1)),
        "壶请检查一下出水",
        State.TO_SHIP,
    ),
    Story(
        "mumu",
        "木木",
        "13500020003",
        ("北京市", "北京市", "东城区", "槐花胡同 3 号"),
        (("CD-307-2", 3), ("CD-303-1", 1)),
        "礼盒卡片写：中秋快乐",
        State.TO_SHIP,
    ),
    Story(
        "tangyuan",
        "汤圆不圆",
        "13500020004",
        ("湖北省", "武汉市", "武昌区", "东湖村 9 号"),
        (("CD-301-1", 2), ("CD-306-2", 3)),
        "可以等绿豆糕新出炉的一批",
        State.UNPAID,
    ),
    Story(
        "suqing",
        "素清",
        "13500020002",
        ("福建省", "厦门市", "思明区", "海风路 12 号"),
        (("CD-401-1", 2), ("CD-402-1", 1)),
        "茶券送朋友，茶席自己去",
        State.SHIPPED,
    ),
)
STORIES = {"demo-home": HOME, "demo-tea": TEA}


def tell(stories: Sequence[Story]) -> None:
    """Bring every order to its goal; one that is there, further on or cancelled stays as it is.

    Raises DemoRefused when nobody books the payments: then worker or payment simulator do not run.
    """
    placed = [(story, _known(story) or _place(story)) for story in stories]
    for story, order in placed:
        if _behind(order, story.goal, State.TO_SHIP):
            pay(order)
    for story, order in placed:
        if _behind(order, story.goal, State.TO_SHIP):
            wait_until_booked(order)
        if order.fulfilment_kind == Order.Fulfilment.VIRTUAL:
            _wait_until_left(order, State.TO_SHIP)
        elif _behind(order, story.goal, State.SHIPPED):
            carrier = "sf" if story.tracking_number.startswith("SF") else "yto"
            ship(order, None, carrier=carrier, tracking_number=story.tracking_number, actor=ACTOR)
        if _behind(order, story.goal, State.COMPLETED):
            receive(order, actor=f"member:{order.member.key}")


def _known(story: Story) -> Order | None:
    return Order.objects.filter(remark=story.remark).select_related("member").first()


def _place(story: Story) -> Order:
    member = members.log_in_with_code(f"sim:{story.shopper}").member
    members.update_profile(member, nickname=story.nickname)
    if story.level:
        members.set_level(member, Level.objects.filter(name=story.level).first())
        member.refresh_from_db()
    province, city, district, detail = story.place
    draft = members.AddressDraft(story.nickname, story.phone, province, city, detail, district)
    address = members.create_address(member, draft)
    keys = dict(SKU.objects.filter(code__in=[code for code, _ in story.units]).values_list("code", "key"))
    wanted = [Wanted(keys[code], units) for code, units in story.units]
    return place_order(member, OrderRequest(items=wanted, address=address.key, remark=story.remark))


def _state(order: Order) -> State:
    return State(Order.objects.values_list("state", flat=True).get(pk=order.pk))


def _behind(order: Order, goal: State, step: State) -> bool:
    """Return whether `step` still lies between the order and its goal."""
    state = _state(order)
    return state in WAY and WAY.index(state) < WAY.index(step) <= WAY.index(goal)


def pay(order: Order) -> None:
    """Have the payment simulator's shopper pay an order; the worker books it later."""
    attempt = start_payment(order, "wechat", _openid(order.member))
    answer = requests.post(
        f"{settings.PAYSIM_URL}/_control/pay", json={"out_trade_no": attempt.out_trade_no}, timeout=(2, 10)
    )
    if answer.status_code != requests.codes.conflict:  # a run that was killed has paid it already
        answer.raise_for_status()


def _openid(member: Member) -> str:
    return Identity.objects.filter(member=member, kind=Identity.Kind.MINIPROGRAM).values_list("subject", flat=True)[0]


def wait_until_booked(order: Order) -> None:
    """Wait for the worker to book the payment of an order."""
    _wait_until_left(order, State.UNPAID)


def _wait_until_left(order: Order, state: State) -> None:
    """Wait for the worker to take the order out of `state`: to book its payment, or to deliver what is virtual."""
    deadline = time.monotonic() + LONGEST_WAIT
    while _state(order) == state:
        if time.monotonic() > deadline:
            raise DemoRefused("a payment was not booked: do worker, poller and paysim run? (manage.py status)")
        time.sleep(0.1)
