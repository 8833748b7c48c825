"""What happened to a session, step by step: its events in words.

Shapes: Management API, schemas ApplicationEvent and ApplicationSession.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sandbox.insight.money import moment

Json: TypeAlias = Mapping[str, Any]

_EVENTS = {
    "talon_session_created": "Session begun",
    "talon_session_updated": "Cart changed",
    "talon_session_closed": "Order placed",
    "talon_session_partially_returned": "Items returned",
    "talon_session_cancelled": "Cart given up",
    "talon_session_revoked": "Order cancelled",
    "talon_session_reopened": "Order reopened",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happened and when, on the workspace's clock, and the effects of it."""

    what: str
    when: str
    effects: Sequence[Json]


def steps(events: Sequence[Json], timezone: str) -> list[Step]:
    """Return the steps of a session in the order of its events."""
    return [
        Step(
            what=_EVENTS.get(event["type"], str(event["type"])),
            when=moment(datetime.fromisoformat(event["created"]), timezone),
            effects=event.get("effects") or [],
        )
        for event in events
    ]
