"""Durations as the vendor writes them: ``12h``, ``5D``, ``1M``.

Source: reference/engine/08, Durations. A month that is too short gives its last day (decision F26).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

_DURATION = re.compile(r"(?P<count>-?\d{1,6})(?P<unit>[smhDWMY])")
_SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "D": "days", "W": "weeks"}


def is_whole_days(duration: str) -> bool:
    return duration[-1:] in ("D", "W", "M", "Y")


def add_duration(time: datetime, duration: str) -> datetime:
    """Return `time` moved by a duration; raises ValueError for what is no duration."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"“{duration}” is no duration such as 12h, 5D or 1M")
    count, unit = int(match["count"]), match["unit"]
    try:
        if unit in _SPANS:
            return time + timedelta(**{_SPANS[unit]: count})
        return _add_months(time, count * (12 if unit == "Y" else 1))
    except (OverflowError, ValueError):
        raise ValueError(f"{duration} from {time:%Y-%m-%d} is beyond the calendar") from None


def _add_months(time: datetime, months: int) -> datetime:
    year, month = divmod(time.year * 12 + time.month - 1 + months, 12)
    last_day = monthrange(year, month + 1)[1]
    return time.replace(year=year, month=month + 1, day=min(time.day, last_day))
