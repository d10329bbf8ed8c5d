"""Members as a spreadsheet; phone numbers are masked, as everywhere in the back office."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.core.admin_fields import masked_phone
from shop.core.sheets import Cell
from shop.jobs.exporting import day_and_time
from shop.members.models import Member

COLUMNS = (_("会员编号"), _("昵称"), _("手机号"), _("加入时间"))


def rows(keys: Sequence[int], user: Any) -> Iterator[Sequence[Cell]]:
    """Yield the rows of these members (primary keys)."""
    members = Member.objects.in_bulk(keys)
    for key in keys:
        if member := members.get(key):
            yield member.key, member.nickname, masked_phone(member.phone_last4), day_and_time(member.created_at)
