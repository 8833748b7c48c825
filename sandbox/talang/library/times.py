"""Times. Source: talang.md, section 5.8. All parts are those of the value's own offset."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError
from sandbox.talang.kinds import TIME, kind_of, shown, time_text
from sandbox.talang.library.layouts import format_time, guess_time, parse_time
from sandbox.talang.scope import ENVIRONMENT, Closure
from sandbox.talang.site import Site
from sandbox.talang.table import Library

library = Library()

_UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
_HOUR = timedelta(hours=1)


@library.function("after(Time, Time)Boolean")
def _after(time: datetime, other: datetime) -> Value:
    return time > other


@library.function("before(Time, Time)Boolean")
def _before(time: datetime, other: datetime) -> Value:
    return time < other


@library.function("betweenTimes(Time, Time, Time)Boolean")
def _between_times(time: datetime, least: datetime, most: datetime) -> Value:
    return least < time < most


@library.function("parseTime(String, String...)Time", sized=True)
def _parse_time(text: str, *layouts: str) -> Value:
    return parse_time(text, layouts[0]) if layouts else guess_time(text)


@library.function("formatTime(Time)String")
def _format_time(time: datetime) -> Value:
    return time_text(time)


@library.function("date(Time)String")
def _date(time: datetime) -> Value:
    return format_time(time, "yyyy-MM-dd")


@library.function("year(Time)String")
def _year(time: datetime) -> Value:
    return str(time.year)


@library.function("month(Time)String")
def _month(time: datetime) -> Value:
    return str(time.month)


@library.function("monthDay(Time)String")
def _month_day(time: datetime) -> Value:
    return str(time.day)


@library.function("hour(Time)String")
def _hour(time: datetime) -> Value:
    return str(time.hour)


@library.function("minute(Time)String")
def _minute(time: datetime) -> Value:
    return str(time.minute)


@library.function("weekday(Time)String")
def _weekday(time: datetime) -> Value:
    """Count from 0, a Sunday."""
    return str(time.isoweekday() % 7)


@library.function("matchTime(Time, Time, String)Boolean", sized=True)
def _match_time(time: datetime, other: datetime, layout: str) -> Value:
    return format_time(time, layout) == format_time(other, layout)


@library.function("addDuration(Time, Decimal, String)Time")
def _add_duration(time: datetime, amount: Decimal, unit: str) -> Value:
    return _moved(time, int(amount), unit)


@library.function("subDuration(Time, Decimal, String)Time")
def _sub_duration(time: datetime, amount: Decimal, unit: str) -> Value:
    return _moved(time, -int(amount), unit)


def _moved(time: datetime, amount: int, unit: str) -> datetime:
    """Move a time by whole units; a day is 24 hours."""
    if unit not in _UNITS:
        raise EvaluationError(f"{shown(unit)} is no unit: minutes, hours or days")
    try:
        return time + amount * _UNITS[unit]
    except OverflowError:
        raise EvaluationError("A time lies in the years 1 to 9999") from None


@library.form("days(Time)Decimal")
def _days(site: Site) -> Closure:
    """Count the days from now."""
    run, framed, clock = site.run(0), site.compiler.framed, site.compiler.options.clock

    def days(frame: Any) -> Value:
        time: Any = run(frame)
        if not kind_of(time) & TIME:
            raise site.mismatch(time)
        if clock is None:
            raise EvaluationError("There is no current time here")
        return _days_of(time - clock(frame[ENVIRONMENT] if framed else frame))

    return days


@library.function("daysBetween(Time, Time)Decimal")
def _days_between(start: datetime, end: datetime) -> Value:
    return _days_of(end - start)


def _days_of(span: timedelta) -> Decimal:
    """Return a span in days as the reference does: a binary float's exact expansion."""
    hours, rest = divmod(abs(span), _HOUR)
    days = (hours + rest / _HOUR) / 24
    return Decimal(days if span >= timedelta() else -days)
