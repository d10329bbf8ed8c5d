"""What the due-table and the outbox call in tests; each notes what it was given, and in which shop."""

from tenants import due
from tenants.context import current_shop

calls = []
answers = []


def _note(what):
    shop = current_shop.get()
    calls.append((what, shop.slug if shop else None))
    answer = answers.pop(0) if answers else None
    if isinstance(answer, Exception):
        raise answer
    return answer() if callable(answer) else answer


def handle(ref):
    return _note(ref)


def first(event):
    return _note(("first", event.topic, event.ref, event.ids))


def second(event):
    return _note(("second", event.topic, event.ref, event.ids))


def again_in(seconds):
    return due.Again(seconds)


def open_and_fail(shop, owner):
    """A shop opener that writes the owner and then gives up."""
    from shop.core import staff

    staff.open_shop(shop, owner)
    raise ZeroDivisionError
