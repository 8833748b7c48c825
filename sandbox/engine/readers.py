"""Readers of fields, custom attributes and additional costs, of whatever holds them.

`get` returns what is read, or what it hangs on, from a scope or from an item. Where an object on
the way is None it raises AttributeError, and the reader MissingValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sandbox.engine.times import to_time
from sandbox.talang.ast import Path, Value
from sandbox.talang.errors import MissingValueError, UnknownNameError

Get: TypeAlias = Callable[[Any], Any]


def read_field(get: Get, text: str) -> Get:
    """Return the reader of a field; `text` is its name for people."""

    def read(holder: object) -> Value:
        try:
            value = get(holder)
        except AttributeError:
            value = None
        if value is None:
            raise MissingValueError(text)
        return Decimal(value) if type(value) is int else value

    return read


def read_attribute(get: Get, name: str, text: str, zone: ZoneInfo | None) -> Get:
    """Return the reader of a custom attribute; texts are read as times where there is a zone."""

    def read(holder: object) -> Value:
        try:
            value = get(holder).get(name)
        except AttributeError:
            value = None
        if value is None:
            raise MissingValueError(text)
        if type(value) is int:
            return Decimal(value)
        if isinstance(value, list):
            return [Decimal(member) if type(member) is int else member for member in value]
        if zone is not None:
            return to_time(value, zone)
        return value

    return read


def read_cost(get: Get, path: Path) -> Get:
    """Return the reader of ``…AdditionalCosts.<name>``; a trailing ``.Price`` means the same.

    Raises UnknownNameError.
    """
    name = path.names[2] if len(path.names) > 2 else ""
    if path.names[3:] not in ((), ("Price",)):
        raise UnknownNameError(str(path))

    def read(holder: object) -> Value:
        try:
            cost = get(holder).get(name)
        except AttributeError:
            cost = None
        if cost is None:
            raise MissingValueError(str(path))
        price: Value = cost.price
        return price

    return read
