from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.achievements.definitions import TimePoint
from sandbox.engine.achievements.periods import end_of_progress
from sandbox.engine.achievements.progress import (
    MAX_ITERATIONS,
    advance,
    current_tracker,
    with_progress,
)
from tests.engine.achievements.builders import achievement, tracker
from tests.engine.builders import NOW

DAY = timedelta(days=1)
OCTOBER = datetime(2023, 10, 10, 9, 30, 45, tzinfo=UTC)
LAST_SECOND = {"hour": 23, "minute": 59, "second": 59}


def time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("1D", "2023-10-11T09:30:45"),
        ("1W", "2023-10-17T09:30:45"),
        ("1M", "2023-11-10T09:30:45"),
        ("3M_U", "2024-01-31T23:59:59"),
        ("1Y", "2024-10-10T09:30:45"),
    ],
)
def test_a_period_counts_from_the_customers_start(period, end):
    """The documented examples."""
    assert end_of_progress(achievement(period=period), OCTOBER) == time(end)


@pytest.mark.parametrize(
    ("period", "point", "end"),
    [
        ("3M", {"day_of_month": 31}, "2024-01-31T23:59:59"),
        ("1M", {"day_of_month": 31}, "2023-11-30T23:59:59"),
        ("1W", {"day_of_week": 7}, "2023-10-22T23:59:59"),
        ("1Y", {"month": 11, "day_of_month": 23}, "2024-11-23T23:59:59"),
        ("1Y", {"month": 2}, "2024-02-10T23:59:59"),
        ("2D", {}, "2023-10-12T23:59:59"),
        ("5h", {}, "2023-10-10T14:30:45"),
    ],
)
def test_the_end_of_a_period_can_be_a_point_in_its_last_unit(period, point, end):
    given_ = achievement(period=period, period_end_override=TimePoint(**LAST_SECOND, **point))
    assert end_of_progress(given_, OCTOBER) == time(end)


@pytest.mark.parametrize(
    ("start", "period", "now", "end"),
    [
        ("2023-01-01T00:00:00", "2Y", "2023-08-12T14:15:02", "2025-01-01T00:00:00"),
        ("2023-10-10T00:00:00", "1M", "2023-10-18T10:20:00", "2023-11-10T00:00:00"),
    ],
)
def test_a_fixed_schedule_ends_whatever_the_first_action(start, period, now, end):
    """The documented examples."""
    fixed = achievement(
        period=period, activation_policy="fixed_schedule", fixed_start_date=time(start)
    )
    assert end_of_progress(fixed, time(now)) == time(end)


def test_a_fixed_schedule_that_recurs_goes_on_period_by_period():
    fixed = achievement(
        period="1M",
        recurrence_policy="on_expiration",
        activation_policy="fixed_schedule",
        fixed_start_date=time("2023-10-10T00:00:00"),
    )
    assert end_of_progress(fixed, time("2026-02-10T00:00:00")) == time("2026-03-10T00:00:00")


def test_a_point_in_time_moves_the_ends_of_a_fixed_schedule():
    fixed = achievement(
        period="1M",
        period_end_override=TimePoint(**LAST_SECOND, day_of_month=31),
        recurrence_policy="on_expiration",
        activation_policy="fixed_schedule",
        fixed_start_date=time("2023-10-10T00:00:00"),
    )
    ends = [end_of_progress(fixed, time(f"2024-01-{day}T00:00:00")) for day in ("09", "15")]
    assert ends == [time("2024-01-31T23:59:59")] * 2


def test_nobody_takes_part_after_the_achievements_end():
    limited = achievement(period="1Y", end_date=NOW + 5 * DAY)
    assert end_of_progress(limited, NOW) == NOW + 5 * DAY


def test_periods_follow_the_calendar_of_their_zone():
    late = time("2026-06-15T22:30:00")  # the 16th in Berlin
    berlin = achievement(period="1D_U", timezone="Europe/Berlin")
    assert end_of_progress(berlin, late) == time("2026-06-17T21:59:59")


def test_a_period_beyond_the_calendar_has_no_end():
    assert end_of_progress(achievement(period="999999Y"), NOW) is None


def steps(given_, before, delta, now=NOW):
    return advance(given_, before, "cust-1", Decimal(delta), now, count(7))


def test_the_first_step_starts_a_tracker():
    (step,) = steps(achievement(period="1M"), None, 1)
    assert (step.tracker.tracker_id, step.tracker.progress) == (7, 1)
    assert (step.tracker.start_date, step.tracker.end_date) == (NOW, NOW + 30 * DAY)


@pytest.mark.parametrize(("before", "just"), [(1, False), (2, True), (3, False)])
def test_only_the_step_that_reaches_the_target_completes(before, just):
    given_ = achievement()
    stored = with_progress(tracker(0), Decimal(before), Decimal(3), NOW - DAY)
    (step,) = steps(given_, stored, 1)
    assert step.just_completed is just


def test_progress_may_exceed_the_target():
    (step,) = steps(achievement(), tracker(2), 2)
    assert (step.tracker.progress, step.just_completed) == (4, True)


def test_progress_can_end_at_the_target():
    capped = achievement(is_capped_by_target=True)
    (step,) = steps(capped, tracker(2), 2)
    assert (step.tracker.progress, step.delta) == (3, 1)
    with pytest.raises(ValueError, match="is reached"):
        steps(capped, step.tracker, 1)


def test_what_exceeds_the_target_starts_the_next_iteration():
    again = achievement(recurrence_policy="on_completion", period=None)
    found = steps(again, tracker(2), 6)
    assert [(s.tracker.tracker_id, s.delta, s.tracker.progress) for s in found] == [
        (1, 1, 3),
        (7, 3, 3),
        (8, 2, 2),
    ]
    assert [s.just_completed for s in found] == [True, True, False]


def test_iterations_in_one_step_are_bounded():
    again = achievement(recurrence_policy="on_completion", target=1, period=None)
    assert len(steps(again, None, MAX_ITERATIONS)) == MAX_ITERATIONS
    with pytest.raises(ValueError, match="more than 1000 times"):
        steps(again, None, MAX_ITERATIONS + 1)


@pytest.mark.parametrize(
    ("fields", "before", "delta", "reason"),
    [
        ({}, None, 0, "does not fire"),
        ({}, None, -1, "does not fire"),
        ({"end_date": NOW}, None, 1, "has ended"),
        ({}, tracker(1, NOW - 2 * DAY, end_date=NOW), 1, "time for TenCoffees is up"),
        (
            {"activation_policy": "fixed_schedule", "fixed_start_date": NOW + DAY},
            None,
            1,
            "has not begun yet",
        ),
        (
            {
                "activation_policy": "fixed_schedule",
                "fixed_start_date": NOW - 3 * DAY,
                "period": "2D",
            },
            None,
            1,
            "period of TenCoffees is over",
        ),
    ],
)
def test_who_cannot_take_part_is_told_why(fields, before, delta, reason):
    with pytest.raises(ValueError, match=reason):
        steps(achievement(**fields), before, delta)


@pytest.mark.parametrize(
    ("policy", "stored", "is_current"),
    [
        ("no_recurrence", tracker(1), True),
        ("no_recurrence", tracker(1, end_date=NOW), True),
        ("on_expiration", tracker(1, end_date=NOW + DAY), True),
        ("on_expiration", tracker(3, completion_date=NOW, end_date=NOW + DAY), True),
        ("on_expiration", tracker(1, end_date=NOW), False),
        ("on_completion", tracker(1), True),
        ("on_completion", tracker(3, completion_date=NOW), False),
    ],
)
def test_a_recurring_achievement_starts_again(policy, stored, is_current):
    found = current_tracker(achievement(recurrence_policy=policy), [stored], NOW)
    assert (found is stored) is is_current


def test_the_latest_iteration_counts():
    old = tracker(1, NOW - 9 * DAY, tracker_id=1)
    new = tracker(2, NOW - DAY, tracker_id=2)
    other = tracker(9, NOW, tracker_id=3, achievement_id=6)
    assert current_tracker(achievement(), [old, new, other], NOW) is new


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        (tracker(1), "inprogress"),
        (tracker(1, end_date=NOW), "expired"),
        (tracker(3, completion_date=NOW - DAY, end_date=NOW), "completed"),
    ],
)
def test_a_tracker_has_a_status(stored, status):
    assert stored.status(NOW) == status


def test_falling_below_the_target_is_no_longer_complete():
    completed = with_progress(tracker(2), Decimal(1), Decimal(3), NOW)
    fallen = with_progress(completed, Decimal(-2), Decimal(3), NOW)
    assert (fallen.progress, fallen.completion_date) == (1, None)


amounts = st.integers(1, 50)


@given(st.integers(1, 7), st.lists(amounts, max_size=8))
def test_no_progress_is_lost_over_iterations(target, deltas):
    again = achievement(recurrence_policy="on_completion", target=target, period=None)
    ids, stored = count(1), {}
    for delta in deltas:
        before = current_tracker(again, stored.values(), NOW)
        for step in advance(again, before, "cust-1", Decimal(delta), NOW, ids):
            stored[step.tracker.tracker_id] = step.tracker
    assert sum(t.progress for t in stored.values()) == sum(deltas)
    assert all(0 < t.progress <= target for t in stored.values())
    unfinished = [t for t in stored.values() if t.completion_date is None]
    assert len(unfinished) <= 1
