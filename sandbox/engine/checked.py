"""Texts of settings that mean something: time zones and durations, with their faults."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.engine.durations import Duration, parse_duration
from sandbox.errors import Fault


def checked_zone(name: str, pointer: str, faults: list[Fault]) -> ZoneInfo:
    """Return a time zone; one that does not exist becomes a fault and reads as UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        details = f"“{name}” is not the name of a time zone, such as Europe/Berlin"
        faults.append(Fault("Unknown", details, pointer))
        return ZoneInfo("UTC")


def checked_duration(text: str, pointer: str, faults: list[Fault]) -> Duration | None:
    """Return a duration that leads forwards; anything else becomes a fault."""
    try:
        duration = parse_duration(text)
        if duration.length <= 0:
            raise ValueError(f"“{text}” does not lead forwards")
    except ValueError as error:
        faults.append(Fault("Invalid value", str(error), pointer))
        return None
    return duration
