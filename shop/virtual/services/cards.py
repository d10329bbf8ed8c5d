"""Card secrets come and go; the stock of their SKU moves in the same transaction."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core import crypto
from shop.core.errors import ShopError
from shop.inventory.cards import card_skus, move_cards
from shop.virtual.models import CardSecret
from shop.virtual.services.delivery import deliver_waiting

MOST_SECRETS, LONGEST_SECRET = 10_000, 200
State = CardSecret.State


@transaction.atomic
def import_secrets(sku: SKU, secrets: Sequence[str], *, ref: str, actor: str) -> int:
    """Return how many secrets were added to the stock of a card SKU: all of them or, on a mistake, none.

    Orders that wait for secrets get theirs. `ref` names the batch. ShopError: 409 `not_a_card`; 422 `too_many_secrets`,
    `secrets_invalid`; 409 `secrets_known` (detail: numbers of the lines, from 1).
    """
    _refuse_other_kinds(sku)
    if not 1 <= len(secrets) <= MOST_SECRETS:
        raise ShopError("too_many_secrets", _("一次请导入 1 到 %(most)d 条卡密") % {"most": MOST_SECRETS})
    _refuse_lines("secrets_invalid", _("有卡密是空的、太长，或含有不能显示的字符"), _unreadable(secrets))
    digests = [crypto.digest(secret, "secret") for secret in secrets]
    _refuse_lines("secrets_known", _("有卡密重复，或以前导入过"), _known(digests))
    try:
        with transaction.atomic():
            CardSecret.objects.bulk_create((_row(sku, ref, secret) for secret in secrets), batch_size=1000)
    except IntegrityError as error:  # somebody imported one of them meanwhile
        raise ShopError("secrets_known", _("有卡密重复，或以前导入过"), status=409) from error
    move_cards(sku, len(secrets), ref=ref, reason=str(_("导入卡密")), actor=actor)
    _refuse_other_kinds(sku)  # again, now that its stock is locked: the kind may have changed
    deliver_waiting(sku)
    return len(secrets)


def _refuse_other_kinds(sku: SKU) -> None:
    if not card_skus([sku.pk]):
        raise ShopError("not_a_card", _("只有卡密商品可以导入卡密"), status=409)


def _row(sku: SKU, batch: str, secret: str) -> CardSecret:
    row = CardSecret(sku=sku, batch=batch)
    row.secret = secret
    return row


def _unreadable(secrets: Sequence[str]) -> list[int]:
    lines = enumerate(secrets, start=1)
    return [line for line, text in lines if not text.strip() or len(text) > LONGEST_SECRET or not text.isprintable()]


def _known(digests: Sequence[str]) -> list[int]:
    stored = set(CardSecret.objects.filter(secret_digest__in=digests).values_list("secret_digest", flat=True))
    found = []
    for line, digest in enumerate(digests, start=1):
        if digest in stored:
            found.append(line)
        stored.add(digest)
    return found


def _refuse_lines(code: str, message: object, lines: list[int]) -> None:
    if lines:
        status = 409 if code == "secrets_known" else 422
        raise ShopError(code, message, status=status, detail={"lines": lines[:100]})


@transaction.atomic
def void_secret(secret: CardSecret, *, reason: str, actor: str) -> None:
    """Take a free secret out of sale for good.

    ShopError: 409 `secret_not_free`; 409 `stock_below_reserved` when shoppers were promised it.
    """
    free = CardSecret.objects.filter(pk=secret.pk, state=State.FREE)
    if not free.update(state=State.VOID, voided_at=Now(), void_reason=reason):
        raise ShopError("secret_not_free", _("这条卡密已经发出或作废"), status=409)
    move_cards(secret.sku, -1, ref=f"void-{secret.pk}", reason=reason, actor=actor)
