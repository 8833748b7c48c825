"""The built-in events of updates, as the vendor shows them.

Source: reference/api/02-session-lifecycle.md, section 2.1, and 06, section 6.8; decision A12.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engine.evaluation import LONG_NAMES, BuiltInEvent
from sandbox.engine.model import CustomerSession, Effect
from sandbox.workspace.entities import TrackedEvent


def session_event(
    event: BuiltInEvent, session: CustomerSession, effects: Sequence[Effect]
) -> TrackedEvent:
    """Return an event of a session that is not stored, and so has no id (decision S10)."""
    return TrackedEvent(
        id=0,
        created=session.updated,
        application_id=session.application_id,
        type=LONG_NAMES[event],
        attributes={},
        effects=list(effects),
        profile_id=session.profile_id,
        store_integration_id=session.store_integration_id,
        session_id=session.integration_id or None,
    )
