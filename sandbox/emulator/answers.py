"""Answers and error bodies, in the vendor's shapes.

Source: reference/api/07-errors-auth-concurrency-logs.md, sections 7.2 and 7.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.emulator.messages import CROWDED
from sandbox.errors import Fault
from sandbox.numbers import encode_json

# What the vendor shows of a time that there is none of, where it does not leave it out.
NEVER = datetime(1, 1, 1, tzinfo=UTC)
INVALID = "The submitted data was invalid"


class Answer(msgspec.Struct, frozen=True):
    """A status and a body; a body of None means no content."""

    status: int
    body: bytes | None
    headers: dict[str, str] = {}
    media_type: str = "application/json"


def ok(content: Any, status: int = 200) -> Answer:
    return Answer(status, encode_json(content))


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value; the vendor leaves out those that have none."""
    return {name: value for name, value in fields.items() if value is not None}


def no_content() -> Answer:
    return Answer(204, None)


def refused(faults: Iterable[Fault], status: int = 400, message: str = INVALID) -> Answer:
    """Return a refusal that lists every fault with where it is."""
    errors = [
        {"title": fault.title, "details": fault.details, "source": _source(fault)}
        for fault in faults
    ]
    return Answer(status, encode_json({"message": message, "errors": errors, "StatusCode": status}))


def crowded(kind: str) -> Answer:
    """Refuse a request because too many others wait for the same session or profile."""
    return refused([], 409, CROWDED.format(kind=kind))


def failed(status: int, message: str, **headers: str) -> Answer:
    """Return an error without a place in the request."""
    return Answer(status, encode_json({"message": message, "StatusCode": status}), headers)


def _source(fault: Fault) -> dict[str, str]:
    if fault.parameter:
        return {"parameter": fault.parameter}
    return {"pointer": fault.pointer}
