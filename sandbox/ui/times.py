"""Moments of the API in widgets, which show minutes of the Application's zone and no zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def shown_time(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return what a widget shows of an RFC 3339 text."""
    return None if text is None else _to_minute(datetime.fromisoformat(text).astimezone(zone))


def entered_time(entered: datetime | None, before: str | None, zone: ZoneInfo) -> str | None:
    """Return what was entered as an RFC 3339 text; as it was before when nobody edited it.

    The widget has no seconds: a campaign that ends at 23:59:59 would end a minute early.
    """
    if entered is None:
        return None
    minute = _to_minute(entered)
    return before if minute == shown_time(before, zone) else minute.replace(tzinfo=zone).isoformat()


def _to_minute(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0, tzinfo=None)
