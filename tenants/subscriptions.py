"""Who handles which kind of due work and who hears which event: dotted paths, so that AppConfig.ready() may use it."""

from collections import defaultdict

LONGEST_PATH = 70

handlers: dict[str, str] = {}
never_given_up: set[str] = set()
subscribers: dict[str, list[str]] = defaultdict(list)


def handle(kind: str, path: str, *, forever: bool = False) -> None:
    """Let due rows of `kind` be handled by the function at the dotted `path` (ref -> Again | None).

    Work that is `forever` is never given up however often it fails: money must not wait for an operator.
    """
    handlers[kind] = path
    if forever:
        never_given_up.add(kind)


def subscribe(topic: str, path: str) -> None:
    """Let the idempotent function at the dotted `path` (event -> Again | None) hear `topic`; ValueError: too long."""
    if len(path) > LONGEST_PATH:
        raise ValueError(f"longer than {LONGEST_PATH} characters: {path}")  # the relay could never store a delivery
    if path not in subscribers[topic]:
        subscribers[topic].append(path)
