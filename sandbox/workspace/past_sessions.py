"""The sessions of a bundle: stored ones, and ones that are told in short, as people write them.

A stored session has a dozen values that follow from its cart. A bundle may leave them out: it says
who bought what and when, as a request does; the catalog and the totals fill in the rest (decision
S281). What tells the two apart is the internal id, which every stored session has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from msgspec.structs import replace

from sandbox.engine.model import CustomerSession, Time
from sandbox.errors import Fault, Refused
from sandbox.shapes import convert
from sandbox.workspace.sessions import POINTER, SessionRules
from sandbox.workspace.updates import SessionUpdate


class PastSession(SessionUpdate, frozen=True, kw_only=True):
    """A session as a request has it, with its id and its time; closed unless it says otherwise."""

    integration_id: str
    created: Time | None = None


Read: TypeAlias = CustomerSession | PastSession


def read_sessions(
    written: Sequence[Any], rules: SessionRules, now: datetime, faults: list[Fault]
) -> list[CustomerSession]:
    """Return stored sessions as they are, and then short ones whole, with ids that follow.

    What is wrong is added to `faults`, with pointers into the bundle.
    """
    read: list[tuple[str, Read]] = []
    names: set[str] = set()
    for index, session in enumerate(written):
        pointer = f"/customerSessions/{index}"
        try:
            read.append((pointer, _read(session, pointer)))
        except Refused as refused:
            faults += refused.faults
            continue
        name = read[-1][1].integration_id
        if name in names:
            details = f"Another session has the id “{name}”"
            faults.append(Fault("Duplicate", details, f"{pointer}/integrationId"))
        names.add(name)
    sessions = [session for _, session in read if isinstance(session, CustomerSession)]
    last_id = max((session.id for session in sessions), default=0)
    known = {session.profile_id for session in sessions}
    for pointer, session in read:
        if not isinstance(session, PastSession):
            continue
        last_id += 1
        try:
            sessions.append(_whole(session, last_id, session.profile_id not in known, rules, now))
        except Refused as refused:
            faults += (_moved(fault, pointer) for fault in refused.faults)
        known.add(session.profile_id or "")
    return sessions


def _read(session: Any, pointer: str) -> Read:
    if not isinstance(session, dict):
        return convert(session, CustomerSession, pointer)
    given = {name: value for name, value in session.items() if value is not None}
    if "id" in given:
        return convert(given, CustomerSession, pointer)
    return convert(given, PastSession, pointer)


def _whole(
    told: PastSession, session_id: int, is_first: bool, rules: SessionRules, now: datetime
) -> CustomerSession:
    """Return a session whole; raises Refused with pointers into a request."""
    faults = rules.faults(told)
    if faults:
        raise Refused(faults)
    closed = replace(told, state=told.state or "closed")
    at = told.created or now
    return rules.merge(None, closed, told.integration_id, session_id, is_first, at)


def _moved(fault: Fault, pointer: str) -> Fault:
    """Return a fault of a request's session as one of the bundle."""
    return fault._replace(pointer=pointer + fault.pointer.removeprefix(POINTER))
