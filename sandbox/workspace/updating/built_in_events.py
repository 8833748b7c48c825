"""The built-in events of updates, as the vendor shows them.

Source: reference/api/02-session-lifecycle.md, section 2.1, and 06, section 6.8; decision A12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from sandbox.engine.evaluation import BuiltInEvent, long_name
from sandbox.engine.model import CustomerSession, Effect
from sandbox.workspace.entities import TrackedEvent


def latest(events: Iterable[BuiltInEvent]) -> BuiltInEvent:
    """Return the last of an update's events: one that creates a session as closed has two."""
    return max(events, key=get_args(BuiltInEvent).index)


def session_event(
    event: BuiltInEvent, session: CustomerSession, effects: Sequence[Effect]
) -> TrackedEvent:
    """Return an event of a session that is not stored, and so has no id (decision S10)."""
    return TrackedEvent(
        id=0,
        created=session.updated,
        application_id=session.application_id,
        type=long_name(event),
        attributes={},
        effects=list(effects),
        profile_id=session.profile_id,
        store_integration_id=session.store_integration_id,
        session_id=session.integration_id or None,
    )
