"""The one kind of error that reaches a person: a stable code, a message, details."""

from collections.abc import Mapping
from typing import Any


class ShopError(Exception):
    """A rule said no. `code` never changes, `message` follows the reader's language."""

    status = 422
    code = "invalid"

    def __init__(
        self,
        code: str | None = None,
        message: Any = "",
        *,
        status: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.message = message
        self.status = status or self.status
        self.detail = dict(detail or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
