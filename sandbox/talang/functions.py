"""The functions that expressions may call.

Arithmetic is decimal: sums and products with Python's 28 digits, quotients with 16 (see
`sandbox.numbers.divide`). `ROUND_UP` and `ROUND_DOWN` give integers, as the Rule Builder's
functions of that name do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from sandbox.numbers import divide, plain_text, quantize
from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError, UnknownFunctionError

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it does and how many arguments it takes (`most` None: any number)."""

    apply: Callable[..., Value]
    least: int
    most: int | None


def find_function(name: str, count: int) -> Function:
    """Return the function that `name` calls with `count` arguments, whatever the name's case.

    Raises UnknownFunctionError, and EvaluationError when the number of arguments is wrong.
    """
    function = FUNCTIONS.get(name.upper())
    if function is None:
        raise UnknownFunctionError(name)
    if count < function.least or (function.most is not None and count > function.most):
        raise EvaluationError(f"The function {name} does not take {count} arguments")
    return function


def number(value: Value) -> Decimal:
    """Return `value` if it is a number; raises EvaluationError."""
    if type(value) is Decimal:
        return value
    raise EvaluationError(f"{show(value)} is not a number")


def show(value: Value) -> str:
    """Return the text that a value has inside a longer text: 23.3, true, a, b."""
    if type(value) is Decimal:
        return plain_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(show(member) for member in value)
    return str(value)


def compare(left: Value, right: Value) -> int:
    """Return -1, 0 or 1 for two numbers, two texts or two times; raises EvaluationError."""
    for kind in (Decimal, str, datetime):
        if isinstance(left, kind) and isinstance(right, kind):
            return (left > right) - (left < right)  # type: ignore[operator]  # both are of `kind`
    raise EvaluationError(f"{show(left)} and {show(right)} cannot be compared")


def _add(left: Value, right: Value) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return left + right
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return number(left) + number(right)


def _subtract(left: Value, right: Value) -> Value:
    return number(left) - number(right)


def _multiply(left: Value, right: Value) -> Value:
    return number(left) * number(right)


def _divide(left: Value, right: Value) -> Value:
    try:
        return divide(number(left), number(right))
    except ZeroDivisionError:
        raise EvaluationError("Division by zero") from None


def _round(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_HALF_EVEN)


def _round_up(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_CEILING)


def _round_down(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_FLOOR)


# What a number is a multiple of when it has so many decimals.
_UNITS = {Decimal(places): ONE.scaleb(-places) for places in range(11)}


def _quantize(value: Value, decimals: Value, rounding: str) -> Decimal:
    unit = _UNITS.get(number(decimals))
    if unit is None:
        raise EvaluationError("A number is rounded to 0 to 10 decimals")
    return quantize(number(value), unit, rounding)


FUNCTIONS = {
    "+": Function(_add, 2, 2),
    "-": Function(_subtract, 2, 2),
    "*": Function(_multiply, 2, 2),
    "/": Function(_divide, 2, 2),
    "=": Function(lambda left, right: left == right, 2, 2),
    "!=": Function(lambda left, right: left != right, 2, 2),
    "<": Function(lambda left, right: compare(left, right) < 0, 2, 2),
    "<=": Function(lambda left, right: compare(left, right) <= 0, 2, 2),
    ">": Function(lambda left, right: compare(left, right) > 0, 2, 2),
    ">=": Function(lambda left, right: compare(left, right) >= 0, 2, 2),
    "ROUND": Function(_round, 1, 2),
    "ROUND_UP": Function(_round_up, 1, 2),
    "ROUND_DOWN": Function(_round_down, 1, 2),
    "MIN": Function(lambda *values: min(map(number, values)), 1, None),
    "MAX": Function(lambda *values: max(map(number, values)), 1, None),
    "ABS": Function(lambda value: abs(number(value)), 1, 1),
    "LIST": Function(lambda *values: list(values), 0, None),
    "CONCAT": Function(lambda *values: "".join(map(show, values)), 1, None),
}
