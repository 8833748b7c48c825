from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.talang.errors import EvaluationError
from tests.talang.library.call import call
from tests.talang.strategies import times

SUNDAY = datetime(2018, 3, 4, 17, 6, tzinfo=timezone(timedelta(hours=5)))


@pytest.mark.parametrize(
    ("function", "text"),
    [
        ("date", "2018-03-04"),
        ("year", "2018"),
        ("month", "3"),
        ("monthDay", "4"),
        ("hour", "17"),
        ("minute", "6"),
        ("weekDay", "0"),
        ("formatTime", "2018-03-04T17:06:00+05:00"),
    ],
)
def test_parts_are_texts_in_the_times_own_offset(function: str, text: str):
    assert call(function, SUNDAY) == text


def test_a_layout_tells_which_parts_must_match():
    later = SUNDAY.replace(year=2020)
    assert call("matchTime", SUNDAY, later, "MM-dd") is True
    assert call("matchTime", SUNDAY, later, "yyyy") is False


def test_times_have_ends():
    with pytest.raises(EvaluationError, match="years 1 to 9999"):
        call("addDuration", SUNDAY, Decimal("1E+30"), "days")


def test_a_layout_may_be_given_or_guessed():
    assert call("parseTime", "4.3.2018", "d.M.yyyy") == datetime(2018, 3, 4, tzinfo=UTC)
    assert call("parseTime", "2018-03-04") == datetime(2018, 3, 4, tzinfo=UTC)


@given(times, st.integers(-1000, 1000), st.sampled_from(["minutes", "hours", "days"]))
def test_what_is_added_can_be_taken_away(time: datetime, amount: int, unit: str):
    try:
        moved = call("addDuration", time, amount, unit)
    except EvaluationError:
        return
    assert call("subDuration", moved, amount, unit) == time
    assert (call("daysBetween", time, moved) > 0) is (amount > 0)
