"""What operations read from paths and queries; everything else in there is refused.

Lists may repeat a parameter, separate values by commas, or both. Times without a zone are in UTC,
dates begin at midnight (as the vendor says where it takes such times).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sandbox.emulator.http import Incoming
from sandbox.errors import Fault, Refused

T = TypeVar("T")

MAX_PAGE = 1000
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Page(NamedTuple):
    """Which part of a list is asked for."""

    size: int
    skip: int

    def of(self, entries: Iterable[T]) -> tuple[list[T], bool]:
        """Return the entries of this page, and whether there are more after it."""
        rest = list(islice(entries, self.skip, self.skip + self.size + 1))
        return rest[: self.size], len(rest) > self.size


class Period(NamedTuple):
    """From when until when, both times included; None is without bound."""

    start: datetime | None
    end: datetime | None

    def __contains__(self, time: object) -> bool:
        return (
            isinstance(time, datetime)
            and (self.start is None or self.start <= time)
            and (self.end is None or time <= self.end)
        )


def page(incoming: Incoming, default: int, most: int = MAX_PAGE) -> Page:
    """Read ``pageSize`` (1 to `most`) and ``skip``."""
    size = _bounded(incoming, "pageSize", default, least=1, most=most)
    return Page(size, _bounded(incoming, "skip", 0, least=0))


def sorted_by(
    incoming: Incoming, entries: Iterable[T], sortable: Mapping[str, Callable[[T], Any]]
) -> list[T]:
    """Sort entries as ``sort`` says: names of fields, ``-`` before one that descends.

    Entries that lack a field come first. Without ``sort`` they stay in their order.
    """
    listed = list(entries)
    for field, descending in reversed(sort_order(incoming, sortable)):
        listed.sort(key=partial(_place, sortable[field]), reverse=descending)
    return listed


def sort_order(incoming: Incoming, sortable: Iterable[str]) -> list[tuple[str, bool]]:
    """Read ``sort``: names of fields, each with whether it descends."""
    allowed = tuple(sortable)
    return [
        (_allowed(name.removeprefix("-"), "sort", allowed), name.startswith("-"))
        for name in separated(incoming, "sort")
    ]


def _place(value: Callable[[T], Any], entry: T) -> tuple[bool, Any]:
    found = value(entry)
    return found is not None, found


def path_number(incoming: Incoming, name: str) -> int:
    """Read an id that the path has to be a number."""
    return _integer(incoming.ids[name], name)


def number(incoming: Incoming, name: str, *, least: int | None = None) -> int | None:
    value = incoming.query.get(name)
    if value is None:
        return None
    given = _integer(value, name)
    if least is not None and given < least:
        details = f"“{name}” is at least {least}, not {given}"
        raise Refused([Fault("Invalid value", details, parameter=name)])
    return given


def part(incoming: Incoming, name: str, least: int) -> str | None:
    """Read a text of at least so many characters."""
    value = incoming.query.get(name)
    if value is not None and len(value) < least:
        details = f"“{name}” has at least {least} characters"
        raise Refused([Fault("Too short", details, parameter=name)])
    return value


def numbers(incoming: Incoming, name: str) -> frozenset[int] | None:
    """Read a list of ids; None when the parameter is not there or empty."""
    return frozenset(_integer(text, name) for text in separated(incoming, name)) or None


def texts(incoming: Incoming, name: str) -> frozenset[str] | None:
    """Read a parameter that may be repeated, commas included; None when it is not there."""
    return frozenset(incoming.values(name)) or None


def word(incoming: Incoming, name: str, allowed: Sequence[str]) -> str | None:
    value = incoming.query.get(name)
    return None if value is None else _allowed(value, name, allowed)


def separated(incoming: Incoming, name: str) -> list[str]:
    """Read a list of texts, those between commas too."""
    parts = (part for value in incoming.values(name) for part in value.split(","))
    return [part.strip() for part in parts if part.strip()]


def words(incoming: Incoming, name: str, allowed: Sequence[str]) -> frozenset[str] | None:
    """Read a list of words, of which none is empty; None when the parameter is not there."""
    given = (part.strip() for value in incoming.values(name) for part in value.split(","))
    return frozenset(_allowed(text, name, allowed) for text in given) or None


def moment(incoming: Incoming, name: str) -> datetime | None:
    """Read a time or a date."""
    value = incoming.query.get(name)
    if value is None:
        return None
    try:
        # A plus sign that the client did not encode arrives as a space.
        time = datetime.fromisoformat(value.strip().replace(" ", "+"))
    except ValueError:
        details = f"“{value}” is no RFC 3339 time such as 2026-12-24T18:00:00Z"
        raise Refused([Fault("Invalid value", details, parameter=name)]) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def created(incoming: Incoming) -> Period:
    """Read ``createdAfter`` and ``createdBefore``."""
    return Period(moment(incoming, "createdAfter"), moment(incoming, "createdBefore"))


def time_range(incoming: Incoming) -> Period:
    """Read ``rangeStart`` and ``rangeEnd``, which have to be there."""
    required = ("rangeStart", "rangeEnd")
    missing = [name for name in required if name not in incoming.query]
    if missing:
        raise Refused(
            [Fault("Missing", f"“{name}” is required", parameter=name) for name in missing]
        )
    return Period(moment(incoming, "rangeStart"), moment(incoming, "rangeEnd"))


def _integer(text: str, name: str) -> int:
    if not _INTEGER.fullmatch(text):
        details = f"“{name}” is an integer, not “{text}”"
        raise Refused([Fault("Invalid value", details, parameter=name)])
    return int(text)


def _bounded(
    incoming: Incoming, name: str, default: int, *, least: int, most: int | None = None
) -> int:
    value = number(incoming, name)
    if value is None:
        return default
    if value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        details = f"“{name}” is {bounds}, not {value}"
        raise Refused([Fault("Invalid value", details, parameter=name)])
    return value


def _allowed(value: str, name: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        listed = ", ".join(f"“{one}”" for one in allowed)
        details = f"“{name}” is one of {listed}, not “{value}”"
        raise Refused([Fault("Invalid value", details, parameter=name)])
    return value
