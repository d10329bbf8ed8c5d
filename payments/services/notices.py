"""The inbox: a provider's notice is verified, matched, stored once, and handed to a worker."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from payments.base import NoticeRefused, Receipt
from payments.models import Account, Attempt, Notice, Refund
from payments.services.accounts import provider_of
from payments.services.settling import fits, settle, settle_refund
from tenants import due

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The notice is answered with 4xx and leaves no trace but a log line."""


def receive(provider: str, account_key: str, headers: Mapping[str, str], body: bytes) -> None:
    """Store an authentic notice about a payment or refund of this shop; Refused for any other. Calls nobody."""
    account = Account.objects.filter(provider=provider, key=account_key).first()
    if account is None:
        raise Refused("unknown account")
    try:
        receipt = provider_of(account).parse(headers, body, timezone.now())
    except NoticeRefused as error:
        raise Refused(error.reason) from error
    if not _matches(receipt, account):
        raise Refused("does not match")
    store(receipt, account)


def _matches(receipt: Receipt, account: Account) -> bool:
    if receipt.kind == "pay":
        attempt = Attempt.objects.filter(account=account, out_trade_no=receipt.out_trade_no).first()
        return attempt is not None and fits(receipt, attempt)
    refund = Refund.objects.filter(payment__account=account, out_refund_no=receipt.out_refund_no).first()
    return refund is not None and receipt.amount == refund.amount and receipt.state != "PENDING"


@transaction.atomic
def store(receipt: Receipt, account: Account) -> None:
    """Write the inbox row and the work to be done; a second receipt of the same fact changes nothing."""
    notice = Notice(
        account=account,
        kind=receipt.kind,
        transaction_id=receipt.transaction_id,
        provider_state=receipt.state,
    )
    notice.receipt = {**asdict(receipt), "occurred_at": receipt.occurred_at.isoformat(), "raw": {}}
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO payments_notice (uuid, account_id, kind, transaction_id, provider_state, receipt_sealed)
               VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
            [notice.uuid, account.pk, notice.kind, notice.transaction_id, notice.provider_state, notice.receipt_sealed],
        )
        row = cursor.fetchone()
    if row:
        due.schedule("payments.settle", row[0])


def _receipt(values: dict[str, Any]) -> Receipt:
    return Receipt(**{**values, "occurred_at": datetime.fromisoformat(values["occurred_at"])})


def settle_notice(ref: str) -> None:
    """Due handler: book the notice with this pk."""
    receipt = _receipt(Notice.objects.get(pk=ref).receipt)
    if receipt.kind == "pay":
        settle(receipt)
    else:
        settle_refund(receipt)
