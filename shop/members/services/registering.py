"""New members."""

from shop.core.events import publish
from shop.members.models import Member


def register() -> Member:
    """Return a new member of nobody yet, told of by `member.registered`, in the caller's transaction."""
    member = Member.objects.create()
    publish("member.registered", "member", member.key)
    return member
