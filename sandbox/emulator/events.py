"""The Integration API: custom events, and advanced ones."""

from __future__ import annotations

from collections.abc import Collection

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.content import outcome_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.idempotency import Once
from sandbox.emulator.turns import Turn
from sandbox.emulator.wire import (
    ADVANCED_EVENT,
    EVENT,
    AdvancedEventEnvelope,
    EventEnvelope,
)
from sandbox.errors import Fault, Refused
from sandbox.workspace.updates import EventUpdate
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.workspace import Remember, Workspace


def track_event(workspace: Workspace, incoming: Incoming) -> Turn:
    """POST /v2/events"""
    is_silent = incoming.is_silent(default=True)
    once = Once(workspace, incoming)
    envelope: EventEnvelope = EVENT.read(incoming.body)
    event = EventUpdate(
        profile_id=_required_profile(envelope.profile_id),
        type=envelope.type,
        attributes=envelope.attributes or {},
        store_integration_id=envelope.store_integration_id,
        loyalty_cards=envelope.loyalty_cards or [],
        evaluable_campaign_ids=envelope.evaluable_campaign_ids,
    )
    return _turn(workspace, incoming, event, envelope.response_content, once, is_silent)


def track_advanced_event(workspace: Workspace, incoming: Incoming) -> Turn:
    """POST /v3/events: its id makes it idempotent, so that an Idempotency-Key is not looked at."""
    is_silent = incoming.is_silent(default=False)
    envelope: AdvancedEventEnvelope = ADVANCED_EVENT.read(incoming.body)
    event = EventUpdate(
        profile_id=_required_profile(envelope.profile_id),
        type=envelope.type,
        attributes=envelope.attributes or {},
        store_integration_id=envelope.store_integration_id,
        loyalty_cards=envelope.loyalty_cards or [],
        evaluable_campaign_ids=envelope.evaluable_campaign_ids,
        integration_id=envelope.integration_id,
        connected_session_id=envelope.connected_session_id,
    )
    return _turn(workspace, incoming, event, envelope.response_content, None, is_silent)


def get_advanced_event(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v3/events/{integrationId}"""
    return ok(workspace.advanced_event(incoming.ids["integrationId"]))


def _turn(
    workspace: Workspace,
    incoming: Incoming,
    event: EventUpdate,
    wanted: Collection[str],
    once: Once | None,
    is_silent: bool,
) -> Turn:
    dry = incoming.flag("dry")
    force_complete = incoming.flag("forceCompleteEvaluation")
    if force_complete and not dry:
        details = "“forceCompleteEvaluation” works only together with dry=true"
        raise Refused([Fault("Invalid value", details, parameter="forceCompleteEvaluation")])

    def answer(outcome: Outcome) -> Answer:
        if is_silent:
            return no_content()
        return ok(outcome_content(workspace, outcome, wanted, dry=dry))

    def track(remember: Remember[Outcome]) -> Outcome:
        return workspace.track_event(event, remember)

    def work() -> Answer:
        if dry:
            return answer(workspace.preview_event(event, force_complete=force_complete))
        if once is None:
            return answer(track(lambda outcome: None))
        return once.answer(track, answer)

    return Turn(work, profile_id=event.profile_id, stores=not dry)


def _required_profile(profile_id: str | None) -> str:
    """Return the id of a profile, which events need although the schema does not say so."""
    if not profile_id:
        raise Refused([Fault("Missing", "“profileId” is required", "/profileId")])
    return profile_id
