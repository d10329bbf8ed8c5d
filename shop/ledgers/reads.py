"""What members have, for pages that show it beside other things."""

from shop.core.models import ShopSettings
from shop.ledgers.models import Account
from shop.members.models import Member


def balance_of(member: Member) -> int | None:
    """Return the member's points; None in a shop that uses none."""
    if not ShopSettings.objects.filter(pk=1, points_on=True).exists():
        return None
    account = Account.objects.of(member, Account.Kind.POINTS).first()
    return account.balance if account else 0
