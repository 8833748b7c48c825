"""Durations as the vendor writes them: ``12h``, ``5D``, ``1M``, ``1M_U``.

Source: reference/engine/08, Durations. A month that is too short gives its last day (decision F26),
weeks end on Sunday (E51). Days and longer units follow the calendar of a zone, shorter ones the
time that passes.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DURATION = re.compile(r"(?P<count>-?\d{1,6})(?P<unit>[smhDWMY])(_(?P<rounding>[DU]))?")
_SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "D": "days", "W": "weeks"}
_CALENDAR_UNITS = ("D", "W", "M", "Y")
# Seconds that a unit lasts at least: the clock may go forward by an hour in it.
_HOUR = 3600
_AT_LEAST = {
    "s": 1,
    "m": 60,
    "h": _HOUR,
    "D": 23 * _HOUR,
    "W": (7 * 24 - 1) * _HOUR,
    "M": (28 * 24 - 1) * _HOUR,
    "Y": (365 * 24 - 1) * _HOUR,
}
_INSTANT = timedelta(microseconds=1)


class Duration(NamedTuple):
    """A span of time. `rounding` is "", "D" (start of the day), or "U" (end of the unit)."""

    length: int
    unit: str
    rounding: str = ""

    def __str__(self) -> str:
        return f"{self.length}{self.unit}" + (f"_{self.rounding}" if self.rounding else "")


def is_whole_days(duration: str) -> bool:
    return duration[-1:] in _CALENDAR_UNITS


def parse_duration(text: str) -> Duration:
    """Read a duration; raises ValueError. ``_D`` stands only after D, ``_U`` after D, W, M, Y."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is no duration such as 12h, 5D or 1M")
    unit, rounding = match["unit"], match["rounding"] or ""
    if rounding and unit not in ("D" if rounding == "D" else _CALENDAR_UNITS):
        raise ValueError(f"“{text}” cannot be rounded: _D stands after D, _U after D, W, M and Y")
    return Duration(int(match["count"]), unit, rounding)


def add_duration(time: datetime, duration: str) -> datetime:
    """Return `time` moved by a duration; raises ValueError for what is none, or is rounded."""
    parsed = parse_duration(duration)
    if parsed.rounding:
        raise ValueError(f"“{duration}” is no duration such as 12h, 5D or 1M")
    return _plus(time, parsed)


def move(time: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """Return `time` moved and rounded by the calendar of `zone`; raises ValueError beyond it.

    The result is in UTC: Python compares two times of the same zone by their clocks, which go back
    once a year.
    """
    try:
        if duration.unit not in _CALENDAR_UNITS:
            return _plus(time.astimezone(UTC), duration)
        moved = _plus(time.astimezone(zone), duration)
        if duration.rounding == "D":
            moved = moved.replace(hour=0, minute=0, second=0, microsecond=0)
        elif duration.rounding == "U":
            moved = _end(moved, duration.unit)
        return moved.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{duration} from {time:%Y-%m-%d} is beyond the calendar") from None


def nth_move(time: datetime, duration: Duration, times: int, zone: ZoneInfo) -> datetime:
    """Return `time` moved by `times` as much, counted from `time`, so that months do not drift."""
    return move(time, duration._replace(length=duration.length * times), zone)


def first_move_after(
    anchor: datetime, duration: Duration, after: datetime, zone: ZoneInfo
) -> datetime:
    """Return the first of ``anchor + 1, 2, 3 … times the duration`` that lies after `after`.

    Raises ValueError for durations of no or negative length, and beyond the calendar.
    """
    return nth_move(anchor, duration, moves_until(anchor, duration, after, zone), zone)


def moves_until(anchor: datetime, duration: Duration, after: datetime, zone: ZoneInfo) -> int:
    """Return how many moves from `anchor` it takes to get past `after`: at least one."""
    if duration.length <= 0:
        raise ValueError(f"{duration} does not lead forwards")
    shortest = timedelta(seconds=duration.length * _AT_LEAST[duration.unit])
    # The answer lies in (low, high]; rounding down costs up to a day, so one move more.
    low, high = 0, max(0, (after - anchor) // shortest) + 2
    while high - low > 1:
        middle = (low + high) // 2
        if nth_move(anchor, duration, middle, zone) > after:
            high = middle
        else:
            low = middle
    return high


def first_move_from(
    anchor: datetime, duration: Duration, time: datetime, zone: ZoneInfo
) -> datetime:
    """Like `first_move_after`, but `time` itself counts."""
    return first_move_after(anchor, duration, time - _INSTANT, zone)


def _plus(time: datetime, duration: Duration) -> datetime:
    length, unit = duration.length, duration.unit
    try:
        if unit in _SPANS:
            return time + timedelta(**{_SPANS[unit]: length})
        return _add_months(time, length * (12 if unit == "Y" else 1))
    except (OverflowError, ValueError):
        raise ValueError(f"{duration} from {time:%Y-%m-%d} is beyond the calendar") from None


def _add_months(time: datetime, months: int) -> datetime:
    year, month = divmod(time.year * 12 + time.month - 1 + months, 12)
    last_day = monthrange(year, month + 1)[1]
    return time.replace(year=year, month=month + 1, day=min(time.day, last_day))


def _end(time: datetime, unit: str) -> datetime:
    """Return the last second of the day, week, month or year."""
    end = time.replace(hour=23, minute=59, second=59, microsecond=0)
    match unit:
        case "W":
            return end + timedelta(days=6 - time.weekday())
        case "M":
            return end.replace(day=monthrange(time.year, time.month)[1])
        case "Y":
            return end.replace(month=12, day=31)
    return end
