"""The event history, newest first, by what events are and what they led to.

Management API, schema ApplicationEvent; decisions S119, S135 and S212.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from sandbox.emulator.answers import Answer, known
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.lists import stored
from sandbox.emulator.parameters import created, part, separated
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.model import Effect
from sandbox.workspace.entities import TrackedEvent
from sandbox.workspace.workspace import Workspace

Takes = Callable[[TrackedEvent], bool]
_LEAST_OF_A_NAME = 2


def list_events(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/events/no_total"""
    application_in_path(workspace, incoming)
    wanted = [
        *_of_event(incoming),
        *_of_customer(workspace, incoming),
        *_of_effects(workspace, incoming),
    ]
    listing = workspace.records.events.newest(workspace.reading, incoming.query.get("profile"))
    return stored(
        incoming,
        listing,
        lambda event: event_content(workspace, event),
        takes=(lambda event: all(takes(event) for takes in wanted)) if wanted else None,
        sortable=_SORTABLE,
    )


def event_content(workspace: Workspace, event: TrackedEvent) -> dict[str, Any]:
    """Return an event with the internal ids of whom and what it belongs to."""
    records, connection = workspace.records, workspace.reading
    profile = records.profile(connection, event.profile_id)
    session = records.session(connection, event.session_id) if event.session_id else None
    stores = workspace.application.definition.stores
    store = next((s for s in stores if s.integration_id == event.store_integration_id), None)
    optional = {
        "profileId": profile.id if profile else None,
        "sessionId": session.id if session else None,
        "storeId": store.id if store else None,
        "storeIntegrationId": event.store_integration_id,
        "integrationId": event.integration_id,
    }
    return {
        "id": event.id,
        "created": event.created,
        "applicationId": event.application_id,
        "type": event.type,
        "attributes": event.attributes,
        "effects": event.effects,
    } | known(optional)


def _of_event(incoming: Incoming) -> Iterable[Takes]:
    types, period, session_id = (
        separated(incoming, "type"),
        created(incoming),
        incoming.query.get("session"),
    )
    if types:
        yield lambda event: event.type in types
    if period != (None, None):
        yield lambda event: event.created in period
    if session_id is not None:
        yield lambda event: event.session_id == session_id


def _of_customer(workspace: Workspace, incoming: Incoming) -> Iterable[Takes]:
    for parameter, attribute in (("customerName", "Name"), ("customerEmail", "Email")):
        text = part(incoming, parameter, _LEAST_OF_A_NAME)
        if text is not None:
            yield _customer_has(workspace, attribute, text.casefold())


def _customer_has(workspace: Workspace, attribute: str, part: str) -> Takes:
    def takes(event: TrackedEvent) -> bool:
        profile = workspace.records.profile(workspace.reading, event.profile_id)
        value = profile.attributes.get(attribute) if profile else None
        return isinstance(value, str) and part in value.casefold()

    return takes


def _of_effects(workspace: Workspace, incoming: Incoming) -> Iterable[Takes]:
    """Yield filters that one effect of an event has to pass."""
    query = incoming.query
    campaigns = workspace.application.campaigns

    def has(passes: Callable[[Effect], bool]) -> Takes:
        return lambda event: any(passes(effect) for effect in event.effects)

    def named(effect: Effect) -> str:
        campaign = campaigns.get(effect.campaign_id)
        return campaign.definition.name if campaign else ""

    for parameter, kind in (("couponCode", "Coupon"), ("referralCode", "Referral")):
        code = query.get(parameter)
        if code is not None:
            yield has(_names_code(kind, code))
    rule, campaign, effect_type = (query.get(name) for name in _EFFECT_PARAMETERS)
    if rule is not None:
        yield has(lambda effect: rule.casefold() in effect.rule_name.casefold())
    if campaign is not None:
        yield has(lambda effect: campaign.casefold() in named(effect).casefold())
    if effect_type is not None:
        yield has(lambda effect: effect.effect_type == effect_type)


def _names_code(kind: str, code: str) -> Callable[[Effect], bool]:
    """Return what tells whether an effect is about a code: accepts, rejects, returns, reserves."""
    return lambda effect: effect.effect_type.endswith(kind) and effect.props.get("value") == code


_EFFECT_PARAMETERS = ("ruleQuery", "campaignQuery", "effectType")
_SORTABLE: dict[str, Callable[[TrackedEvent], Any]] = {
    name: attrgetter(name) for name in ("id", "created", "type")
}

ROUTES: Routes = {
    "/v1/applications/{applicationId}/events/no_total": {"GET": searching(list_events)},
}
