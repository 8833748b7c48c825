"""Joda layouts such as ``yyyy-MM-dd HH:mm``: times to texts and back. Source: talang.md, 5.8."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from sandbox.talang.errors import EvaluationError, LimitError
from sandbox.talang.kinds import shown

MAX_LAYOUT = 100

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_PIECE = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'")


def format_time(time: datetime, layout: str) -> str:
    """Return a time in a layout; raises EvaluationError for letters that mean nothing."""
    return "".join(
        text if letter is None else _FORMATS[letter](time, len(text))
        for letter, text in _pieces(layout)
    )


def parse_time(text: str, layout: str) -> datetime:
    """Read a time; what the layout lacks is that of the first instant of year 1, in UTC.

    The reference has year 0 there, which Python's times do not. Raises EvaluationError.
    """
    pattern, fields = _parser(layout)
    match = pattern.fullmatch(text)
    if match is None:
        raise EvaluationError(f"{shown(text)} does not have the layout {shown(layout)}")
    try:
        return _time_of(dict(zip(fields, match.groups(), strict=True)))
    except (ValueError, OverflowError):
        raise EvaluationError(f"{shown(text)} is no time") from None


def guess_time(text: str) -> datetime:
    """Read a time in any common format, UTC where none is written; raises EvaluationError."""
    text = text.strip()
    if len(text) <= MAX_LAYOUT:
        if text.isascii() and text.isdigit() and len(text) in _EPOCHS:
            return datetime(1970, 1, 1, tzinfo=UTC) + int(text) * _EPOCHS[len(text)]
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return time if time.tzinfo else time.replace(tzinfo=UTC)
        for layout in _COMMON_LAYOUTS:
            pattern, fields = _parser(layout)
            if (match := pattern.fullmatch(text)) is not None:
                try:
                    return _time_of(dict(zip(fields, match.groups(), strict=True)))
                except (ValueError, OverflowError):
                    continue
    raise EvaluationError(f"{shown(text)} is no time in a common format")


# Seconds, milliseconds, microseconds, by the number of digits they have in our days.
_EPOCHS = {
    10: timedelta(seconds=1),
    13: timedelta(milliseconds=1),
    16: timedelta(microseconds=1),
}

_DATES = [
    "M/d/yyyy",
    "yyyy/M/d",
    "yyyy-M-d",
    "M.d.yyyy",
    "MMM d, yyyy",
    "MMMM d, yyyy",
    "d MMM yyyy",
    "d MMMM yyyy",
    "E, d MMM yyyy",
]
_TIMES = ["", " H:mm", " H:mm:ss", " h:mm a", " h:mm:ss a", " H:mm:ss Z", " H:mm:ss z"]
_COMMON_LAYOUTS = [
    *(date + time for date in _DATES for time in _TIMES),
    "E MMM d H:mm:ss yyyy",
    "E MMM d H:mm:ss z yyyy",
]


def _pieces(layout: str) -> Iterator[tuple[str | None, str]]:
    """Yield a layout's parts: a letter with its repetitions, or None with text as it is."""
    if len(layout) > MAX_LAYOUT:
        raise LimitError(f"A layout has at most {MAX_LAYOUT} characters")
    for match in _PIECE.finditer(layout):
        quoted, letter = match.groups()
        if letter is not None:
            if letter not in _FORMATS:
                raise EvaluationError(f"The letter {letter} means nothing in a layout")
            yield letter, match[0]
        elif quoted is not None:
            yield None, quoted.replace("''", "'") or "'"
        else:
            yield None, match[0]


def _number(part: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda time, width: str(part(time)).zfill(width)


def _year(time: datetime, width: int) -> str:
    return f"{time.year % 100:02}" if width == 2 else str(time.year).zfill(width)


def _month(time: datetime, width: int) -> str:
    if width < 3:
        return str(time.month).zfill(width)
    name = _MONTHS[time.month - 1]
    return name[:3] if width == 3 else name


def _weekday(time: datetime, width: int) -> str:
    name = _WEEKDAYS[time.weekday()]
    return name[:3] if width <= 3 else name


def _fraction(time: datetime, width: int) -> str:
    return f"{time.microsecond:06}".ljust(width, "0")[:width]


def _offset(time: datetime, width: int) -> str:
    minutes = (time.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{':' if width > 1 else ''}{rest:02}"


def _zone(time: datetime, width: int) -> str:
    return time.tzname() or "UTC"


_FORMATS: dict[str, Callable[[datetime, int], str]] = {
    "C": _number(lambda time: time.year // 100),
    "Y": _year,
    "y": _year,
    "x": _number(lambda time: time.isocalendar().year),
    "w": _number(lambda time: time.isocalendar().week),
    "e": _number(lambda time: time.isoweekday() % 7),
    "E": _weekday,
    "M": _month,
    "D": _number(lambda time: time.timetuple().tm_yday),
    "d": _number(lambda time: time.day),
    "a": lambda time, width: "AM" if time.hour < 12 else "PM",
    "K": _number(lambda time: time.hour % 12),
    "h": _number(lambda time: time.hour % 12 or 12),
    "H": _number(lambda time: time.hour),
    "k": _number(lambda time: time.hour or 24),
    "m": _number(lambda time: time.minute),
    "s": _number(lambda time: time.second),
    "S": _fraction,
    "z": _zone,
    "Z": _offset,
}

_TWO_DIGITS = r"(\d{1,2})"
_READS = {
    "Y": r"(\d{4})",
    "y": r"(\d{4})",
    "M": _TWO_DIGITS,
    "D": r"(\d{1,3})",
    "d": _TWO_DIGITS,
    "a": "([AaPp][Mm])",
    "K": _TWO_DIGITS,
    "h": _TWO_DIGITS,
    "H": _TWO_DIGITS,
    "k": _TWO_DIGITS,
    "m": _TWO_DIGITS,
    "s": _TWO_DIGITS,
    "S": r"(\d{1,9})",
    "e": r"(\d)",
    "E": "([A-Za-z]+)",
    "z": "(Z|UTC|GMT)",
    "Z": r"(Z|[+-]\d\d:?\d\d)",
}


@lru_cache(maxsize=200)
def _parser(layout: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return what reads a layout, and the letters of its groups.

    No letter may stand there twice: what is left is too short to take long to search.
    """
    parts: list[str] = []
    letters: list[str] = []
    for letter, text in _pieces(layout):
        if letter is None:
            parts.append(re.escape(text))
            continue
        if letter not in _READS or letter in letters:
            raise EvaluationError(f"{shown(layout)} is no layout that times are read by")
        letters.append(letter)
        if letter in "yY" and len(text) == 2:
            parts.append(r"(\d\d)")
        elif letter == "M" and len(text) >= 3:
            parts.append("([A-Za-z]+)")
        else:
            parts.append(_READS[letter])
    return re.compile("".join(parts)), tuple(letters)


def _time_of(fields: dict[str, str]) -> datetime:
    """Put a time together; raises ValueError where there is no such time."""
    year = fields.get("y") or fields.get("Y") or "1"
    hour = int(fields.get("H") or int(fields.get("k") or 0) % 24)
    if twelve := fields.get("h") or fields.get("K"):
        hour = int(twelve) % 12 + (12 if fields.get("a", "").lower() == "pm" else 0)
    time = datetime(
        year=int(year) + (2000 if len(year) == 2 else 0),
        month=_month_number(fields.get("M", "1")),
        day=int(fields.get("d") or 1),
        hour=hour,
        minute=int(fields.get("m") or 0),
        second=int(fields.get("s") or 0),
        microsecond=int(fields.get("S", "").ljust(6, "0")[:6]),
        tzinfo=_zone_of(fields.get("Z") or "Z"),
    )
    if "D" in fields and "M" not in fields:
        time += timedelta(days=int(fields["D"]) - 1)
    return time


def _month_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    for number, name in enumerate(_MONTHS, 1):
        if text.lower() in (name.lower(), name[:3].lower()):
            return number
    raise ValueError(text)


def _zone_of(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
