"""Cancel and reopen sessions: what closing gave is taken back.

Source: reference/api/02-session-lifecycle.md, sections 2.2 and 2.3; decisions F3, A11, A13.
"""

from __future__ import annotations

from msgspec.structs import replace

from sandbox.engine.evaluation import BuiltInEvent, latest
from sandbox.engine.model import CustomerSession, SessionState
from sandbox.engine.rollback import Rollback, rollback
from sandbox.errors import Fault, Refused
from sandbox.workspace.errors import UnknownSessionError
from sandbox.workspace.sessions import transition, transition_fault
from sandbox.workspace.standing import read_standing
from sandbox.workspace.updates import SessionUpdate
from sandbox.workspace.updating.built_in_events import session_event
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.work import Work


def cancelled(
    work: Work, stored: CustomerSession | None, update: SessionUpdate
) -> tuple[Outcome, Rollback]:
    """Return what cancelling would give: rollbacks of what closing gave. Raises Refused."""
    state = stored.state if stored else None
    events = transition(state, update.state)
    if stored is None or not events:
        raise Refused([transition_fault(state, update.state)])
    return _undone(work, stored, "cancelled", latest(events))


def cancel(work: Work, stored: CustomerSession | None, update: SessionUpdate) -> Outcome:
    """Cancel a session. Raises Refused."""
    outcome, undone = cancelled(work, stored, update)
    return _store(work, outcome, undone)


def reopen(work: Work, session_id: str) -> Outcome:
    """Make a closed session an open one again. Raises Refused, UnknownSessionError."""
    stored = work.records.session(work.connection, session_id)
    if stored is None:
        raise UnknownSessionError(session_id)
    if stored.state != "closed":
        details = f"Only a closed session can be reopened, and this one is {stored.state}"
        raise Refused([Fault("state", details)])
    outcome, undone = _undone(work, stored, "open", "sessionReopened")
    return _store(work, outcome, undone)


def _undone(
    work: Work, stored: CustomerSession, state: SessionState, event: BuiltInEvent
) -> tuple[Outcome, Rollback]:
    """Return a session in its new state, with what it takes back; nothing, if it was open."""
    undone = Rollback([], [], [])
    if stored.state != "open":
        history = work.records.history(work.connection, stored.integration_id)
        standing = read_standing(
            work.records, work.connection, work.application, stored, history.effects, work.now
        )
        undone = rollback(history.effects, history.changes, standing)
    session = replace(stored, state=state, update_count=stored.update_count + 1, updated=work.now)
    outcome = Outcome(
        session,
        work.profile(session.profile_id),
        undone.effects,
        None,
        work.coupons(session),
        event=session_event(event, session, undone.effects),
    )
    return outcome, undone


def _store(work: Work, outcome: Outcome, undone: Rollback) -> Outcome:
    records, connection, session = work.records, work.connection, outcome.session
    records.put_session(connection, session)
    work.touch(session.profile_id)
    records.apply(connection, undone.changes)
    history = records.history(connection, session.integration_id)
    records.put_history(connection, replace(history, effects=undone.kept, changes=[]))
    assert outcome.event is not None, "made with the outcome"
    event = work.log(outcome.event)
    return work.mentioned(work.final(replace(work.stored(outcome), event=event)))
