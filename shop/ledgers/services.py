"""Writes on accounts. An entry and its account change in one statement, once for each business key."""

import contextlib
from collections.abc import Mapping
from typing import Any, Required, TypedDict, Unpack

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.ledgers.models import Account, LedgerEntry

POINTS = Account.Kind.POINTS
Cause = LedgerEntry.Cause
SYSTEM = "system"

_OPEN = """
INSERT INTO ledgers_account (member_id, kind, balance, debt) VALUES (%(member)s, %(kind)s, 0, 0) ON CONFLICT DO NOTHING
"""

# Who waits for a rival with the same key finds the entry there afterwards and changes nothing.
_POST = """
WITH entry AS (
    INSERT INTO ledgers_ledgerentry (account_id, amount, cause, business_key, ref, note, actor)
    SELECT id, %(amount)s, %(cause)s, %(key)s, %(ref)s, %(note)s, %(actor)s
    FROM ledgers_account WHERE member_id = %(member)s AND kind = %(kind)s
    ON CONFLICT (business_key) DO NOTHING
    RETURNING account_id, amount
)
UPDATE ledgers_account account
SET balance = GREATEST(account.balance - account.debt + entry.amount, 0),
    debt = GREATEST(account.debt - account.balance - entry.amount, 0)
FROM entry WHERE account.id = entry.account_id
"""

_SPEND = """
WITH taken AS (
    UPDATE ledgers_account SET balance = balance - %(amount)s
    WHERE member_id = %(member)s AND kind = %(kind)s AND balance >= %(amount)s
    RETURNING id
)
INSERT INTO ledgers_ledgerentry (account_id, amount, cause, business_key, ref, note, actor)
SELECT id, -%(amount)s, %(cause)s, %(key)s, %(ref)s, %(note)s, %(actor)s FROM taken
"""


class Booking(TypedDict, total=False):
    """What an entry says beside its amount; `key` names what happened, which is booked once."""

    cause: Required[str]
    key: Required[str]
    ref: str
    note: str
    actor: str
    kind: str


def post(member: int, amount: int, **booking: Unpack[Booking]) -> bool:
    """Give (or, below 0, take back) `amount` to a member (pk), once for each `key`; False when it was booked before.

    What is taken back beyond the balance becomes a debt, which the next entries settle. Nothing for an amount of 0.
    """
    if not amount:
        return False
    values = _values(member, amount, booking)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        cursor.execute(_POST, values)
        return cursor.rowcount == 1


def reward_points(member: int, spec: Mapping[str, Any], business_key: str) -> None:
    """Give a member (pk) the points of a reward, `spec["quantity"]`, once per `business_key`."""
    post(member, int(spec["quantity"]), cause=Cause.REWARD, key=business_key)


def reclaim_points(member: int, spec: Mapping[str, Any], business_key: str) -> None:
    """Take the points of a reward that was given back, once; what was spent meanwhile becomes a debt."""
    if LedgerEntry.objects.filter(business_key=business_key).exists():
        post(member, -int(spec["quantity"]), cause=Cause.RECLAIMED, key=f"back:{business_key}"[:80])


def spend(member: int, amount: int, **booking: Unpack[Booking]) -> None:
    """Take `amount` (above 0) from a member's (pk) balance. ShopError 409 `points_insufficient` when it is smaller.

    IntegrityError when `key` is booked already: nobody spends twice for one thing.
    """
    if amount < 1:
        raise ValueError("nothing to spend")
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, _values(member, amount, booking))
        if cursor.rowcount != 1:
            raise ShopError("points_insufficient", _("积分不足"), status=409)


def _values(member: int, amount: int, booking: Booking) -> dict[str, Any]:
    usual = {"ref": "", "note": "", "actor": SYSTEM, "kind": str(POINTS)}
    return {**usual, **booking, "member": member, "amount": amount}


def adjust_points(member: int, amount: int, *, note: str, key: str, actor: str) -> None:
    """Give points to a member (pk) or take them, as staff say and why; `key` names the form, which counts once.

    ShopError: 422 `note_required`, `amount_required`; 409 `points_insufficient` for more than the member has.
    """
    text = note.strip()[:120]
    if not text:
        raise ShopError("note_required", _("请写明调整的原因"))
    if not amount:
        raise ShopError("amount_required", _("请填写要增加或减少的积分"))
    if LedgerEntry.objects.filter(business_key=f"adjust:{key}").exists():
        return
    how: Booking = {"cause": Cause.ADJUSTED, "key": f"adjust:{key}", "note": text, "actor": actor}
    if amount > 0:
        post(member, amount, **how)
        return
    with contextlib.suppress(IntegrityError), transaction.atomic():  # the same form, sent twice at once
        spend(member, -amount, **how)
