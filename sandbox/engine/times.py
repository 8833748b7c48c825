"""Times in rules: RFC 3339, in the Application's zone where none is written (decision E48)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import show


def to_time(value: Value, zone: ZoneInfo) -> datetime:
    """Return a time as it is, or read from text; raises EvaluationError."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            raise EvaluationError(f"“{value}” is not a time") from None
        return time if time.tzinfo is not None else time.replace(tzinfo=zone)
    raise EvaluationError(f"{show(value)} is not a time")


def in_utc(time: datetime | None) -> datetime | None:
    """Return the same instant in UTC; those beyond UTC's calendar stay in their zone."""
    try:
        return None if time is None else time.astimezone(UTC)
    except OverflowError:
        return time
