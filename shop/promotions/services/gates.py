"""What a shopper passes before an order is tried, where a tool keeps crowds off the database."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from django.utils.module_loading import import_string

from shop.members.models import Member
from shop.promotions.contract import ActivityName
from shop.promotions.registry import config_of


@contextmanager
def gates(member: Member, lines: Iterable[tuple[str, ActivityName | None]], attempt: str) -> Iterator[None]:
    """Let an order with these lines (SKU key, activity) be tried; `attempt` names the request, "" lets it through.

    Call it outside a transaction. A gate raises ShopError to refuse, and sees what the try raises.
    """
    wanted: dict[str, dict[str, set[str]]] = {}
    for sku, activity in lines:
        if activity:
            wanted.setdefault(activity[0], {}).setdefault(activity[1], set()).add(sku)
    with ExitStack() as passed:
        if attempt and not member.is_sandbox:
            for code, activities in sorted(wanted.items()):
                config = config_of(code)
                if config and config.gate:
                    skus = {key: frozenset(found) for key, found in activities.items()}
                    passed.enter_context(import_string(config.gate)(member.pk, skus, attempt))
        yield
