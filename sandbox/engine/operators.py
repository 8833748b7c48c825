"""The operators of attribute checks.

Source: reference/engine/03, section 3.2. The ends of `between` are included (decisions F6, E47),
regular expressions are RE2 and unanchored (E46), comparison of texts minds case (E45).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

import re2  # type: ignore[import-untyped]  # the package ships no types

from sandbox.engine.errors import BrokenRuleError
from sandbox.engine.units import Unit
from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import compare, number, show
from sandbox.talang.kinds import ATOM, kind_of, shown
from sandbox.talang.library.comparison import equal

Test: TypeAlias = Callable[[Value, Value], bool]


def equals(left: Value, right: Value) -> bool:
    """Compare two values as Talang does, by their texts when their kinds differ (decision S103).

    Raises EvaluationError where a list meets anything but a list, and for what is no value at all.
    """
    if type(left) is type(right):
        return left == right
    if kind_of(left) & ATOM and kind_of(right) & ATOM:
        return equal(left, right)
    raise EvaluationError(f"{shown(left)} and {shown(right)} cannot be compared")


def is_empty(value: Value) -> bool:
    return value == "" or value == []


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise EvaluationError(f"{show(value)} is not a text")


def members(value: Value) -> list[Value]:
    """Return a list's members; raises EvaluationError for anything else."""
    if isinstance(value, list):
        return value
    raise EvaluationError(f"{show(value)} is not a list")


def _contains(left: Value, right: Value) -> bool:
    if isinstance(left, list):
        return _has(left, right)
    return _text(right) in _text(left)


def _has(members: list[Value], wanted: Value) -> bool:
    return any(equals(member, wanted) for member in members)


def matches(text: Value, pattern: Value) -> bool:
    """Search a text for an RE2 expression; raises EvaluationError when the expression is wrong."""
    try:
        return re2.search(_text(pattern), _text(text)) is not None
    except re2.error as error:
        raise BrokenRuleError(f"“{show(pattern)}” is not a regular expression: {error}") from None


def _flag(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise EvaluationError(f"{show(value)} is not true or false")


# Orders of numbers, and of times.
NUMBERS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "lessThan": lt,
    "lessThanOrEqual": le,
    "greaterThan": gt,
    "greaterThanOrEqual": ge,
}


def _ordered(test: Callable[[Any, Any], bool]) -> Test:
    """Compare two numbers, or two times as Talang does too; anything else is an error."""

    def compare_values(left: Value, right: Value) -> bool:
        if isinstance(left, datetime) and isinstance(right, datetime):
            return test(left, right)
        return test(number(left), number(right))

    return compare_values


ONE_VALUE: dict[str, Callable[[Value], bool]] = {
    "empty": is_empty,
    "isTrue": _flag,
    "isFalse": lambda value: not _flag(value),
}

TWO_VALUES: dict[str, Test] = {
    "equals": equals,
    **{name: _ordered(test) for name, test in NUMBERS.items()},
    "contains": _contains,
    "startsWith": lambda left, right: _text(left).startswith(_text(right)),
    "endsWith": lambda left, right: _text(left).endswith(_text(right)),
    "matchesRegexp": matches,
}

# Operators that take a list of values.
LIST_OF_VALUES: dict[str, Test] = {
    "oneOf": lambda left, right: _has(members(right), left),
    "containsOneOf": lambda left, right: _shared(left, right) > 0,
    "containsNoneOf": lambda left, right: _shared(left, right) == 0,
    "containsAllOf": lambda left, right: _shared(left, right) == len(members(right)),
}

# Operators that take a list of values and how many of them must be there.
COUNTED: dict[str, Callable[[Value, Value, Decimal], bool]] = {
    "containsAtLeast": lambda left, right, count: _shared(left, right) >= count,
    "containsExactly": lambda left, right, count: _shared(left, right) == count,
}


def _shared(left: Value, right: Value) -> int:
    found = members(left)
    return sum(_has(found, wanted) for wanted in members(right))


def between(value: Value, minimum: Value, maximum: Value) -> bool:
    return compare(value, minimum) >= 0 and compare(value, maximum) <= 0


def inside(value: Value, minimum: Value, maximum: Value) -> bool:
    """Tell the same without the ends, as Talang's ``between`` does (decision F6)."""
    return compare(value, minimum) > 0 and compare(value, maximum) < 0


def within(
    time: datetime,
    start: datetime,
    end: datetime,
    start_inclusive: bool,
    end_inclusive: bool,
    wall_clock: bool,
) -> bool:
    """Tell whether a time lies in a span; `wall_clock` ignores all zones."""
    if wall_clock:
        time, start, end = (moment.replace(tzinfo=None) for moment in (time, start, end))
    after_start = time >= start if start_inclusive else time > start
    return after_start and (time <= end if end_inclusive else time < end)


_SHOWN_AS_THEY_ARE = {type(None), str, bool, Decimal}


def to_json(value: Value) -> object:
    """Return a value as a trace shows it."""
    if type(value) in _SHOWN_AS_THEY_ARE:
        return value
    if isinstance(value, list):
        return [to_json(member) for member in value]
    if isinstance(value, Unit):
        return {"sku": value.item.sku, "position": value.position}
    return show(value)
