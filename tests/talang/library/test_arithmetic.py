from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.talang.errors import EvaluationError, LimitError
from tests.talang.library.call import call

numbers = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4
)


@pytest.mark.parametrize("divisors", [[0], [0, 2], [2, 0]])
@pytest.mark.parametrize("function", ["/", "mod"])
def test_division_by_zero_is_an_error(function: str, divisors: list[int]):
    with pytest.raises(EvaluationError, match="Division by zero"):
        call(function, 1, *divisors)


@pytest.mark.parametrize(
    ("dividend", "divisor", "left"),
    [
        ("5.5", "2", "1.5"),
        ("-7", "3", "-1"),
        ("7", "-3", "1"),
        ("1E+30", "7", "1"),
        ("0", "3", "0"),
    ],
)
def test_what_a_division_leaves_has_the_dividends_sign(dividend: str, divisor: str, left: str):
    assert call("mod", Decimal(dividend), Decimal(divisor)) == Decimal(left)


def test_results_have_16_digits_and_literals_all_of_theirs():
    number = Decimal("12345678901234567")
    assert call("identity", number) == number
    assert call("+", number, 1) == Decimal("1.234567890123457E+16")


@pytest.mark.parametrize(("floor", "number", "ceil"), [("-1", "-0.5", "0"), ("2", "2.01", "3")])
def test_whole_numbers_below_and_above(floor: str, number: str, ceil: str):
    assert str(call("floor", Decimal(number))) == floor
    assert str(call("ceil", Decimal(number))) == ceil


def test_exponents_are_bounded():
    with pytest.raises(LimitError, match="at most 99"):
        call("*", Decimal("1E+60"), Decimal("1E+60"))


@given(numbers, numbers)
def test_sums_are_the_exact_sum_rounded_half_to_even(left: Decimal, right: Decimal):
    exact = Fraction(left) + Fraction(right)
    rounded = Context(prec=16, rounding=ROUND_HALF_EVEN).divide(
        Decimal(exact.numerator), Decimal(exact.denominator)
    )
    assert call("+", left, right) == rounded


@given(numbers, numbers.filter(bool))
def test_a_division_and_what_it_leaves_make_the_dividend(dividend: Decimal, divisor: Decimal):
    left = Fraction(call("mod", dividend, divisor))
    whole = (Fraction(dividend) - left) / Fraction(divisor)
    assert abs(left) < abs(Fraction(divisor))
    assert whole.denominator == 1
