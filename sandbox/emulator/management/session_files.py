"""Sessions and effects as CSV files.

Columns are those of the vendor's samples. Decision S221.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from sandbox.emulator.answers import NEVER, Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.csv_files import DateFormat, cell, csv_answer, date_format
from sandbox.emulator.management.events import event_content
from sandbox.emulator.parameters import Period, created, moment, number, word
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.model import CustomerSession, SessionState
from sandbox.workspace.workspace import Workspace

_SESSION = (
    "id",
    "firstsession",
    "integrationid",
    "applicationid",
    "profileid",
    "profileintegrationid",
    "created",
    "state",
    "cartitems",
    "discounts",
    "total",
    "attributes",
    "closedat",
    "cancelledat",
    "referral",
    "identifiers",
    "additional_costs",
    "updated",
    "store_integration_id",
    "coupons",
)
_EFFECT = (
    "created",
    "name",
    "applicationid",
    "campaignid",
    "rulesetid",
    "ruleindex",
    "sessionintegrationid",
    "profileintegrationid",
    "sessionid",
    "profileid",
    "eventid",
    "event_type",
    "total_revenue",
    "props",
    "couponid",
    "store_id",
    "store_integration_id",
)


def export_sessions(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/export_customer_sessions"""
    application_in_path(workspace, incoming)
    made, dates = created(incoming), date_format(incoming)
    updated = Period(moment(incoming, "updatedAfter"), moment(incoming, "updatedBefore"))
    state = word(incoming, "customerSessionState", get_args(SessionState))
    people, connection = workspace.records.people, workspace.reading

    def rows() -> Iterator[list[Any]]:
        for brief in people.sessions(connection, incoming.query.get("profileIntegrationId")):
            if brief.created in made and brief.updated in updated and state in (None, brief.state):
                session = people.session(connection, brief.id)
                if session is not None:
                    yield _session(workspace, session, dates)

    return csv_answer(_SESSION, rows())


def export_effects(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/export_effects: those of the event history"""
    application_in_path(workspace, incoming)
    period, dates = created(incoming), date_format(incoming)
    campaign_id = number(incoming, "campaignId")
    records, connection = workspace.records, workspace.reading

    def rows() -> Iterator[list[Any]]:
        for event in records.events.all(connection):
            if event.created not in period:
                continue
            content = event_content(workspace, event)
            session = records.session(connection, event.session_id) if event.session_id else None
            for effect in event.effects:
                if campaign_id in (None, effect.campaign_id):
                    yield [
                        cell(event.created, dates),
                        effect.effect_type,
                        event.application_id,
                        effect.campaign_id,
                        effect.ruleset_id,
                        effect.rule_index,
                        event.session_id,
                        event.profile_id,
                        content.get("sessionId"),
                        content.get("profileId"),
                        event.id,
                        event.type,
                        cell(session.total if session else None),
                        cell(effect.props),
                        effect.triggered_by_coupon,
                        content.get("storeId"),
                        event.store_integration_id,
                    ]

    return csv_answer(_EFFECT, rows())


def _session(workspace: Workspace, session: CustomerSession, dates: DateFormat) -> list[Any]:
    profile = workspace.records.profile(workspace.reading, session.profile_id)
    closed = session.updated if session.state == "closed" else NEVER
    cancelled = session.updated if session.state == "cancelled" else NEVER
    return [
        session.id,
        cell(session.first_session),
        session.integration_id,
        session.application_id,
        profile.id if profile else None,
        session.profile_id,
        cell(session.created, dates),
        session.state,
        cell(session.cart_items),
        cell({}),
        cell(session.total),
        cell(session.attributes),
        cell(closed, dates),
        cell(cancelled, dates),
        session.referral_code,
        cell(session.identifiers),
        cell(session.additional_costs),
        cell(session.updated, dates),
        session.store_integration_id,
        cell(session.coupon_codes),
    ]


_APPLICATION = "/v1/applications/{applicationId}"

ROUTES: Routes = {
    f"{_APPLICATION}/export_customer_sessions": {"GET": searching(export_sessions)},
    f"{_APPLICATION}/export_effects": {"GET": searching(export_effects)},
}
