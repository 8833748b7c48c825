from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from sandbox.talang.errors import EvaluationError, FunctionNotFoundError
from tests.talang.library.call import call, value_of
from tests.talang.strategies import atoms

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOON_ELSEWHERE = NOON.astimezone(timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Decimal("1"), Decimal("1.00")),
        (Decimal("1"), "1"),
        (True, "true"),
        (NOON, NOON_ELSEWHERE),
        (NOON, "2026-06-15T12:00:00Z"),
        (None, ""),
    ],
)
def test_values_that_say_the_same_are_equal(left: Any, right: Any):
    assert call("=", left, right) is True
    assert call("=", right, left) is True
    assert call("!=", left, right) is False


@pytest.mark.parametrize(
    ("left", "right"), [(Decimal("1.0"), "1"), (True, Decimal(1)), ("a", "A"), (NOON, "noon")]
)
def test_values_that_say_something_else_are_not(left: Any, right: Any):
    assert call("=", left, right) is False


@given(atoms, atoms)
def test_equality_is_the_same_from_both_sides_and_the_opposite_of_inequality(left: Any, right: Any):
    assert call("=", left, right) is call("=", right, left)
    assert call("=", left, right) is not call("!=", left, right)
    assert call("=", left, left, left) is True


def test_unequal_asks_for_a_difference_from_every_other():
    assert call("!=", "a", "b", "c") is True
    assert call("!=", "a", "b", "a") is False


def test_lists_have_no_equality():
    with pytest.raises(FunctionNotFoundError, match="a list of 1"):
        call("=", [Decimal(1)], [Decimal(1)])


def test_computed_values_are_compared_like_constants():
    json = ["=", [".", "a"], [".", "b"]]
    assert value_of(json, a="x", b="x") is True
    assert value_of(json, a=Decimal(1), b="1") is True
    with pytest.raises(FunctionNotFoundError, match="a list of 0"):
        value_of(json, a="x", b=[])
    with pytest.raises(FunctionNotFoundError, match="a list of 0"):
        value_of(["=", 1, 1, [".", "b"]], b=[])


def test_times_are_ordered_by_instant():
    assert call("<=", NOON, NOON_ELSEWHERE) is True
    assert call("<", NOON, NOON_ELSEWHERE) is False


@pytest.mark.parametrize("function", ["and", "or"])
def test_what_is_neither_true_nor_false_is_an_error(function: str):
    with pytest.raises(EvaluationError, match="not “true”"):
        call(function, "true")


def test_collections_count_as_true():
    assert call("and", [], {}) is True
    assert call("or", False, []) is True
