from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.numbers import (
    Number,
    add_exactly,
    decode_hook,
    decode_json,
    encode_json,
    number_in,
    number_of,
    plain,
    plain_text,
    to_number,
)

accepted = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30
).filter(lambda value: len(value.as_tuple().digits) <= 34)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("23.30", "23.3"),
        ("1E+2", "100"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-5.50", "-5.5"),
        ("1E+30", "1" + "0" * 30),
        ("0.00001", "0.00001"),
        ("1234567890123456789012345678901234", "1234567890123456789012345678901234"),
    ],
)
def test_a_number_is_shown_plainly_with_every_digit(number: str, shown: str):
    assert plain_text(Decimal(number)) == shown


def test_a_plain_number_of_any_size_has_no_exponent():
    assert str(plain(Decimal("1E+999"))) == "1" + "0" * 999


@given(accepted)
def test_plain_numbers_keep_their_value_and_survive_json(value: Decimal):
    assert plain(value) == value
    assert Decimal(decode_json(encode_json(plain(value)))) == value


@pytest.mark.parametrize("value", ["1", True, None, [], 1.5, Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(value: object):
    with pytest.raises(ValueError, match="number was expected"):
        to_number(value)


@pytest.mark.parametrize(
    "value", [10**34, Decimal("1E31"), Decimal("1E-31"), Decimal("1." + "1" * 40)]
)
def test_numbers_beyond_all_bounds_are_refused(value: object):
    with pytest.raises(ValueError, match=r"34 digits|±30"):
        to_number(value)


def outcome(read: Callable[[], object]) -> object:
    try:
        return read()
    except ValueError as error:
        return str(error)


parts = st.tuples(
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=36).map(tuple),
    st.integers(-70, 70),
)


@given(parts.map(Decimal) | st.decimals() | st.integers(-(10**36), 10**36))
def test_numbers_in_bodies_are_accepted_and_refused_as_everywhere(value: object):
    in_body = outcome(lambda: decode_hook(Number, value))
    assert repr(in_body) == repr(outcome(lambda: to_number(value)))


@pytest.mark.parametrize("value", [1, 1.5, "1", None])
def test_only_a_decimal_is_a_number(value: object):
    assert isinstance(Decimal(1), Number)
    assert not isinstance(value, Number)


long_amounts = st.integers(0, 10**34 - 1).map(lambda units: Decimal(f"{units}E-4"))


@given(long_amounts, long_amounts)
def test_what_is_added_exactly_can_be_taken_away_again(first: Decimal, second: Decimal):
    assert add_exactly(add_exactly(first, second), second.copy_negate()) == first


@pytest.mark.parametrize("value", [True, "1", None, [1], {}])
def test_only_numbers_of_json_are_numbers(value: object):
    assert number_of(value) is None
    assert number_of(3) == 3
    assert number_of(Decimal("0.10")) == Decimal("0.10")


@pytest.mark.parametrize("text", ["", "x", "=1", "nan", "-inf"])
def test_a_text_that_is_no_finite_number_is_none(text: str):
    assert number_in(text) is None
    assert number_in(" -0.10 ") == Decimal("-0.10")
