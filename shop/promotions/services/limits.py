"""Limits of activities: per member, phone number, address, and how many members may take part.

One statement raises all counts that an order concerns and refuses to pass any limit; nothing is looked at first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.promotions.contract import Live, Placed
from shop.promotions.models import Activity, Claim, Use

NO_LIMIT = 2**31 - 1
_NEW_CLAIMS = """
INSERT INTO promotions_claim (activity_id, "order", member_id, phone, address, units, returned)
SELECT activity, %s, %s, %s, %s, units, 0 FROM unnest(%s::bigint[], %s::int[]) AS taken (activity, units)
"""

# The rows come in key order, so that two orders of one member cannot wait for each other.
_TAKE = """
WITH want (activity_id, kind, subject, units, most) AS (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::int[])
)
INSERT INTO promotions_use AS stored (activity_id, kind, subject, units)
SELECT activity_id, kind, subject, units FROM want WHERE units <= most ORDER BY activity_id, kind, subject
ON CONFLICT (activity_id, kind, subject) DO UPDATE SET units = stored.units + excluded.units
WHERE stored.units + excluded.units <= (
    SELECT most FROM want WHERE want.activity_id = excluded.activity_id AND want.kind = excluded.kind)
RETURNING activity_id, kind, units
"""

_RETURN_CLAIMS = """
WITH locked AS (
    SELECT id, LEAST(units - returned, %s) AS back FROM promotions_claim
    WHERE "order" = %s AND (%s OR activity_id = ANY(%s)) AND units > returned ORDER BY id FOR UPDATE
)
UPDATE promotions_claim claim SET returned = claim.returned + locked.back
FROM locked WHERE locked.id = claim.id
RETURNING claim.activity_id, claim.member_id::text, claim.phone, claim.address, locked.back
"""

_GIVE_BACK = """
WITH back (activity_id, kind, subject, units) AS (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[])
),
locked AS (
    SELECT stored.id, back.units FROM promotions_use stored
    JOIN back USING (activity_id, kind, subject) ORDER BY activity_id, kind, subject FOR UPDATE OF stored
)
UPDATE promotions_use stored SET units = stored.units - locked.units FROM locked WHERE stored.id = locked.id
RETURNING stored.activity_id, stored.kind, stored.units
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one activity; 0 is none."""

    activity: int
    title: str
    key: str
    member: int
    phone: int
    address: int
    members: int

    @property
    def any(self) -> bool:
        """Return whether anything has to be counted."""
        return bool(self.member or self.phone or self.address or self.members)


def bounds_of(found: Live | Activity) -> Bounds:
    """Return the limits of an activity."""
    return Bounds(
        found.pk,
        found.title,
        found.key,
        found.most_per_member,
        found.most_per_phone,
        found.most_per_address,
        found.most_members,
    )


Row = tuple[int, str, str, int, int]


def take(order: Placed, wanted: Mapping[Bounds, int]) -> None:
    """Count the order's units (or 1 for the order) of activities with limits. ShopError 409 `limit_exceeded`."""
    counted = {bounds: units for bounds, units in wanted.items() if bounds.any and units}
    if not counted:
        return
    _count(order, counted)
    with connection.cursor() as cursor:
        pks = [bounds.activity for bounds in counted]
        cursor.execute(
            _NEW_CLAIMS, [order.number, order.member, order.phone, order.address, pks, list(counted.values())]
        )


def _count(order: Placed, counted: Mapping[Bounds, int]) -> None:
    """Raise the counts; the members of an activity when this is the first that the member has of it."""
    rows = [row for bounds, units in counted.items() for row in _rows(order, bounds, units)]
    units_now = _take(rows, counted)
    new = [
        (bounds.activity, str(Use.Kind.ALL), "", 1, bounds.members)
        for bounds, units in counted.items()
        if bounds.members and units_now[bounds.activity, str(Use.Kind.MEMBER)] == units
    ]
    if new:
        _take(new, counted)


def _rows(order: Placed, bounds: Bounds, units: int) -> list[Row]:
    rows = [(bounds.activity, str(Use.Kind.MEMBER), str(order.member), units, bounds.member or NO_LIMIT)]
    if bounds.phone and order.phone:
        rows.append((bounds.activity, str(Use.Kind.PHONE), order.phone, units, bounds.phone))
    if bounds.address and order.address:
        rows.append((bounds.activity, str(Use.Kind.ADDRESS), order.address, units, bounds.address))
    return rows


def _take(rows: Sequence[Row], counted: Mapping[Bounds, int]) -> dict[tuple[int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [list(column) for column in zip(*rows, strict=True)])
        passed = {(activity, kind): units for activity, kind, units in cursor.fetchall()}
    for activity, kind, *_rest in rows:
        if (activity, kind) not in passed:
            raise _refusal(next(bounds for bounds in counted if bounds.activity == activity), kind)
    return passed


def _refusal(bounds: Bounds, kind: str) -> ShopError:
    if kind == Use.Kind.ALL:
        text, limit = _("“%(title)s”的参与人数已满"), bounds.members
    else:
        text = _("“%(title)s”每人限购 %(limit)d 件")
        limit = {Use.Kind.MEMBER: bounds.member, Use.Kind.PHONE: bounds.phone}.get(Use.Kind(kind), bounds.address)
    detail = {"activity": bounds.key, "limit": limit, "by": kind.lower()}
    return ShopError("limit_exceeded", text % {"title": bounds.title, "limit": limit}, status=409, detail=detail)


def give_back(order: str, activities: Mapping[int, int] | None = None) -> None:
    """Give back units (activity pk → units) of an order (its number), None: all that it still has."""
    if activities is None:
        _return(order, NO_LIMIT, everything=True, activities=[])
        return
    for activity, units in sorted(activities.items()):
        _return(order, units, everything=False, activities=[activity])


def _return(order: str, most: int, *, everything: bool, activities: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RETURN_CLAIMS, [most, order, everything, list(activities)])
        returned = cursor.fetchall()
        rows = [
            (activity, str(kind), subject, units)
            for activity, *subjects, units in returned
            for kind, subject in zip((Use.Kind.MEMBER, Use.Kind.PHONE, Use.Kind.ADDRESS), subjects, strict=True)
            if subject
        ]
        if not rows:
            return
        cursor.execute(_GIVE_BACK, [list(column) for column in zip(*rows, strict=True)])
        left = [activity for activity, kind, units in cursor.fetchall() if kind == Use.Kind.MEMBER and not units]
        if left:
            everyone = [str(Use.Kind.ALL)] * len(left), [""] * len(left), [1] * len(left)
            cursor.execute(_GIVE_BACK, [left, *everyone])


def take_again(order: Placed) -> None:
    """Count again what an order gave back, when it is taken up once more. ShopError 409 `limit_exceeded`."""
    claims: Iterable[Claim] = Claim.objects.filter(order=order.number, returned__gt=0).select_related("activity")
    counted = {bounds_of(claim.activity): claim.returned for claim in claims}
    if counted:
        _count(order, counted)
        Claim.objects.filter(order=order.number).update(returned=0)


@transaction.atomic
def forget_member(member: int) -> None:
    """Forget by which phones and addresses a member took part; they may take part again. Repeating has no effect."""
    rows = Claim.objects.filter(member=member).exclude(phone="", address="").order_by("pk").select_for_update()
    units: dict[tuple[int, str, str], int] = {}
    for claim in rows:
        for kind, subject in ((Use.Kind.PHONE, claim.phone), (Use.Kind.ADDRESS, claim.address)):
            name = (claim.activity_id, str(kind), subject)
            units[name] = units.get(name, 0) + claim.units - claim.returned
    counted = [(*name, count) for name, count in units.items() if name[2]]
    if counted:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [list(column) for column in zip(*counted, strict=True)])
        Use.objects.exclude(kind__in=[Use.Kind.MEMBER, Use.Kind.ALL]).filter(units=0).delete()
    Claim.objects.filter(member=member).update(phone="", address="")
