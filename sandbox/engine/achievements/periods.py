"""When a customer's time for an achievement is up.

Source: reference/engine/08, section 8.8 (period examples). Where the end of a period falls in its
last day, week, month or year can be overridden by a time point (decision S65).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta

from sandbox.engine.achievements.definitions import CompiledAchievement, TimePoint
from sandbox.engine.durations import moves_until, nth_move


def has_begun(achievement: CompiledAchievement, now: datetime) -> bool:
    return achievement.schedule is None or achievement.schedule <= now


def end_of_progress(achievement: CompiledAchievement, now: datetime) -> datetime | None:
    """Return when progress that starts `now` ends; None is never.

    A period counts from the customer's start, or, on a fixed schedule, from the schedule's. Nobody
    takes part after the achievement's own end.
    """
    own_end = achievement.settings.end_date
    try:
        end = _end_of_period(achievement, now)
    except (ValueError, OverflowError):  # beyond the calendar
        end = None
    if end is None or own_end is None:
        return end or own_end
    return min(end, own_end)


def _end_of_period(achievement: CompiledAchievement, now: datetime) -> datetime | None:
    if achievement.period is None:
        return None
    schedule = achievement.schedule
    if schedule is None:
        return _nth_end(achievement, now, 1)
    if not achievement.recurs:
        return _nth_end(achievement, schedule, 1)
    # A time point lies in the unit in which the plain period ends: at most one period off.
    times = max(1, moves_until(schedule, achievement.period, now, achievement.zone) - 1)
    while (end := _nth_end(achievement, schedule, times)) <= now:
        times += 1
    return end


def _nth_end(achievement: CompiledAchievement, start: datetime, times: int) -> datetime:
    period, point = achievement.period, achievement.settings.period_end_override
    assert period is not None, "asked for achievements with a period only"
    end = nth_move(start, period, times, achievement.zone)
    if point is None:
        return end
    return _placed(end.astimezone(achievement.zone), period.unit, point).astimezone(UTC)


def _placed(time: datetime, unit: str, point: TimePoint) -> datetime:
    """Return the time point in the day, week, month or year of `time`; shorter units have none."""
    if unit not in ("D", "W", "M", "Y"):
        return time
    if unit in ("M", "Y"):
        month = point.month if unit == "Y" and point.month is not None else time.month
        last_day = monthrange(time.year, month)[1]
        time = time.replace(month=month, day=min(point.day_of_month or time.day, last_day))
    if unit == "W" and point.day_of_week is not None:
        time += timedelta(days=point.day_of_week - time.isoweekday())
    return time.replace(hour=point.hour, minute=point.minute, second=point.second, microsecond=0)
