"""The JSON notation, the one of rulesets: arrays to trees and back. Source: talang.md, section 1.1.

``["+", 1, 2]`` is a call, ``[["Item"], body]`` a block, ``[".", "Session", "Total"]`` a name. JSON
has no times: ``{"$time": "2026-06-15T12:00:00Z"}`` stands for one. Other objects are constant maps.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.numbers import to_number
from sandbox.shapes import escape
from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.errors import ExpressionShapeError
from sandbox.talang.kinds import ATOM, kind_of, read_time, text_of, time_text
from sandbox.talang.limits import MAX_DEPTH, MAX_TERMS, MAX_TEXT, MAX_VALUES

TIME = "$time"


def read_arrays(json: Any) -> Expression:
    """Read decoded JSON, whose numbers are integers and decimals.

    Raises ExpressionShapeError with the pointer to what is no expression.
    """
    return _Reader(MAX_TERMS, "An expression").read(json, 1)


def write_arrays(expression: Expression) -> Any:
    """Return an expression as JSON that reads back as the same tree."""
    match expression:
        case Literal(value):
            return _write_value(value)
        case Path(names):
            return [".", *names]
        case Call(name, arguments):
            return [name, *map(write_arrays, arguments)]
        case Block(members):
            return list(map(write_arrays, members))


def read_value(json: Any) -> Value:
    """Read decoded JSON as a value, with maps and lists; raises ExpressionShapeError."""
    return _Reader(MAX_VALUES, "A value").value(json, 1)


class _Reader:
    """Bounds what it reads: `left` values of `what`."""

    def __init__(self, left: int, what: str) -> None:
        self._most = self._left = left
        self._what = what

    def read(self, json: Any, depth: int) -> Expression:
        if type(json) is not list:
            return Literal(self.value(json, depth))
        if not json:
            return Block(())
        first = json[0]
        start = 1 if type(first) is str else 0
        if first == "." and _are_texts(json):
            return Path(tuple(json[1:]))
        self._count(json, depth)
        terms: list[Expression] = []
        try:
            for member in json[start:]:
                if type(member) is list:
                    terms.append(self.read(member, depth + 1))
                else:
                    terms.append(Literal(self.value(member, depth + 1)))
        except ExpressionShapeError as error:
            raise error.below(str(start + len(terms))) from None
        if start:
            return _name_of(terms) if first == "." else Call(first, tuple(terms))
        if type(first) is list:
            # A pair of brackets around one call says nothing.
            return Block(tuple(terms)) if len(terms) > 1 else terms[0]
        message = "An array starts with a function's name or with an array"
        raise ExpressionShapeError(message, "/0")

    def value(self, json: Any, depth: int) -> Value:
        kind = type(json)
        if kind is str:
            if len(json) > MAX_TEXT:
                raise ExpressionShapeError(f"A text has at most {MAX_TEXT} characters", "")
            return json
        if kind is bool or json is None:
            return json
        if kind is int or kind is Decimal:
            try:
                return to_number(json)
            except ValueError as error:
                raise ExpressionShapeError(str(error), "") from None
        if kind is list:
            self._count(json, depth)
            values: list[Value] = []
            try:
                for member in json:
                    values.append(self.value(member, depth + 1))
            except ExpressionShapeError as error:
                raise error.below(str(len(values))) from None
            return values
        if kind is dict:
            if len(json) == 1 and TIME in json:
                return _time(json[TIME])
            self._count(json, depth)
            members = {}
            for key, member in json.items():
                try:
                    members[key] = self.value(member, depth + 1)
                except ExpressionShapeError as error:
                    raise error.below(escape(key)) from None
            return members
        raise ExpressionShapeError(f"{kind.__name__} is no JSON", "")

    def _count(self, json: Collection[Any], depth: int) -> None:
        self._left -= len(json)
        if self._left < 0 or depth > MAX_DEPTH:
            if depth <= MAX_DEPTH:
                raise ExpressionShapeError(f"{self._what} has at most {self._most} terms", "")
            raise ExpressionShapeError(f"{self._what} is nested at most {MAX_DEPTH} deep", "")


def _are_texts(json: list[Any]) -> bool:
    """Tell whether there is more than one, and all are texts."""
    for member in json:
        if type(member) is not str:
            return False
    return len(json) > 1


def _name_of(parts: list[Expression]) -> Expression:
    """Return the name that ``.`` reads; constant parts that are no texts are read by theirs."""
    names = [
        text_of(part.value)
        for part in parts
        if type(part) is Literal and part.value is not None and kind_of(part.value) & ATOM
    ]
    return Path(tuple(names)) if parts and len(names) == len(parts) else Call(".", tuple(parts))


def _time(json: Any) -> datetime:
    time = read_time(json) if isinstance(json, str) else None
    if time is None:
        raise ExpressionShapeError("An RFC 3339 time with a zone was expected", f"/{TIME}")
    return time


def _write_value(value: Value) -> Any:
    match value:
        case datetime():
            return {TIME: time_text(value)}
        case list():
            return [_write_value(member) for member in value]
        case dict():
            return {key: _write_value(member) for key, member in value.items()}
    return value
