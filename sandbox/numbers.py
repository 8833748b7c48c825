"""Exact numbers: what is accepted from JSON, how arithmetic rounds, how results are printed.

Every number of a request is a `Decimal` from its bytes on. `Number` is the type to annotate
wire and model fields with: it is `Decimal` to the type checker, and at run time a type of its own
to msgspec, because msgspec would also read a `Decimal` field from the string ``"12.50"``.
"""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Clamped,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
)
from typing import TYPE_CHECKING, Any

import msgspec

ZERO = Decimal(0)
ONE = Decimal(1)
MAX_DIGITS = 34
MAX_EXPONENT = 30

# The vendor's decimal library works with 16 significant digits where a quotient does not end
# (reference/engine/05-discount-math.md, section 5.8).
_DIVISION = Context(prec=16, rounding=ROUND_HALF_EVEN)
# Wide enough for the product of any two numbers that are accepted, with their decimals.
_WIDE = Context(prec=200)
# Wide enough for any number at all; clamped so that no exponent is more than 0.
_PLAIN = Context(prec=10**6, Emin=1 - 10**6, Emax=10**6 - 1, clamp=1)
_normalize = _PLAIN.normalize
# Objects at the least doubt; what it lets pass is within the bounds of `to_number`, exponents
# included: at least -30 for the first of at most 31 digits.
_STRICT = Context(
    prec=MAX_EXPONENT + 1,
    Emin=-MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[Clamped, Inexact, InvalidOperation, Overflow, Rounded, Subnormal, Underflow],
)
_plus = _STRICT.plus

if TYPE_CHECKING:
    Number = Decimal
else:

    class _Stands(type):
        """Makes every `Decimal` an instance; a method of C, since msgspec asks for each number."""

        __instancecheck__ = staticmethod(Decimal.__instancecheck__)

    class Number(metaclass=_Stands):
        """Stands for `Decimal` in annotations that msgspec reads."""


def to_number(value: object) -> Decimal:
    """Return a decoded JSON number as `Decimal`.

    Raises ValueError, with a text for the user, for anything else and for numbers with more than
    34 digits or an exponent beyond ±30.
    """
    if type(value) is int:
        if -(10**MAX_DIGITS) < value < 10**MAX_DIGITS:
            return Decimal(value)
        raise ValueError(f"Number has more than {MAX_DIGITS} digits")
    if type(value) is not Decimal:
        raise ValueError(f"A number was expected, not {_json_type(value)}")
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("A finite number was expected")
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"Number has more than {MAX_DIGITS} digits")
    if (value and abs(value.adjusted()) > MAX_EXPONENT) or abs(exponent) > 2 * MAX_EXPONENT:
        raise ValueError(f"Number has an exponent beyond ±{MAX_EXPONENT}")
    return value


def number_of(value: object) -> Decimal | None:
    """Return a value of JSON as a number; None for any other kind of value."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return None


def number_in(text: str) -> Decimal | None:
    """Return the finite number that a text is; None for any other text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def decode_hook(expected: type, value: object) -> object:
    """Let msgspec read `Number` fields from values."""
    if expected is not Number:
        raise NotImplementedError(f"no decoder for {expected}")
    if type(value) is Decimal and not value.is_finite():
        return to_number(value)
    return json_hook(expected, value)


def json_hook(expected: type, value: object) -> object:
    """Let msgspec decode `Number` fields, its only unknown ones, from JSON: all are finite there.

    It is called for each number of a request.
    """
    if type(value) is Decimal:
        try:
            _plus(value)
        except ArithmeticError:
            pass  # long, large or tiny: `to_number` decides
        else:
            return value
    return to_number(value)


def quantize(value: Decimal, unit: Decimal, rounding: str) -> Decimal:
    """Round to a multiple of a power of ten, however many digits that takes."""
    return value.quantize(unit, rounding, _WIDE)


def divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Divide with 16 significant digits, half to even; raises ZeroDivisionError."""
    if not divisor:
        raise ZeroDivisionError
    return _DIVISION.divide(dividend, divisor)


def add_exactly(first: Decimal, second: Decimal) -> Decimal:
    """Add two numbers with every digit, so that taking one away again gives the other."""
    return _WIDE.add(first, second)


def plain(value: Decimal) -> Decimal:
    """Return the same number without trailing zeros and without an exponent (23.30 → 23.3)."""
    return _normalize(value) or ZERO


def plain_text(value: Decimal) -> str:
    """Return the number as a person would write it: 23.3, 100, 0.00001."""
    return format(plain(value), "f")


def decode_json(text: bytes | str) -> Any:
    """Decode JSON into plain values with `Decimal` for every number that is not an integer.

    Raises msgspec.DecodeError for malformed JSON and RecursionError for absurd nesting.
    """
    return _UNTYPED.decode(text)


_UNTYPED = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode_json(value: object) -> bytes:
    """Encode models and plain values as JSON; decimals become JSON numbers."""
    return _ENCODER.encode(value)


def _json_type(value: object) -> str:
    names = {
        str: "string",
        bool: "boolean",
        list: "array",
        dict: "object",
        type(None): "null",
    }
    return names.get(type(value), type(value).__name__)
