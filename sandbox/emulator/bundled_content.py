"""What a bundle says of an entity, as answers show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sandbox.emulator.answers import known
from sandbox.shapes import is_time

_TIMES = ("created", "modified", "updated")


def said(entity: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are there, their times as times; what is no time is left out."""
    fields = known(entity)
    for name in _TIMES:
        if is_time(fields.get(name)):
            fields[name] = msgspec.convert(fields[name], datetime)
        else:
            fields.pop(name, None)
    return fields
