"""Track custom events: evaluate one, and store it with what it gives unless it is dry.

There is no session, so what rules give is final at once (decision E28). Source: reference/api/06,
sections 6.4, 6.9 and 6.10.
"""

from __future__ import annotations

from secrets import token_hex

from msgspec.structs import replace

from sandbox.engine.evaluation import Event, Request
from sandbox.engine.model import CustomerSession
from sandbox.errors import Fault, Refused
from sandbox.workspace.entities import TrackedEvent
from sandbox.workspace.errors import TakenError
from sandbox.workspace.updates import EventUpdate
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.sessionless import carrier
from sandbox.workspace.updating.work import Work


def preview_event(work: Work, event: EventUpdate, *, force_complete: bool) -> Outcome:
    """Return what tracking an event would give. Raises Refused, TakenError."""
    ids = event.evaluable_campaign_ids
    outcome = _evaluated(
        work,
        event,
        None if ids is None else frozenset(ids),
        force_complete=force_complete,
        dry=True,
    )
    return work.mentioned(outcome)


def track_event(work: Work, event: EventUpdate) -> Outcome:
    """Track an event. Raises Refused; TakenError for an advanced one whose id was there before."""
    outcome = _evaluated(work, event, None, force_complete=False, dry=False)
    assert outcome.profile is not None, "events have a profile"
    assert outcome.evaluation is not None, "it was evaluated"
    assert outcome.event is not None, "made with the outcome"
    work.records.put_profile(work.connection, outcome.profile)
    work.records.apply(work.connection, outcome.evaluation.changes)
    outcome = replace(work.stored(outcome), event=work.log(outcome.event))
    return work.mentioned(work.final(outcome))


def _evaluated(
    work: Work,
    event: EventUpdate,
    evaluable_campaign_ids: frozenset[int] | None,
    *,
    force_complete: bool,
    dry: bool,
) -> Outcome:
    _check_is_new(work, event.integration_id)
    session = carrier(work, event.profile_id, event.store_integration_id, event.loyalty_cards)
    request = Request(
        session,
        frozenset(),
        evaluable_campaign_ids,
        event=Event(event.type, event.attributes),
        force_complete=force_complete,
        seed=token_hex(16),
        dry=dry,
        has_session=False,
        connected=_connected(work, event),
    )
    outcome = work.evaluate(request, work.profile(event.profile_id))
    tracked = TrackedEvent(
        id=0,
        created=work.now,
        application_id=work.application.settings.id,
        type=event.type,
        attributes=event.attributes,
        effects=list(outcome.effects),
        profile_id=event.profile_id,
        store_integration_id=event.store_integration_id,
        integration_id=event.integration_id,
        connected_session_id=event.connected_session_id,
    )
    return replace(outcome, event=tracked)


def _check_is_new(work: Work, integration_id: str | None) -> None:
    """Refuse an advanced event whose id was there before, also a dry one (decision S142)."""
    if integration_id is None:
        return
    if work.records.events.advanced(work.connection, integration_id) is not None:
        raise TakenError(f"The advanced event “{integration_id}” exists already")


def _connected(work: Work, event: EventUpdate) -> CustomerSession | None:
    """Return the session that an event is connected to; raises Refused if it is not closed."""
    session_id = event.connected_session_id
    if session_id is None:
        return None
    session = work.records.session(work.connection, session_id)
    if session is not None and session.state == "closed":
        return session
    details = (
        f"The session “{session_id}” is {session.state}, and must be closed"
        if session
        else f"There is no session “{session_id}”"
    )
    raise Refused([Fault("Invalid value", details, "/connectedSessionId")])
