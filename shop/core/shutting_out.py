"""Who hears that a colleague is shut out: dotted paths, so that AppConfig.ready() may use it."""

from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from shop.core.models import User

hearers: list[str] = []


def on_shut_out(path: str) -> None:
    """Let the function at the dotted `path` (user -> None) end, in the same transaction, what a user has opened."""
    if path not in hearers:
        hearers.append(path)


def shut_out(user: "User") -> None:
    """End all that `user`, whose row is locked, has opened beside the sessions; those end with the password."""
    for path in hearers:
        import_string(path)(user)
