"""Talang's arithmetic: decimals of 16 significant digits, half to even. Source: talang.md, 3, 5.3.

Division by zero is an error here, an Infinity in the reference implementation (section 9.2).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import reduce

from sandbox.talang.ast import Value
from sandbox.talang.limits import MAX_EXPONENT
from sandbox.talang.table import Library

DIGITS = 16

_CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[Overflow, DivisionByZero, InvalidOperation],
)
# Room for the whole quotient of any two numbers.
_WIDE = Context(prec=4 * MAX_EXPONENT)

library = Library()


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise ZeroDivisionError
    return _CONTEXT.divide(dividend, divisor)


def remainder(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return what a division leaves, with the dividend's sign."""
    if not divisor:
        raise ZeroDivisionError
    return _CONTEXT.plus(_WIDE.remainder(dividend, divisor))


def _folded(signature: str, operate: Callable[[Decimal, Decimal], Decimal]) -> None:
    """Register an operation that is carried out from the left, however many numbers there are."""

    @library.function(signature, operate)
    def fold(*numbers: Decimal) -> Value:
        return reduce(operate, numbers)


add = _CONTEXT.add
_folded("+(Decimal, Decimal, Decimal...)Decimal", add)
_folded("-(Decimal, Decimal, Decimal...)Decimal", _CONTEXT.subtract)
_folded("*(Decimal, Decimal, Decimal...)Decimal", _CONTEXT.multiply)
_folded("/(Decimal, Decimal, Decimal...)Decimal", divide)
_folded("mod(Decimal, Decimal, Decimal...)Decimal", remainder)


@library.function("floor(Decimal)Decimal")
def _floor(number: Decimal) -> Value:
    return _whole(number, ROUND_FLOOR)


@library.function("ceil(Decimal)Decimal")
def _ceil(number: Decimal) -> Value:
    return _whole(number, ROUND_CEILING)


def _whole(number: Decimal, rounding: str) -> Decimal:
    """Return a whole number; adding zero takes the sign off a zero."""
    return _WIDE.add(number.to_integral_value(rounding, _WIDE), Decimal(0))
