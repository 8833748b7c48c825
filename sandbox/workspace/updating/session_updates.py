"""Create and update sessions: evaluate an update, and store what it gives unless it is dry."""

from __future__ import annotations

from secrets import token_hex

from msgspec.structs import replace

from sandbox.engine.evaluation import BuiltInEvent, Request, latest
from sandbox.engine.model import CustomerSession
from sandbox.errors import Refused
from sandbox.workspace.creations import kept_codes
from sandbox.workspace.entities import SessionHistory, TrackedEvent
from sandbox.workspace.sessions import SessionRules, transition, transition_fault
from sandbox.workspace.updates import SessionUpdate
from sandbox.workspace.updating.built_in_events import session_event
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.undoing import cancel, cancelled
from sandbox.workspace.updating.work import Work


def preview_session(
    work: Work, rules: SessionRules, session_id: str, update: SessionUpdate
) -> Outcome:
    """Evaluate the payload alone, on top of stored profiles and counters (decisions A2, A3)."""
    stored = work.records.session(work.connection, session_id)
    if update.state == "cancelled":
        outcome, _ = cancelled(work, stored, update)
        return work.mentioned(work.final(outcome))
    state = None if stored is None or stored.state != "open" else stored.state
    events = transition(state, update.state)
    if not events:
        raise Refused([transition_fault(state, update.state)])
    session = _merged(work, rules, None, session_id, update, new_id=0)
    if stored is not None:
        session = replace(session, id=stored.id, created=stored.created)
    ids = update.evaluable_campaign_ids
    request = Request(
        session,
        events,
        None if ids is None else frozenset(ids),
        seed=token_hex(16),
        dry=True,
    )
    outcome = work.evaluate(request, work.profile(session.profile_id))
    event = session_event(latest(events), session, outcome.effects)
    return work.mentioned(replace(outcome, event=event))


def update_session(
    work: Work, rules: SessionRules, session_id: str, update: SessionUpdate
) -> Outcome:
    """Create or update a session, and store it with everything that this gives."""
    records, connection = work.records, work.connection
    stored = records.session(connection, session_id)
    if update.state == "cancelled":
        return cancel(work, stored, update)
    events = transition(stored.state if stored else None, update.state)
    if not events:
        raise Refused([transition_fault(stored.state if stored else None, update.state)])
    new_id = stored.id if stored else records.next_id(connection, "session")
    session = _merged(work, rules, stored, session_id, update, new_id)
    request = Request(session, events, seed=token_hex(16))
    outcome = work.evaluate(request, work.profile(session.profile_id))
    changes = outcome.evaluation.changes if outcome.evaluation else ()
    records.put_session(connection, session)
    if outcome.profile is not None:
        records.put_profile(connection, outcome.profile)
    kept = kept_codes(records, connection, work.application, session_id, changes)
    records.put_history(
        connection,
        SessionHistory(
            session_id=session_id,
            effects=list(outcome.effects),
            changes=list(changes),
            kept_codes=kept,
        ),
    )
    records.apply(connection, changes)
    event = _logged(work, events, outcome)
    outcome = replace(work.stored(outcome) if changes else outcome, event=event)
    return work.mentioned(outcome if session.state == "open" else work.final(outcome))


def _merged(
    work: Work,
    rules: SessionRules,
    stored: CustomerSession | None,
    session_id: str,
    update: SessionUpdate,
    new_id: int,
) -> CustomerSession:
    kept = stored.profile_id if stored else ""
    profile_id = update.profile_id if update.profile_id is not None else kept
    first = not profile_id or not work.records.has_other_session(
        work.connection, profile_id, session_id
    )
    audiences: frozenset[int] = frozenset()
    if work.application.definition.price_types:
        audiences = work.records.audiences.of_profile(work.connection, profile_id)
    return rules.merge(stored, update, session_id, new_id, first, work.now, audiences)


def _logged(work: Work, events: frozenset[BuiltInEvent], outcome: Outcome) -> TrackedEvent:
    """Log the events of an update, and return the last; the effects are its (decision A12)."""
    if len(events) > 1:
        work.log(session_event("sessionCreated", outcome.session, ()))
    return work.log(session_event(latest(events), outcome.session, outcome.effects))
