"""The JSON notation, the one of rulesets: arrays to trees and back. Source: talang.md, section 1.1.

``["+", 1, 2]`` is a call, ``[["Item"], body]`` a block, ``[".", "Session", "Total"]`` a name. JSON
has no times: ``{"$time": "2026-06-15T12:00:00Z"}`` stands for one. Other objects are constant maps.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.numbers import to_number
from sandbox.shapes import escape
from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.errors import ExpressionShapeError
from sandbox.talang.kinds import ATOM, kind_of, read_time, text_of, time_text
from sandbox.talang.limits import MAX_DEPTH, MAX_TERMS

TIME = "$time"


def read_arrays(json: Any) -> Expression:
    """Read decoded JSON, whose numbers are integers and decimals.

    Raises ExpressionShapeError with the pointer to what is no expression.
    """
    return _Reader().read(json, 1, ())


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
    return _Reader().value(json, 1, ())


class _Reader:
    """Counts terms while it reads. Places are tuples of keys, made to pointers when needed."""

    def __init__(self) -> None:
        self._left = MAX_TERMS

    def read(self, json: Any, depth: int, place: tuple[Any, ...]) -> Expression:
        kind = type(json)
        if kind is list:
            self._left -= 1
            if self._left < 0 or depth > MAX_DEPTH:
                self._bound(depth, place)
            if not json:
                return Block(())
            first = json[0]
            if type(first) is str:
                arguments = tuple(
                    [
                        self.read(member, depth + 1, (*place, index))
                        for index, member in enumerate(json[1:], 1)
                    ]
                )
                return call(first, arguments)
            if type(first) is list:
                return block(
                    tuple(
                        [
                            self.read(member, depth + 1, (*place, index))
                            for index, member in enumerate(json)
                        ]
                    )
                )
            raise _fault("An array starts with a function's name or with an array", (*place, 0))
        return Literal(self.value(json, depth, place))

    def value(self, json: Any, depth: int, place: tuple[Any, ...]) -> Value:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            self._bound(depth, place)
        kind = type(json)
        if kind is str or kind is bool or json is None:
            return json
        if kind is int or kind is Decimal:
            try:
                return to_number(json)
            except ValueError as error:
                raise _fault(str(error), place) from None
        if kind is list:
            return [
                self.value(member, depth + 1, (*place, index)) for index, member in enumerate(json)
            ]
        if kind is dict:
            if len(json) == 1 and TIME in json:
                return _time(json[TIME], (*place, TIME))
            return {
                key: self.value(member, depth + 1, (*place, key)) for key, member in json.items()
            }
        raise _fault(f"{kind.__name__} is no JSON", place)

    def _bound(self, depth: int, place: tuple[Any, ...]) -> None:
        if depth > MAX_DEPTH:
            raise _fault(f"An expression is nested at most {MAX_DEPTH} deep", place[:1])
        raise _fault(f"An expression has at most {MAX_TERMS} terms", ())


def call(name: str, arguments: tuple[Expression, ...]) -> Expression:
    """Return a call; of ``.`` with constant parts, the name it reads."""
    if name == "." and arguments:
        names = [_part(argument) for argument in arguments]
        if None not in names:
            return Path(tuple(names))  # type: ignore[arg-type]  # there is no None in it
    return Call(name, arguments)


def block(members: tuple[Expression, ...]) -> Expression:
    """Return a block; of one call alone, the call."""
    if len(members) == 1 and not isinstance(members[0], Literal):
        return members[0]
    return Block(members)


def _part(argument: Expression) -> str | None:
    """Return a constant part of a name, which is read by its text."""
    if type(argument) is not Literal:
        return None
    value = argument.value
    if type(value) is str:
        return value
    return text_of(value) if kind_of(value) & ATOM and value is not None else None


def _time(json: Any, place: tuple[Any, ...]) -> datetime:
    time = read_time(json) if isinstance(json, str) else None
    if time is None:
        raise _fault("An RFC 3339 time with a zone was expected", place)
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


def _fault(message: str, place: tuple[Any, ...]) -> ExpressionShapeError:
    return ExpressionShapeError(message, "".join(f"/{escape(key)}" for key in place))
