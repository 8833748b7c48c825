"""Read Talang arrays from fields; whatever is wrong becomes a fault with its pointer."""

from __future__ import annotations

from sandbox.rules.reading import Json, Reader
from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Expression
from sandbox.talang.errors import ExpressionShapeError


def read_expression(reader: Reader, field: str) -> Expression | None:
    """Read an expression; None when it is a fault."""
    if not reader.has(field):
        reader.fault("Missing", f"“{field}” is required", field)
        return None
    return read_array(reader, reader.raw[field], field)


def read_array(reader: Reader, raw: Json, field: str) -> Expression | None:
    """Read an expression that stands at a field, or, ``effects/0``, below it."""
    if not isinstance(raw, list) or not raw:
        reader.fault("Invalid type", "A Talang expression is an array that is not empty", field)
        return None
    try:
        return read_arrays(raw)
    except ExpressionShapeError as error:
        reader.fault("Invalid expression", str(error), f"{field}{error.pointer}")
        return None
