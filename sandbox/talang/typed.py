"""Values as JSON that keeps their kinds: ``{"type": "decimal", "value": "12.50"}``.

Decimals are texts, because many readers of JSON would round them; members of lists and maps are
typed again. Source: talang.md, section 10.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.talang.ast import Value
from sandbox.talang.errors import LimitError
from sandbox.talang.kinds import text_of
from sandbox.talang.limits import MAX_DEPTH

MAX_VALUES = 10_000
MAX_CHARACTERS = 1_000_000


def typed(value: Value, values: int = MAX_VALUES, characters: int = MAX_CHARACTERS) -> Any:
    """Return a value as typed JSON; raises LimitError when it is larger than that."""
    return _Writer(values, characters).write(value, 1)


class _Writer:
    def __init__(self, values: int, characters: int) -> None:
        self._values = self._values_left = values
        self._characters = self._characters_left = characters

    def write(self, value: Value, depth: int) -> Any:
        self._values_left -= 1
        if self._values_left < 0:
            raise LimitError(f"A result has at most {self._values} values")
        if depth > MAX_DEPTH:
            raise LimitError(f"A result is nested at most {MAX_DEPTH} deep")
        match value:
            case None:
                return {"type": "null"}
            case bool():
                return {"type": "boolean", "value": value}
            case list():
                members = [self.write(member, depth + 1) for member in value]
                return {"type": "list", "value": members}
            case dict():
                written = {}
                for key, member in value.items():
                    self._count(key)
                    written[key] = self.write(member, depth + 1)
                return {"type": "map", "value": written}
            case str() | Decimal() | datetime():
                text = text_of(value)
                self._count(text)
                return {"type": _TYPES[type(value)], "value": text}
        raise TypeError(f"{type(value).__name__} is no value of the language")

    def _count(self, text: str) -> None:
        self._characters_left -= len(text)
        if self._characters_left < 0:
            raise LimitError(f"A result has at most {self._characters} characters")


_TYPES = {str: "string", Decimal: "decimal", datetime: "time"}
