"""Typed values out of a JSON object."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from shop.core.money import parse_yuan

Note = Callable[[str, str], None]


class Fields:
    """Reads one object's fields and tells `note` (field path, reason) about every wrong one.

    A wrong or missing value reads as the default, so that reading goes on and all mistakes are found; null counts
    as missing.
    """

    def __init__(self, values: dict[str, Any], note: Note, place: str = "") -> None:
        self.values, self.note, self.place = values, note, place

    def given(self, name: str) -> bool:
        """Return whether the field is there."""
        return self.values.get(name) is not None

    def wrong(self, name: str, reason: str) -> None:
        """Note that a field is wrong."""
        self.note(f"{self.place}{name}", reason)

    def text(self, name: str, *, required: bool = False, default: str = "") -> str:
        """Return a text without blanks around it."""
        value = self._value(name, required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(name, _("必须是文本"))
            return default
        return value.strip()

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(name, False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, _("必须是 true 或 false"))
            return default
        return value

    def whole(self, name: str, *, most: int, required: bool = False) -> int:
        """Return a whole number from 0 to `most`."""
        value = self._value(name, required)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, _("必须是整数"))
            return 0
        if value < 0:
            self.wrong(name, _("不能小于 0"))
            return 0
        if value > most:
            self.wrong(name, _("不能大于 %(most)d") % {"most": most})
            return 0
        return value

    def yuan(self, name: str, *, required: bool = False) -> int:
        """Return fen from decimal text in yuan; a required amount is at least 0.01 yuan."""
        value = self._value(name, required)
        if value is None:
            return 0
        if not isinstance(value, str):
            self.wrong(name, _('必须是以元为单位的文本金额，例如 "12.50"'))
            return 0
        try:
            fen = parse_yuan(value)
        except ValueError:
            below = value.strip().startswith(("-", "−", "－"))
            self.wrong(name, _("不能小于 0") if below else _("请填写以元为单位的金额，最多两位小数，例如 12.50"))
            return 0
        if required and fen < 1:
            self.wrong(name, _("价格不能低于 0.01 元"))
        return fen

    def objects(self, name: str, *, required: bool = False) -> "list[Fields]":
        """Return a list of objects."""
        value = self._value(name, required)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(name, _("必须是对象的列表"))
            return []
        return [Fields(item, self.note, f"{self.place}{name}[{index}].") for index, item in enumerate(value)]

    def texts(self, name: str, *, required: bool = False) -> dict[str, str]:
        """Return an object of texts."""
        value = self._value(name, required)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self.wrong(name, _("必须是名称到文本的对象"))
            return {}
        return {key.strip(): item.strip() for key, item in value.items()}

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._value(name, False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(name, _("必须是文本的列表"))
            return ()
        return tuple(item.strip() for item in value)

    def _value(self, name: str, required: bool) -> Any:
        value = self.values.get(name)
        if value is None and required:
            self.wrong(name, _("缺少这一项"))
        return value
