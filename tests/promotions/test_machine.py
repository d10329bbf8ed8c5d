"""A model of orders under promotions, walked at random: after every step the database says what the model says.

Steps: claim a coupon, order (plain, with a coupon, with points, limited, from an activity's stock, in a group), pay,
pay late, cancel, expire, refund units, end an activity, let a group's time be over, run the work that groups leave.
`make test` walks 200 times 40 steps; `--long-faults` 5,000 times.
"""

import itertools
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.inventory.models import StockItem
from shop.ledgers.models import Account
from shop.ledgers.services import Cause, post
from shop.marketing.coupons.models import Coupon
from shop.marketing.group_buy import services as groups
from shop.marketing.group_buy.models import Group, Seat
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.models import Activity, Use
from shop.promotions.services import end_activity
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import make_activity, refund, unsound
from tests.promotions.coupons import hold, make_template

STOCK, CARVED, POINTS, MOST = 60, 12, 2_000, 5
State = Order.State
LIVE = {State.UNPAID, State.WAIT_GROUP, State.TO_SHIP}


@dataclass
class Modelled:
    """What the model knows of an order: its lines [(SKU, bucket, units, refunded)], what it used, its state."""

    row: Order
    member: int
    lines: list[list]
    state: str = State.UNPAID
    coupons: set[str] = field(default_factory=set)
    points: int = 0
    limited: int = 0  # units that count towards the limit of the add-on
    reason: str = ""
    paid: int = 0
    back: int = 0


class Shop(RuleBasedStateMachine):
    """One shop, two members, four activities."""

    def __init__(self):
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.steps = itertools.count()
        self.orders: list[Modelled] = []
        self.members = [self._member(), self._member()]
        self.tea, self.cup = make_sku(price=1_001, stock=STOCK), make_sku(price=333, stock=STOCK)
        self.reduction = make_activity(
            "full_reduction", rule={"tiers": [{"threshold": 2_000, "minus": 101}]}, scope={"all": True}
        )
        self.add_on = make_activity(
            "add_on",
            items=[(self.cup, {"price": 100, "units": CARVED})],
            rule={"threshold": 0},
            has_stock=True,
            excludes=[1, 2, 3, 4],
            most_per_member=MOST,
        )
        self.group_buy = make_activity(
            "group_buy",
            items=[(self.tea, {"price": 700, "units": CARVED})],
            rule={"sizes": [2], "hours": 24, "when_full": "REFUND"},
            has_stock=True,
            excludes=[1, 2, 3, 4],
        )
        self.template = make_template(threshold=500, value=77, is_stackable=True)
        self.coupons: dict[str, list] = {}  # key -> [member, "UNUSED" or "USED", order]
        self.ended: set[str] = set()

    def _member(self):
        found = make_member()
        found.address = make_address(found)
        post(found.pk, POINTS, cause=Cause.ADJUSTED, key=f"start-{found.key}")
        return found

    def teardown(self):
        """Look at everything once more, then undo it."""
        assert {code: rows for code, rows in unsound().items() if code != "I14"} == {}
        transaction.set_rollback(True)
        self.undo.close()

    # what happens

    @rule(who=st.integers(0, 1))
    def claims_a_coupon(self, who):
        if len(self.coupons) < 6:
            coupon = hold(self.members[who], self.template)
            self.coupons[coupon.key] = [who, "UNUSED", None]

    @rule(
        who=st.integers(0, 1),
        tea=st.integers(0, 3),
        cup=st.integers(0, 3),
        extra=st.integers(0, 3),
        coupon=st.booleans(),
        points=st.sampled_from([0, 0, 150]),
    )
    def orders(self, who, tea, cup, extra, coupon, points):
        member = self.members[who]
        wanted = [orders.Wanted(sku.key, count) for sku, count in ((self.tea, tea), (self.cup, cup)) if count]
        if extra:
            wanted.append(orders.Wanted(self.cup.key, extra, ("add_on", self.add_on.key)))
        if wanted:
            self._place(
                who, wanted, coupons=None if coupon else (), points=min(points, self._points(who)), member=member
            )

    @rule(who=st.integers(0, 1), joins=st.booleans())
    def takes_part_in_a_group(self, who, joins):
        open_groups = Group.objects.open()
        option = open_groups[0].key if joins and open_groups else ""
        self._place(who, [orders.Wanted(self.tea.key, 1, ("group_buy", self.group_buy.key), option)], coupons=())

    def _place(self, who, wanted, *, coupons, points=0, member=None):
        member = member or self.members[who]
        request = orders.OrderRequest(items=wanted, address=member.address.key, coupons=coupons, points=points)
        may = self._may_be_placed(who, wanted)
        try:
            with transaction.atomic():
                order = orders.place_order(member, request)
        except ShopError as error:
            assert error.code in {
                "sold_out",
                "activity_over",
                "limit_exceeded",
                "group_already_joined",
                "too_many_unpaid",
            }
            assert not may or error.code in {"group_already_joined", "too_many_unpaid"}, error.code
            return
        assert may
        made = Modelled(order, who, [[line.sku_id, line.bucket, line.quantity, 0] for line in order.lines.all()])
        made.limited = sum(line.quantity for line in order.lines.all() if line.tool == "add_on")
        made.points = sum(line.points_used for line in order.lines.all())
        made.coupons = set(order.promotions.filter(tool="coupon").values_list("ref", flat=True))
        for key in made.coupons:
            assert self.coupons[key][:2] == [who, "UNUSED"]
            self.coupons[key] = [who, "USED", order.number]
        self.orders.append(made)

    def _may_be_placed(self, who, wanted):
        """Whether stock, limits and windows allow it; who takes part in a group already, the model does not judge."""
        need = Counter()
        for each in wanted:
            sku = self.tea if each.sku == self.tea.key else self.cup
            bucket = each.activity[1] if each.activity else ""
            if bucket in self.ended:
                return False
            need[sku.pk, bucket] += each.quantity
        left = self._stock()
        used = sum(made.limited for made in self._of(who) if made.state != State.CANCELLED)
        extra = need[self.cup.pk, self.add_on.key]
        return all(left[key][0] - left[key][1] >= count for key, count in need.items()) and (
            not extra or used + extra <= MOST
        )

    def _pick(self, states, number):
        fitting = [made for made in self.orders if made.state in states]
        return fitting[number % len(fitting)] if fitting else None

    @rule(number=st.integers(0, 9))
    def pays(self, number):
        made = self._pick({State.UNPAID}, number)
        if made is None:
            return
        outcome = orders.mark_paid(made.row, made.row.total)
        made.state = self._state(made)
        if outcome == orders.Outcome.LATE:  # its group was full
            assert made.state == State.CANCELLED
            self._ended(made, Order.CancelReason.TOO_LATE)
        else:
            made.paid = made.row.total
        assert orders.mark_paid(made.row, made.row.total) in (orders.Outcome.ALREADY, orders.Outcome.LATE)

    @rule(number=st.integers(0, 9), reason=st.sampled_from(["MEMBER", "EXPIRED"]))
    def is_cancelled(self, number, reason):
        made = self._pick({State.UNPAID}, number)
        if made:
            assert orders.mark_cancelled(made.row, reason, actor="test")
            assert not orders.mark_cancelled(made.row, reason, actor="test")
            self._ended(made, reason)

    @rule(number=st.integers(0, 9))
    def is_paid_late(self, number):
        made = self._pick({State.CANCELLED}, number)
        if made is None:
            return
        taken = orders.reopen(made.row, made.row.total)
        assert not taken or made.reason == "EXPIRED"
        if not taken:
            return
        made.state, made.reason, made.paid = self._state(made), "", made.row.total
        for key in made.coupons:
            assert self.coupons[key][1] == "UNUSED"
            self.coupons[key][1:] = ["USED", made.row.number]

    @rule(number=st.integers(0, 9), line=st.integers(0, 9), units=st.integers(1, 3))
    def units_are_refunded(self, number, line, units):
        made = self._pick({State.TO_SHIP}, number)
        if made is None:
            return
        place = line % len(made.lines)
        _sku, _bucket, quantity, gone = made.lines[place]
        units = min(units, quantity - gone)
        if not units:
            return
        made.row.refresh_from_db()
        made.back += refund(made.row, {place + 1: units}, f"step-{next(self.steps)}")
        made.lines[place][3] += units
        assert made.back <= made.paid - made.row.freight
        if all(each[2] == each[3] for each in made.lines):
            assert made.back + made.row.freight == made.paid
            self._ended(made, Order.CancelReason.REFUNDED)

    @rule(number=st.integers(0, 9))
    def is_refunded_whole(self, number):
        made = self._pick({State.TO_SHIP, State.WAIT_GROUP}, number)
        if made is None or made.back:
            return
        orders.mark_refunded(made.row, actor="test", note="")
        for each in made.lines:
            each[3] = each[2]
        self._ended(made, Order.CancelReason.REFUNDED)

    def _ended(self, made, reason):
        made.state, made.reason = State.CANCELLED, str(reason)
        for key in made.coupons:
            if self.coupons[key][2] == made.row.number:
                self.coupons[key] = [made.member, "UNUSED", None]

    @rule(number=st.integers(0, 9))
    def a_groups_time_is_over(self, number):
        found = list(Group.objects.filter(state=Group.State.OPEN).order_by("pk"))
        if found:
            group = found[number % len(found)]
            Group.objects.filter(pk=group.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
            groups.expire(group.key)

    @rule()
    def groups_work_is_done(self):
        for seat in Seat.objects.filter(state=Seat.State.PAID).exclude(group__state=Group.State.OPEN):
            made = next(each for each in self.orders if each.row.number == seat.order)
            if made.state != State.WAIT_GROUP:
                continue
            groups.release_order(seat.order)
            if seat.group.state == Group.State.FAILED:
                orders.mark_refunded(made.row, actor="test", note="")  # as refund_failed, without a payment
                for each in made.lines:
                    each[3] = each[2]
                self._ended(made, Order.CancelReason.REFUNDED)
            made.state = self._state(made)

    @precondition(lambda self: len(self.ended) < 2 and next(self.steps) % 7 == 0)
    @rule(which=st.booleans())
    def an_activity_ends(self, which):
        activity = self.add_on if which else self.group_buy
        assert end_activity(activity, actor="test") is (activity.key not in self.ended)
        self.ended.add(activity.key)

    # what must hold

    def _state(self, made):
        return Order.objects.values_list("state", flat=True).get(pk=made.row.pk)

    def _of(self, who):
        return [made for made in self.orders if made.member == who]

    def _stock(self):
        return {
            (item.sku_id, item.bucket): (item.on_hand, item.reserved)
            for item in StockItem.objects.filter(sku__in=[self.tea.pk, self.cup.pk])
        }

    def _points(self, who):
        """Points that the model says a member has: what is refunded comes back by the share of its units."""
        return Account.objects.get(member=self.members[who]).balance

    @invariant()
    def states_are_the_models(self):
        stored = dict(Order.objects.values_list("number", "state"))
        assert {made.row.number: made.state for made in self.orders} == {
            made.row.number: stored[made.row.number] for made in self.orders
        }

    @invariant()
    def stock_is_the_models(self):
        held, sold = Counter(), Counter()
        for made in self.orders:
            for sku, bucket, quantity, gone in made.lines:
                if made.state == State.UNPAID:
                    held[sku, bucket] += quantity
                elif made.state in (State.WAIT_GROUP, State.TO_SHIP):
                    sold[sku, bucket] += quantity - gone
        stock = self._stock()
        for sku in (self.tea.pk, self.cup.pk):
            assert sum(on_hand for (pk, _bucket), (on_hand, _held) in stock.items() if pk == sku) == STOCK - sum(
                units for (pk, _bucket), units in sold.items() if pk == sku
            )
        assert {key: count for key, (_on_hand, count) in stock.items() if count} == dict(held)
        for key in self.ended:
            assert all(on_hand == reserved for (_pk, bucket), (on_hand, reserved) in stock.items() if bucket == key)

    @invariant()
    def coupons_are_the_models(self):
        stored = Coupon.objects.filter(key__in=self.coupons).values_list("key", "state")
        assert dict(stored) == {key: value[1] for key, value in self.coupons.items()}

    @invariant()
    def limits_and_points_are_the_models(self):
        for who, member in enumerate(self.members):
            used = sum(
                made.limited - sum(gone for _sku, bucket, _quantity, gone in made.lines if bucket == self.add_on.key)
                for made in self._of(who)
                if made.state != State.CANCELLED
            )
            counted = Use.objects.filter(activity=self.add_on, kind="MEMBER", subject=str(member.pk))
            assert sum(counted.values_list("units", flat=True)) == used
            spent = sum(
                made.points for made in self._of(who) if made.state in LIVE and not any(each[3] for each in made.lines)
            )
            partly = sum(
                made.points for made in self._of(who) if made.state in LIVE and any(each[3] for each in made.lines)
            )
            assert POINTS - spent - partly <= self._points(who) <= POINTS - spent


@pytest.mark.usefixtures("shop")
def test_the_database_is_what_the_model_says(long_faults):
    ShopSettings.objects.update(points_on=True, points_most_bp=5_000, most_unpaid=100)
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=5_000 if long_faults else 200,
            stateful_step_count=40,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not Activity.objects.exists()
