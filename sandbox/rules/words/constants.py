"""What an expression gives that reads no names."""

from __future__ import annotations

from decimal import Decimal

from sandbox.talang.ast import Expression, Literal, Path, Value
from sandbox.talang.compile import Closure, compile_expression
from sandbox.talang.errors import TalangError, UnknownNameError


def constant_of(expression: Expression) -> Value | None:
    """Return the value of an expression without names; None for any other."""
    if isinstance(expression, Literal):
        return expression.value
    try:
        value: Value = compile_expression(expression, _no_names)(None)
    except (TalangError, ArithmeticError):
        return None
    return value


def number_of(expression: Expression) -> Decimal | None:
    """Return the number that an expression without names gives."""
    value = constant_of(expression)
    return value if isinstance(value, Decimal) else None


def whole_number_of(expression: Expression) -> int | None:
    """Return a constant that counts things, from 0; None for anything else."""
    number = number_of(expression)
    if number is None or number != number.to_integral_value() or not 0 <= number < 10**6:
        return None
    return int(number)


def _no_names(path: Path) -> Closure:
    raise UnknownNameError(str(path))
