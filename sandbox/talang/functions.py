"""The functions of formulas, the ``{{ … }}`` of rulesets of version 2.

They are their own where Talang's differ: sums and products have Python's 28 digits (quotients 16,
as there; see `sandbox.numbers.divide`), texts have an order, a number never equals a text, and
texts are made of any value. `ROUND_UP` and `ROUND_DOWN` give integers, as the Rule Builder's
functions of that name do.
"""

from __future__ import annotations

import operator
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from sandbox.numbers import divide, plain_text, quantize
from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError
from sandbox.talang.table import Library, Table

ONE = Decimal(1)

_library = Library()


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


@_library.function("+(Any, Any)Any", operator.add)
def _add(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    return number(left) + number(right)


@_library.function("-(Any, Any)Decimal", operator.sub)
def _subtract(left: Value, right: Value) -> Value:
    return number(left) - number(right)


@_library.function("*(Any, Any)Decimal", operator.mul)
def _multiply(left: Value, right: Value) -> Value:
    return number(left) * number(right)


@_library.function("/(Any, Any)Decimal", divide)
def _divide(left: Value, right: Value) -> Value:
    return divide(number(left), number(right))


@_library.function("=(Any, Any)Boolean", operator.eq)
def _equal(left: Value, right: Value) -> Value:
    return left == right


@_library.function("!=(Any, Any)Boolean", operator.ne)
def _unequal(left: Value, right: Value) -> Value:
    return left != right


@_library.function("<(Any, Any)Boolean", operator.lt)
def _less(left: Value, right: Value) -> Value:
    return compare(left, right) < 0


@_library.function("<=(Any, Any)Boolean", operator.le)
def _less_or_equal(left: Value, right: Value) -> Value:
    return compare(left, right) <= 0


@_library.function(">(Any, Any)Boolean", operator.gt)
def _greater(left: Value, right: Value) -> Value:
    return compare(left, right) > 0


@_library.function(">=(Any, Any)Boolean", operator.ge)
def _greater_or_equal(left: Value, right: Value) -> Value:
    return compare(left, right) >= 0


@_library.function("ROUND(Any)Decimal")
@_library.function("ROUND(Any, Any)Decimal")
def _round(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_HALF_EVEN)


@_library.function("ROUND_UP(Any)Decimal")
@_library.function("ROUND_UP(Any, Any)Decimal")
def _round_up(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_CEILING)


@_library.function("ROUND_DOWN(Any)Decimal")
@_library.function("ROUND_DOWN(Any, Any)Decimal")
def _round_down(value: Value, decimals: Value = Decimal(0)) -> Value:
    return _quantize(value, decimals, ROUND_FLOOR)


@_library.function("MIN(Any, Any...)Decimal")
def _min(*values: Value) -> Value:
    return min(map(number, values))


@_library.function("MAX(Any, Any...)Decimal")
def _max(*values: Value) -> Value:
    return max(map(number, values))


@_library.function("ABS(Any)Decimal")
def _abs(value: Value) -> Value:
    return abs(number(value))


@_library.function("LIST(Any...)List")
def _list(*values: Value) -> Value:
    return list(values)


@_library.function("CONCAT(Any, Any...)String")
def _concat(*values: Value) -> Value:
    return "".join(map(show, values))


# What a number is a multiple of when it has so many decimals.
_UNITS = {Decimal(places): ONE.scaleb(-places) for places in range(11)}


def _quantize(value: Value, decimals: Value, rounding: str) -> Decimal:
    unit = _UNITS.get(number(decimals))
    if unit is None:
        raise EvaluationError("A number is rounded to 0 to 10 decimals")
    return quantize(number(value), unit, rounding)


FORMULAS = Table(_library.overloads)
