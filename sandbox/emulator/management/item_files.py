"""Files of one column: items of collections, allowed lists, stores of campaigns."""

from __future__ import annotations

from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import read_lines
from sandbox.emulator.management.uploads import FIELD, uploaded_text
from sandbox.errors import Fault, Refused


def read_column(incoming: Incoming, column: str, most: int) -> list[str]:
    """Return the values of an uploaded file, each of them once; raises Refused."""
    lines, faults = read_lines(uploaded_text(incoming), [column], [column])
    values = list(dict.fromkeys(line.required(column) for line in lines))
    if len(values) > most:
        faults.append(Fault("Too many", f"At most {most} values are allowed", f"/{FIELD}"))
    if faults:
        raise Refused(faults)
    return values
