"""The vendor's CSV files: read line by line with every fault named, and written.

A fault points at the line and the column: ``/upFile/3/startdate``. Lines are counted from 1, the
header is one of them. Times may lack a zone, they are in UTC then (as in our exports for Excel).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Literal, NamedTuple, TypeVar, get_args

import msgspec

from sandbox.emulator.account import ACCOUNT_ID, USER_ID
from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.uploads import FIELD
from sandbox.emulator.parameters import word
from sandbox.engine.model import Attributes
from sandbox.engine.times import in_utc
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, decode_json, encode_json, to_number
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.workspace import Workspace

T = TypeVar("T")

DateFormat = Literal["excel", "ISO8601"]


class Line(NamedTuple):
    """One line of a file; reading a cell notes what is wrong with it and gives None then."""

    number: int
    cells: Mapping[str, str]
    faults: list[Fault]

    @property
    def pointer(self) -> str:
        return f"/{FIELD}/{self.number}"

    def text(self, column: str, most: int | None = None) -> str | None:
        """Read a text of at most that many characters; an empty cell has none."""
        text = self.cells.get(column, "").strip()
        if most is not None and len(text) > most:
            self._note("Too long", f"“{column}” has at most {most} characters", column)
        return text or None

    def required(self, column: str, least: int = 1, most: int | None = None) -> str:
        """Read a text of at least `least` characters."""
        text = self.text(column, most) or ""
        if not text:
            self._note("Missing", f"“{column}” is required", column)
        elif len(text) < least:
            self._note("Too short", f"“{column}” has at least {least} characters", column)
        return text

    def whole(self, column: str, most: int) -> int | None:
        """Read an integer from 0."""
        number = self._read(column, _integer, f"an integer from 0 to {most}")
        if number is not None and number > most:
            self._note("Too large", f"“{column}” is at most {most}", column)
        return number

    def amount(self, column: str, most: Decimal) -> Decimal | None:
        """Read a number from 0."""
        number = self._read(column, _amount, "a number")
        if number is not None and not ZERO <= number <= most:
            self._note("Invalid value", f"“{column}” is from 0 to {most:f}", column)
        return number

    def time(self, column: str) -> datetime | None:
        return self._read(column, _time, "an RFC 3339 time such as 2026-12-24T18:00:00Z")

    def dates(self, start: str, end: str) -> tuple[datetime | None, datetime | None]:
        """Read the columns of a start and an end, in UTC."""
        first, last = in_utc(self.time(start)), in_utc(self.time(end))
        if first and last and last <= first:
            self._note("Invalid value", f"“{end}” is later than “{start}”", end)
        return first, last

    def attributes(self) -> Attributes:
        return self._read("attributes", _object, "a JSON object") or {}

    def _read(self, column: str, read: Callable[[str], T], wanted: str) -> T | None:
        text = self.text(column)
        if text is None:
            return None
        try:
            return read(text)
        except (ValueError, msgspec.DecodeError, RecursionError):
            self._note("Invalid value", f"“{column}” is {wanted}, not “{text[:100]}”", column)
            return None

    def _note(self, title: str, details: str, column: str) -> None:
        text = f"Line {self.number}: {details}"
        self.faults.append(Fault(title, text, f"{self.pointer}/{column}"))


def read_lines(
    text: str, columns: Collection[str], required: Sequence[str], passed_over: Collection[str] = ()
) -> tuple[list[Line], list[Fault]]:
    """Return the lines of a file, and the faults that were found and will be.

    Columns that are `passed_over` may be there; others are refused. Raises Refused for what keeps
    lines from being read at all.
    """
    faults: list[Fault] = []
    rows = _rows(text)
    number, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    faults += _header_faults(number, names, {*columns, *passed_over}, required)
    if faults:
        raise Refused(faults)
    lines = []
    for number, row in rows:
        if len(row) != len(names):
            details = f"Line {number}: {len(names)} cells were expected, not {len(row)}"
            faults.append(Fault("Malformed", details, f"/{FIELD}/{number}"))
        lines.append(Line(number, dict(zip(names, row, strict=False)), faults))
    return lines, faults


def csv_answer(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Answer:
    """Answer a file; what is None is an empty cell."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return Answer(200, file.getvalue().encode(), media_type="application/csv")


def date_format(incoming: Incoming) -> DateFormat:
    """Read ``dateFormat``; raises Refused."""
    asked = word(incoming, "dateFormat", get_args(DateFormat))
    return "excel" if asked == "excel" else "ISO8601"


def imported(workspace: Workspace, entity: str, done: Import) -> dict[str, Any]:
    """Return what came of an imported file (schema Import)."""
    return {
        "id": done.id,
        "created": workspace.clock.now(),
        "accountId": ACCOUNT_ID,
        "userId": USER_ID,
        "entity": entity,
        "amount": done.amount,
    }


def cell(value: Any, date_format: DateFormat = "ISO8601") -> str:
    """Return a value as files show it: objects and lists as JSON, times in UTC."""
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime():
            return _shown(value, date_format)
    return encode_json(value).decode()


def _shown(time: datetime, date_format: DateFormat) -> str:
    if date_format == "excel":
        return f"{in_utc(time):%Y-%m-%d %H:%M:%S}"
    return encode_json(in_utc(time)).decode().strip('"')


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the number of its first line."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            details = f"Line {number}: {error}"
            raise Refused([Fault("Malformed", details, f"/{FIELD}/{number}")]) from None
        if row is None:
            return
        if any(row):
            yield number, row


def _header_faults(
    number: int, names: Sequence[str], known: Collection[str], required: Sequence[str]
) -> Iterator[Fault]:
    for name in required:
        if name not in names:
            details = f"The column “{name}” is required"
            yield Fault("Missing", details, f"/{FIELD}/{number}/{name}")
    for place, name in enumerate(names):
        if name not in known:
            details = f"There is no column “{name}” in this file"
            yield Fault("Unknown", details, f"/{FIELD}/{number}/{name}")
        elif name in names[:place]:
            details = f"The column “{name}” is there twice"
            yield Fault("Duplicate", details, f"/{FIELD}/{number}/{name}")


def _integer(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _amount(text: str) -> Decimal:
    return to_number(decode_json(text.encode()))


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _object(text: str) -> Attributes:
    value = decode_json(text.encode())
    if not isinstance(value, dict):
        raise ValueError(text)
    return value
