from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.durations import (
    Duration,
    add_duration,
    first_move_after,
    first_move_from,
    move,
    nth_move,
    parse_duration,
)

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-01-10T09:30:00", "1D_U", "2026-01-11T23:59:59"),
        ("2026-01-10T09:30:00", "1D_D", "2026-01-11T00:00:00"),
        ("2026-01-20T09:30:00", "1M_U", "2026-02-28T23:59:59"),
        ("2023-10-10T09:30:45", "1D", "2023-10-11T09:30:45"),
        ("2023-10-10T09:30:45", "1W", "2023-10-17T09:30:45"),
        ("2023-10-10T09:30:45", "1M", "2023-11-10T09:30:45"),
        ("2023-10-10T09:30:45", "3M_U", "2024-01-31T23:59:59"),
        ("2023-10-10T09:30:45", "1Y", "2024-10-10T09:30:45"),
        ("2023-10-10T09:30:45", "1Y_U", "2024-12-31T23:59:59"),
        ("2026-01-31T00:00:00", "1M", "2026-02-28T00:00:00"),
    ],
)
def test_a_duration_moves_and_rounds_by_the_calendar(start, duration, end):
    moved = move(datetime.fromisoformat(start).replace(tzinfo=UTC), parse(duration), UTC_ZONE)
    assert moved == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_a_week_ends_on_sunday():
    thursday = datetime(2026, 6, 18, 10, tzinfo=UTC)
    assert move(thursday, parse("1W_U"), UTC_ZONE) == datetime(2026, 6, 28, 23, 59, 59, tzinfo=UTC)


def test_days_end_where_the_zone_says():
    late = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)  # the 16th in Berlin
    assert move(late, parse("1D_U"), BERLIN) == datetime(2026, 6, 17, 23, 59, 59, tzinfo=BERLIN)


def test_days_keep_the_wall_clock_and_hours_do_not_when_the_clocks_change():
    before = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert move(before, parse("1D"), BERLIN) == datetime(2026, 3, 29, 12, tzinfo=BERLIN)
    assert move(before, parse("24h"), BERLIN) == datetime(2026, 3, 29, 13, tzinfo=BERLIN)


@pytest.mark.parametrize("text", ["", "5", "D5", "1h_U", "1W_D", "1.5D", "5 D", "1234567D"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="“"):
        parse_duration(text)


@pytest.mark.parametrize("duration", ["999999Y", "-999999M", "999999W"])
def test_a_duration_beyond_the_calendar_is_refused(duration):
    with pytest.raises(ValueError, match="beyond the calendar"):
        move(datetime(2026, 1, 1, tzinfo=UTC), parse(duration), UTC_ZONE)


def test_times_at_the_end_of_the_calendar_are_refused():
    last_day = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="beyond the calendar"):
        move(last_day, parse("1D_U"), BERLIN)


@pytest.mark.parametrize("duration", ["0D", "-1D"])
def test_what_does_not_lead_forwards_never_gets_past_a_time(duration):
    with pytest.raises(ValueError, match="does not lead forwards"):
        first_move_after(NOON, parse(duration), NOON, UTC_ZONE)


def test_rounded_durations_do_not_move_a_clock():
    with pytest.raises(ValueError, match="1D_U"):
        add_duration(datetime(2026, 1, 1, tzinfo=UTC), "1D_U")


def parse(text: str) -> Duration:
    return parse_duration(text)


times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda time: time.replace(tzinfo=UTC)
)
durations = st.one_of(
    st.builds(Duration, st.integers(1, 40), st.sampled_from("smhDWMY")),
    st.builds(Duration, st.integers(1, 40), st.sampled_from("DWMY"), st.just("U")),
    st.builds(Duration, st.integers(1, 40), st.just("D"), st.just("D")),
)


@given(
    times, durations, st.integers(0, 60), st.integers(-1, 1), st.sampled_from([UTC_ZONE, BERLIN])
)
def test_the_first_move_after_a_time_is_found_without_walking(anchor, duration, far, off, zone):
    after = nth_move(anchor, duration, far, zone) + timedelta(seconds=off)
    walked = next(time for n in count(1) if (time := nth_move(anchor, duration, n, zone)) > after)
    assert first_move_after(anchor, duration, after, zone) == walked
    assert first_move_from(anchor, duration, walked, zone) == walked


def test_a_second_is_found_over_a_century_at_once():
    anchor, after = datetime(1950, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    found = first_move_after(anchor, parse("1s"), after, UTC_ZONE)
    assert found == after + timedelta(seconds=1)
