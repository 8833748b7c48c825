"""Sessions that a bundle tells in short, as people write them.

A stored session has a dozen numbers that follow from its cart. A bundle may leave them out: it says
who bought what and when, as a request does, and the catalog and the totals fill in the rest
(decision S281).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from sandbox.engine.model import CustomerSession, Time
from sandbox.errors import Fault, Refused
from sandbox.workspace.sessions import POINTER, SessionRules
from sandbox.workspace.updates import SessionUpdate


class PastSession(SessionUpdate, frozen=True, kw_only=True):
    """A session as a request has it, with its id and its time; closed unless it says otherwise."""

    integration_id: str
    created: Time | None = None


def is_short(session: Any) -> bool:
    """Tell whether a session is told in short: stored ones have an internal id."""
    return isinstance(session, dict) and session.get("id") is None


def told_sessions(
    told: Iterable[tuple[int, PastSession]],
    stored: Sequence[CustomerSession],
    rules: SessionRules,
    now: datetime,
    faults: list[Fault],
) -> Iterator[CustomerSession]:
    """Yield past sessions whole; `told` has each with its place in the bundle, oldest first.

    Ids go on after those of the `stored` ones. What is wrong is added to `faults`.
    """
    last_id = max((session.id for session in stored), default=0)
    known = {session.profile_id for session in stored}
    for number, (index, session) in enumerate(told, last_id + 1):
        update = replace(session, state=session.state or "closed")
        wrong = rules.faults(update)
        if not wrong:
            is_first = session.profile_id not in known
            known.add(session.profile_id or "")
            at = session.created or now
            try:
                yield rules.merge(None, update, session.integration_id, number, is_first, at)
            except Refused as refused:
                wrong = refused.faults
        faults += (_moved(fault, index) for fault in wrong)


def _moved(fault: Fault, index: int) -> Fault:
    """Return a fault of a request's session as one of the bundle."""
    pointer = (fault.pointer or "").removeprefix(POINTER)
    return fault._replace(pointer=f"/customerSessions/{index}{pointer}")
