"""Reading JSON that someone else may have written: each value is asked for by its type."""

from __future__ import annotations

import json
import math
from typing import Any, TypeVar

from core.errors import InputError

Value = TypeVar("Value")

DEPTH_LIMIT = 64
REQUIRED: Any = object()

_ADVICE = "Open an older copy of the project, or mend this one with a text editor."


def damaged(message: str) -> InputError:
    """The error for a project that cannot be what it says."""
    return InputError(message, _ADVICE)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _is_too_deep(value: object) -> bool:
    """Whether lists and objects are nested deeper than the limit, without recursion of our own."""
    level = [value]
    for _ in range(DEPTH_LIMIT):
        inner = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [child for item in inner if isinstance(item, list) for child in item]
    return bool(level)


def parse_json(data: bytes, name: str) -> object:
    """The value in UTF-8 JSON; InputError where it is broken, nested too deeply or holds NaN or infinity."""
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise damaged(f"{name} is not readable JSON.") from error
    if _is_too_deep(value):
        raise damaged(f"{name} is nested too deeply.")
    return value


class Keys:
    """A JSON object while it is read: known keys are taken out one by one, what is left is unknown and kept.

    `where` names the object in errors. Every method takes a key and what to give where it is absent (nothing:
    InputError), and raises InputError for a value of another type.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise damaged(f"{where} is not an object.")
        self.left: dict[str, Any] = dict(value)
        self.where = where

    def _take(self, key: str, absent: object) -> object:
        if key not in self.left and absent is REQUIRED:
            raise damaged(f"{self.where} has no {key!r}.")
        return self.left.pop(key, absent)

    def _wrong(self, key: str, wanted: str) -> InputError:
        return damaged(f"{key!r} in {self.where} is not {wanted}.")

    def _typed(self, key: str, kind: type[Value], wanted: str, absent: object) -> Value:
        value = self._take(key, absent)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._wrong(key, wanted)
        return value

    def text(self, key: str, absent: str = REQUIRED) -> str:
        """A string that can be written as UTF-8."""
        value = self._typed(key, str, "a text", absent)
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise self._wrong(key, "a readable text")
        return value

    def whole(self, key: str, absent: int = REQUIRED) -> int:
        """A whole number."""
        return self._typed(key, int, "a whole number", absent)

    def flag(self, key: str, absent: bool = REQUIRED) -> bool:
        """True or false."""
        return self._typed(key, bool, "true or false", absent)

    def number(self, key: str, absent: float = REQUIRED) -> float:
        """A finite number."""
        value = self._take(key, absent)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        try:
            return float(value)
        except OverflowError as error:
            raise self._wrong(key, "a number in reach") from error

    def array(self, key: str) -> list[Any]:
        """A list; none is an empty one."""
        return self._typed(key, list, "a list", [])

    def inner(self, key: str, absent: object = REQUIRED) -> Keys:
        """An object inside this one."""
        return Keys(self._take(key, absent), f"{key!r} in {self.where}")

    def is_null(self, key: str) -> bool:
        """Whether the key is absent or null; then it is taken out."""
        if self.left.get(key) is not None:
            return False
        self.left.pop(key, None)
        return True
