"""Customer sessions: listing them by what they hold, and one with its discounts.

Management API, schema ApplicationSession; decisions S212 and S214.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, get_args

from sandbox.emulator.answers import Answer, known, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.customers import matching
from sandbox.emulator.management.lists import shown_of
from sandbox.emulator.parameters import Period, created, path_number, word
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.model import CustomerSession, SessionState
from sandbox.numbers import ZERO
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.sessions import SessionFilter, total_discount
from sandbox.workspace.people import SessionBrief
from sandbox.workspace.workspace import Workspace


def list_sessions(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/sessions"""
    application_in_path(workspace, incoming)
    partial, query = incoming.flag("partialMatch"), incoming.query
    wanted = SessionFilter(
        integration_id=query.get("integrationId"),
        coupon=query.get("coupon"),
        referral=query.get("referral"),
        store=query.get("storeIntegrationId"),
        profile=query.get("profile"),
        state=word(incoming, "state", get_args(SessionState)),
        partial=partial,
    )
    period, connection = created(incoming), workspace.reading
    if partial:
        listing = workspace.records.people.sessions(connection)
    else:
        listing = workspace.records.people.sessions(
            connection, wanted.profile, wanted.integration_id
        )
        wanted = wanted._replace(profile=None, integration_id=None)

    def takes(session: SessionBrief) -> bool:
        return session.created in period and wanted.takes(session)

    is_everything = wanted == SessionFilter(partial=partial) and period == Period(None, None)
    shown, has_more = shown_of(incoming, listing, None if is_everything else takes, _SORTABLE)
    return ok({"hasMore": has_more, "data": _contents(workspace, shown)})


def get_session(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/sessions/{sessionId}"""
    application_in_path(workspace, incoming)
    number = path_number(incoming, "sessionId")
    session = workspace.records.people.session(workspace.reading, number)
    if session is None:
        raise UnknownEntityError("customer session", number)
    return ok(_with_discounts(workspace, session))


def find_sessions(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/sessions_search: those of profiles with attributes"""
    application_in_path(workspace, incoming)
    is_wanted, people = matching(incoming), workspace.records.people
    owners = {
        profile.integration_id
        for profile in people.profiles(workspace.reading)
        if is_wanted(profile)
    }
    listing = people.sessions(workspace.reading)

    def takes(session: SessionBrief) -> bool:
        return session.profile_id in owners

    shown, has_more = shown_of(incoming, listing, takes)
    answer: dict[str, Any] = {"hasMore": has_more, "data": _contents(workspace, shown)}
    if incoming.flag("withTotalResultSize"):
        answer["totalResultSize"] = sum(1 for _ in filter(takes, listing))
    return ok(answer)


def session_content(workspace: Workspace, session: CustomerSession) -> dict[str, Any]:
    """Return a session (schema ApplicationSession); in a list its discounts are shown as 0."""
    profile = workspace.records.profile(workspace.reading, session.profile_id)
    content: dict[str, Any] = {
        "id": session.id,
        "created": session.created,
        "integrationId": session.integration_id,
        "applicationId": session.application_id,
        "profileintegrationid": session.profile_id,
        "coupon": ",".join(session.coupon_codes),
        "referral": session.referral_code,
        "state": session.state,
        "cartItems": session.cart_items,
        "discounts": {},
        "totalDiscounts": ZERO,
        "total": session.total,
        "attributes": session.attributes,
    }
    optional = {
        "profileId": profile.id if profile else None,
        "storeIntegrationId": session.store_integration_id,
    }
    return content | known(optional)


def _contents(workspace: Workspace, shown: Sequence[SessionBrief]) -> list[dict[str, Any]]:
    """Return the sessions of a page; only one that is alone shows its discounts."""
    people = workspace.records.people
    content = _with_discounts if len(shown) == 1 else session_content
    found = (people.session(workspace.reading, brief.id) for brief in shown)
    return [content(workspace, session) for session in found if session is not None]


def _with_discounts(workspace: Workspace, session: CustomerSession) -> dict[str, Any]:
    history = workspace.records.history(workspace.reading, session.integration_id)
    discounts = total_discount(history.effects)
    return session_content(workspace, session) | {"totalDiscounts": discounts}


_SORTABLE: dict[str, Callable[[SessionBrief], Any]] = {
    name: attrgetter(field)
    for name, field in {
        "id": "id",
        "created": "created",
        "updated": "updated",
        "integrationId": "integration_id",
        "profileintegrationid": "profile_id",
        "state": "state",
        "total": "total",
        "referral": "referral_code",
        "storeIntegrationId": "store_integration_id",
    }.items()
}

_SESSIONS = "/v1/applications/{applicationId}/sessions"

ROUTES: Routes = {
    _SESSIONS: {"GET": searching(list_sessions)},
    f"{_SESSIONS}/{{sessionId}}": {"GET": get_session},
    "/v1/applications/{applicationId}/sessions_search": {"POST": searching(find_sessions)},
}
