"""Random walks of shoppers through coupons, limits, flash sales and groups: after each step the database is the model.

The model is plain Python: what everybody has, by the rules of docs/promotions.md and docs/marketing. Things are
numbered in the order in which they appear, for keys are random. Each walk is one transaction that is rolled back; the
world in which all of them begin is committed. `--long-faults` walks 5,000 times.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shop.core.auditing import all_invariants
from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.inventory.models import StockItem
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.marketing.coupons.services import claim
from shop.marketing.group_buy import services as groups
from shop.marketing.group_buy.models import Group, Seat
from shop.members.models import Member
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.promotions.models import Use
from tenants.models import Due
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import make_activity
from tests.promotions.coupons import make_template
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race  # it commits
DAY = timedelta(days=1)
CLOSED = [1, 2, 3, 4]
TEA, CUP, POT, QUILT, LAMP = range(5)
PRICES = [1_000, 300, 2_000, 5_000, 4_000]
STOCK = [14, 10, 9, 12, 12]
LIMITED_PRICE, MOST_LIMITED = 250, 4  # of the cup, per member
FLASH_PRICE, FLASH_UNITS, MOST_FLASH = 900, 5, 2  # of the pot
GROUP_PRICE, GROUP_UNITS, SIZE = 3_000, 9, 3  # of the quilt, and of the lamp
VALUE, THRESHOLD, TOTAL, MOST_CLAIMED = 200, 500, 5, 2  # of the coupon


@dataclass
class World:
    """What every walk begins with."""

    members: list
    skus: list
    template: CouponTemplate
    limited: object
    flash: object
    groups: dict  # SKU number → its group buy: of the quilt the late open a new group, of the lamp they are refunded


@dataclass
class Placed:
    """An order of the model: lines are [SKU number, bucket's activity or None, units, refunded units]."""

    member: int
    lines: list
    total: int
    state: str = "UNPAID"
    reason: str = ""
    coupon: int | None = None
    limited: int = 0  # cups at the limited price
    flash: int = 0  # pots of the flash sale that count
    seat: str = ""  # "", UNPAID, PAID or LEFT
    is_live: bool = False
    group: int | None = None
    held: list = field(default_factory=list)


@dataclass
class Company:
    """A group of the model."""

    sku: int
    leader: int
    paid: int = 1
    state: str = "OPEN"


# Units go back here without an after-sale that asked for them.
WITHOUT_AFTER_SALES = {"what is held of an order line is what was refunded and what is asked for"}
ABOUT = {"I1", "I2", "I3", "I4", "I10", "I11", "I13", "I14", "I24"}


def count(invariant):
    return f"SELECT count(*) FROM ({invariant.sql}) violation"


def broken():
    """Titles of invariants that do not hold; no money moves in these walks."""
    wanted = [each for each in all_invariants() if each.code in ABOUT and each.title not in WITHOUT_AFTER_SALES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT {place}, ({count(each)})" for place, each in enumerate(wanted)))
        return [wanted[place].title for place, rows in cursor.fetchall() if rows]


def build():
    ShopSettings.objects.update(most_unpaid=1_000)
    members = [make_member() for _number in range(3)]
    for member in members:
        member.address = make_address(member)
    skus = [make_sku(price=price, stock=stock) for price, stock in zip(PRICES, STOCK, strict=True)]
    now = timezone.now()
    template = make_template(
        value=VALUE, threshold=THRESHOLD, total=TOTAL, most_per_member=MOST_CLAIMED, valid_from=now - DAY,
        valid_until=now + DAY,
    )  # fmt: skip
    window = {"begins": -86_400, "lasts": 2 * 86_400}
    limited = make_activity(items=[(skus[CUP], {"price": LIMITED_PRICE})], most_per_member=MOST_LIMITED, **window)
    own = {"has_stock": True, "excludes": CLOSED, **window}
    pots = [(skus[POT], {"price": FLASH_PRICE, "units": FLASH_UNITS})]
    flash = make_activity("flash_sale", items=pots, most_per_member=MOST_FLASH, **own)
    made = {}
    for sku, late in ((QUILT, "OPEN"), (LAMP, "REFUND")):
        items = [(skus[sku], {"price": GROUP_PRICE, "units": GROUP_UNITS, "details": {"prices": [GROUP_PRICE]}})]
        rule = {"sizes": [SIZE], "hours": 24, "when_full": late}
        made[sku] = make_activity("group_buy", items=items, rule=rule, **own)
    return World(members, skus, template, limited, flash, made)


class Walk(RuleBasedStateMachine):
    """What shoppers do; `world` is set by the test."""

    world = None
    audited = 0

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.orders, self.numbers = [], []
        self.companies, self.group_keys = [], []
        self.coupons, self.coupon_keys = [], []  # [owner, order number or None]
        self.limited = [0, 0, 0]
        self.flash = [0, 0, 0]
        self.work = []  # (what, order) that groups left to be done
        buckets = {(POT, "flash"): FLASH_UNITS, (QUILT, "group"): GROUP_UNITS, (LAMP, "group"): GROUP_UNITS}
        self.stock = {(sku, ""): [units - self._carved(sku, buckets), 0] for sku, units in enumerate(STOCK)}
        self.stock |= {place: [units, 0] for place, units in buckets.items()}

    @staticmethod
    def _carved(sku, buckets):
        return sum(units for (own, _name), units in buckets.items() if own == sku)

    def teardown(self):
        try:
            if len(self.numbers) % 5 == 4:  # not by chance, nor every time: each takes as long as ten steps
                Walk.audited += 1
                assert broken() == []
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # What the model knows

    def has(self, *wanted):
        return all(units <= self.stock[place][0] - self.stock[place][1] for place, units in wanted)

    def of(self, *states):
        return [number for number, order in enumerate(self.orders) if order.state in states]

    def pick(self, number, candidates):
        return candidates[number % len(candidates)]

    def joins(self, member, sku):
        return any(each.is_live and each.member == member and each.lines[0][0] == sku for each in self.orders)

    def reserve(self, order, sign=1):
        for sku, bucket, units, _refunded in order.lines:
            self.stock[sku, bucket][1] += sign * units

    # What happens to the model

    def place(self, member, order, wanted, *, reasons, **fields):
        """Place it for real: refused for one of `reasons` (codes) if there is any, else placed."""
        person = self.world.members[member]
        request = orders.OrderRequest(items=wanted, address=person.address.key, **fields)
        try:
            with transaction.atomic():
                placed = orders.place_order(person, request)
        except ShopError as refusal:
            assert refusal.code in reasons, (refusal.code, reasons)
            return
        assert not reasons, reasons
        assert placed.total == order.total
        self.orders.append(order)
        self.numbers.append(placed.number)
        self.reserve(order)
        self.limited[member] += order.limited
        self.flash[member] += order.flash
        if order.coupon is not None:
            self.coupons[order.coupon][1] = len(self.orders) - 1

    def give_back(self, number):
        """Everything that an order which ended had taken, but for stock."""
        order = self.orders[number]
        self.limited[order.member] -= order.limited
        self.flash[order.member] -= order.flash
        if order.coupon is not None:
            self.coupons[order.coupon][1] = None
        if order.seat:
            self.leave(number)

    def leave(self, number):
        order = self.orders[number]
        if order.seat == "UNPAID":
            order.seat, order.is_live = "LEFT", False
        elif order.seat == "PAID" and self.companies[order.group].state == "OPEN":
            order.seat, order.is_live = "LEFT", False
            self.hand_over(order)

    def hand_over(self, order):
        company, others = self.companies[order.group], self.paid_in(order.group)
        if not others:
            self.fail(order.group)
            return
        company.paid -= 1
        if company.leader == order.member:
            company.leader = self.orders[others[0]].member

    def paid_in(self, group):
        """Orders with a paid seat in a group, the first to pay first."""
        seats = [number for number, each in enumerate(self.orders) if each.group == group and each.seat == "PAID"]
        return sorted(seats, key=self.paid_at.get)

    paid_at: dict = {}

    def done(self, group, what):
        for number in self.paid_in(group):
            self.orders[number].is_live = False
            self.work.append((what, number))

    def fail(self, group):
        self.companies[group].state = "FAILED"
        self.done(group, "refund")

    def sit(self, number):
        """A paid order takes its seat; False when it is too late for it."""
        order = self.orders[number]
        company = None if order.group is None else self.companies[order.group]
        late = company is not None and (company.state != "OPEN" or company.paid >= SIZE)
        if late and order.lines[0][0] == LAMP:
            return False
        self.paid_at = {**self.paid_at, number: len(self.paid_at)}
        order.seat = "PAID"
        if company is None or late:
            self.companies.append(Company(order.lines[0][0], order.member))
            order.group = len(self.companies) - 1
            self.group_keys.append(Seat.objects.get(order=self.numbers[number]).group.key)
            return True
        company.paid += 1
        if company.paid == SIZE:
            company.state = "SUCCESS"
            self.done(order.group, "release")
        return True

    def take_payment(self, number):
        """The model's part of a payment that was accepted."""
        order = self.orders[number]
        for sku, bucket, units, _refunded in order.lines:
            self.stock[sku, bucket][0] -= units
            self.stock[sku, bucket][1] -= units
        waits = bool(order.seat) and self.companies[order.group].state == "OPEN"
        order.state, order.reason = ("WAIT_GROUP" if waits else "TO_SHIP"), ""

    # The rules

    people = st.integers(0, 2)
    numbers_of = st.integers(0, 60)

    @rule(member=people)
    def claim_a_coupon(self, member):
        had = sum(owner == member for owner, _order in self.coupons)
        reasons = {code for code, holds in (("coupon_limit", had >= MOST_CLAIMED),
                                            ("coupon_gone", len(self.coupons) >= TOTAL)) if holds}  # fmt: skip
        try:
            with transaction.atomic():
                coupon = claim(self.world.members[member], self.world.template)
        except ShopError as refusal:
            assert refusal.code in reasons
            return
        assert not reasons
        self.coupons.append([member, None])
        self.coupon_keys.append(coupon.key)

    @rule(member=people, tea=st.integers(0, 4), cups=st.integers(0, 5), choice=st.none() | st.integers(0, 4))
    def buy(self, member, tea, cups, choice):
        wanted = [(sku, units) for sku, units in ((TEA, tea), (CUP, cups)) if units]
        if not wanted:
            return
        cheap = min(cups, MOST_LIMITED - self.limited[member])
        total = tea * PRICES[TEA] + cheap * LIMITED_PRICE + (cups - cheap) * PRICES[CUP]
        reasons = set() if self.has(*(((sku, ""), units) for sku, units in wanted)) else {"sold_out"}
        coupon = self.pick(choice, range(len(self.coupons))) if choice is not None and self.coupons else None
        if coupon is not None:
            owner, holder = self.coupons[coupon]
            if owner != member or holder is not None or total < THRESHOLD:
                reasons.add("coupon_unusable")
            total -= VALUE
        order = Placed(member, [[sku, "", units, 0] for sku, units in wanted], total, coupon=coupon, limited=cheap)
        keys = () if coupon is None else (self.coupon_keys[coupon],)
        items = [orders.Wanted(self.world.skus[sku].key, units) for sku, units in wanted]
        self.place(member, order, items, reasons=reasons, coupons=keys)

    @rule(member=people, units=st.integers(1, 3))
    def buy_in_the_flash_sale(self, member, units):
        reasons = set() if self.has(((POT, "flash"), units)) else {"sold_out"}
        if self.flash[member] + units > MOST_FLASH:
            reasons.add("limit_exceeded")
        order = Placed(member, [[POT, "flash", units, 0]], units * FLASH_PRICE, flash=units)
        name = ("flash_sale", self.world.flash.key)
        self.place(member, order, [orders.Wanted(self.world.skus[POT].key, units, name)], reasons=reasons, coupons=())

    @rule(member=people, sku=st.sampled_from([QUILT, LAMP]), choice=st.none() | st.integers(0, 9))
    def open_or_join_a_group(self, member, sku, choice):
        there = [number for number, each in enumerate(self.companies) if each.sku == sku]
        group = self.pick(choice, there) if choice is not None and there else None
        reasons = set() if self.has(((sku, "group"), 1)) else {"sold_out"}
        if group is not None and self.companies[group].state != "OPEN":
            reasons.add("group_full")
        if self.joins(member, sku):
            reasons.add("group_already_joined")
        order = Placed(member, [[sku, "group", 1, 0]], GROUP_PRICE, seat="UNPAID", is_live=True, group=group)
        name, option = ("group_buy", self.world.groups[sku].key), "" if group is None else self.group_keys[group]
        wanted = [orders.Wanted(self.world.skus[sku].key, 1, name, option)]
        self.place(member, order, wanted, reasons=reasons, coupons=())

    @precondition(lambda self: self.of("UNPAID"))
    @rule(choice=numbers_of)
    def pay(self, choice):
        number = self.pick(choice, self.of("UNPAID"))
        order = self.orders[number]
        outcome = orders.mark_paid(self.stored(number), order.total)
        if order.seat and not self.sit(number):
            assert outcome == orders.Outcome.LATE
            self.end(number, "TOO_LATE")
            return
        assert outcome == orders.Outcome.PAID
        self.take_payment(number)

    def end(self, number, reason):
        order = self.orders[number]
        order.state, order.reason = "CANCELLED", reason
        self.reserve(order, -1)
        self.give_back(number)

    @precondition(lambda self: self.of("UNPAID"))
    @rule(choice=numbers_of, reason=st.sampled_from(["MEMBER", "EXPIRED", "EXPIRED"]))
    def cancel(self, choice, reason):
        number = self.pick(choice, self.of("UNPAID"))
        assert orders.mark_cancelled(self.stored(number), reason, actor="test")
        self.end(number, reason)

    @precondition(lambda self: self.of("CANCELLED"))
    @rule(choice=numbers_of)
    def pay_too_late(self, choice):
        number = self.pick(choice, self.of("CANCELLED"))
        order = self.orders[number]
        taken = orders.reopen(self.stored(number), order.total)
        if not self.can_reopen(order):
            assert not taken
            return
        if order.seat:
            order.seat, order.is_live = "UNPAID", True
            if not self.sit(number):
                order.seat, order.is_live = "LEFT", False
                assert not taken
                return
        assert taken
        self.reserve(order)
        self.limited[order.member] += order.limited
        self.flash[order.member] += order.flash
        if order.coupon is not None:
            self.coupons[order.coupon][1] = number
        self.take_payment(number)

    def can_reopen(self, order):
        wanted = [((sku, bucket), units) for sku, bucket, units, _refunded in order.lines]
        return (
            order.reason == "EXPIRED"
            and self.has(*wanted)
            and (not order.limited or self.limited[order.member] + order.limited <= MOST_LIMITED)
            and (not order.flash or self.flash[order.member] + order.flash <= MOST_FLASH)
            and (order.coupon is None or self.coupons[order.coupon][1] is None)
            and not (order.seat and self.joins(order.member, order.lines[0][0]))
        )

    @precondition(lambda self: self.of("TO_SHIP"))
    @rule(choice=numbers_of, place=st.integers(0, 1), units=st.integers(1, 5))
    def refund_units(self, choice, place, units):
        number = self.pick(choice, self.of("TO_SHIP"))
        order = self.orders[number]
        place %= len(order.lines)
        row = order.lines[place]
        units = min(units, row[2] - row[3])
        if not units:
            return
        line = OrderLine.objects.get(order__number=self.numbers[number], position=place + 1)
        order.held.append(orders.hold(line, units))
        done = orders.give_up(
            self.stored(number), {line.pk: units}, cause=f"{number}-{len(order.held)}", actor="test", reason="退"
        )
        row[3] += units
        self.stock[row[0], row[1]][0] += units
        if done is all(bought == back for _sku, _bucket, bought, back in order.lines) is True:
            order.state, order.reason = "CANCELLED", "REFUNDED"
            self.give_back(number)
            order.limited = order.flash = 0
            assert sum(order.held) == order.total
        else:
            assert not done
            back = min(units, order.flash)
            order.flash -= back
            self.flash[order.member] -= back

    @precondition(lambda self: self.of("TO_SHIP", "WAIT_GROUP"))
    @rule(choice=numbers_of)
    def refund_the_whole(self, choice):
        self.refund(self.pick(choice, self.of("TO_SHIP", "WAIT_GROUP")))

    def refund(self, number):
        order = self.orders[number]
        try:
            with transaction.atomic():
                orders.mark_refunded(self.stored(number), actor="test", note="退")
        except ShopError as refusal:
            assert (refusal.code, bool(order.held)) == ("after_sale_exists", True)
            return
        assert not order.held
        order.state, order.reason = "CANCELLED", "REFUNDED"
        for row in order.lines:
            self.stock[row[0], row[1]][0] += row[2]
            row[3] = row[2]
        self.give_back(number)
        order.held = [order.total]

    @precondition(lambda self: any(each.state == "OPEN" for each in self.companies))
    @rule(choice=numbers_of)
    def let_a_group_run_out(self, choice):
        group = self.pick(choice, [n for n, each in enumerate(self.companies) if each.state == "OPEN"])
        key = self.group_keys[group]
        Group.objects.filter(key=key).update(expires_at=timezone.now() - DAY)
        assert groups.expire(key) is None
        self.fail(group)

    @precondition(lambda self: self.work)
    @rule(choice=numbers_of)
    def do_what_groups_left(self, choice):
        """The due work of groups, in any order, as often as it likes to come."""
        what, number = self.pick(choice, self.work)
        order = self.orders[number]
        assert Due.objects.filter(kind=f"group_buy.{what}", ref=self.numbers[number]).exists()
        if what == "release":
            groups.release_order(self.numbers[number])
            if order.state == "WAIT_GROUP":
                order.state = "TO_SHIP"
        elif order.state == "WAIT_GROUP":  # the money itself is not in these walks: see test_group_buy.py
            self.refund(number)

    # The comparison

    def stored(self, number):
        return Order.objects.get(number=self.numbers[number])

    @invariant()
    def what_is_stored_is_the_model(self):
        self.same_orders()
        self.same_stock_and_counts()
        self.same_groups()

    def same_orders(self):
        found = Order.objects.values_list("number", "state", "cancel_reason", "total")
        model = zip(self.numbers, self.orders, strict=True)
        assert {row[0]: row[1:] for row in found} == {key: (o.state, o.reason, o.total) for key, o in model}
        rows = OrderLine.objects.order_by("position").values_list("order__number", "refunded_quantity", "held_amount")
        units = {key: [] for key in self.numbers}
        money = dict.fromkeys(self.numbers, 0)
        for key, back, held in rows:
            units[key].append(back)
            money[key] += held
        assert units == {k: [row[3] for row in o.lines] for k, o in zip(self.numbers, self.orders, strict=True)}
        assert money == {k: sum(o.held) for k, o in zip(self.numbers, self.orders, strict=True)}
        unpaid = [sum(o.member == n and o.state == "UNPAID" for o in self.orders) for n in range(3)]
        pks = [member.pk for member in self.world.members]
        assert list(Member.objects.filter(pk__in=pks).order_by("pk").values_list("unpaid_orders", flat=True)) == unpaid

    def same_stock_and_counts(self):
        world = self.world
        numbers = {sku.pk: number for number, sku in enumerate(world.skus)}
        rows = StockItem.objects.values_list("sku", "bucket", "on_hand", "reserved")
        names = {"": "", world.flash.key: "flash"} | {each.key: "group" for each in world.groups.values()}
        assert {(numbers[sku], names[b]): [there, held] for sku, b, there, held in rows} == self.stock
        found = {key: order or None for key, order in Coupon.objects.values_list("key", "order")}
        model = zip(self.coupon_keys, self.coupons, strict=True)
        assert found == {key: None if holder is None else self.numbers[holder] for key, (_owner, holder) in model}
        assert CouponTemplate.objects.get(pk=world.template.pk).claimed == len(self.coupons)
        counted = {(row[0], row[1]): row[2] for row in Use.objects.values_list("activity", "subject", "units")}
        for activity, model in ((world.limited, self.limited), (world.flash, self.flash)):
            assert [counted.get((activity.pk, str(member.pk)), 0) for member in world.members] == model

    def same_groups(self):
        found = {row[0]: row[1:] for row in Group.objects.values_list("key", "state", "paid", "leader")}
        people = [member.pk for member in self.world.members]
        model = zip(self.group_keys, self.companies, strict=True)
        assert found == {key: (each.state, each.paid, people[each.leader]) for key, each in model}
        seats = {row[0]: row[1:] for row in Seat.objects.values_list("order", "state", "is_live", "group__key")}
        assert seats == {
            key: (o.seat, o.is_live, None if o.group is None else self.group_keys[o.group])
            for key, o in zip(self.numbers, self.orders, strict=True)
            if o.seat
        }


@pytest.mark.timeout(7_200)
def test_random_walks_leave_what_the_model_says(committed_shop, long_faults):  # noqa: F811
    Walk.world, Walk.audited = build(), 0
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=5_000 if long_faults else 200,
            stateful_step_count=40,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Walk.audited >= 20
