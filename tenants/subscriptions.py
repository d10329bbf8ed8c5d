"""Who handles which kind of due work and who hears which event: dotted paths, so that AppConfig.ready() may use it."""

from collections import defaultdict

LONGEST_PATH = 70

handlers: dict[str, str] = {}
subscribers: dict[str, list[str]] = defaultdict(list)


def handle(kind: str, path: str) -> None:
    """Let due rows of `kind` be handled by the function at the dotted `path` (ref -> Again | None)."""
    handlers[kind] = path


def subscribe(topic: str, path: str) -> None:
    """Let the idempotent function at the dotted `path` (event -> Again | None) hear `topic`; ValueError: too long."""
    if len(path) > LONGEST_PATH:
        raise ValueError(f"longer than {LONGEST_PATH} characters: {path}")  # the relay could never store a delivery
    if path not in subscribers[topic]:
        subscribers[topic].append(path)
