"""Model attributes that are stored encrypted in a column beside a look-up digest."""

import json
from typing import Any

from shop.core import crypto


def _place(instance: Any, name: str) -> str:
    return f"{instance._meta.label_lower}|{name}|{instance.uuid}"


class EncryptedText(property):
    """A text kept in `<name>_sealed`; with `lookup`, also in `<name>_digest` and `<name>_last4`.

    The model needs a `uuid` that never changes: the text is bound to it.
    """

    def __init__(self, name: str, *, lookup: bool = False) -> None:
        self.name, self.lookup = name, lookup
        super().__init__(self._get, self._set)

    def _get(self, instance: Any) -> str:
        sealed = getattr(instance, f"{self.name}_sealed")
        return crypto.decrypt(sealed, _place(instance, self.name)) if sealed else ""

    def _set(self, instance: Any, value: str) -> None:
        sealed = crypto.encrypt(value, _place(instance, self.name)) if value else ""
        setattr(instance, f"{self.name}_sealed", sealed)
        if self.lookup:
            setattr(instance, f"{self.name}_digest", crypto.digest(value, self.name) if value else "")
            setattr(instance, f"{self.name}_last4", value[-4:])


class EncryptedJSON(property):
    """A JSON object kept in `<name>_sealed`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self._get, self._set)

    def _get(self, instance: Any) -> dict[str, Any]:
        sealed = getattr(instance, f"{self.name}_sealed")
        return json.loads(crypto.decrypt(sealed, _place(instance, self.name))) if sealed else {}

    def _set(self, instance: Any, value: dict[str, Any]) -> None:
        text = json.dumps(value, ensure_ascii=False) if value else ""
        sealed = crypto.encrypt(text, _place(instance, self.name)) if text else ""
        setattr(instance, f"{self.name}_sealed", sealed)
