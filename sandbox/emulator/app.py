"""The API as one ASGI application: routing, authentication, errors, the log.

It is ASGI without a framework, which would cost a dry run as much again as its rules do. Alone,
`sandbox.emulator.server` runs it; under Streamlit an outermost middleware hands it the paths that
are its own, so that unknown ones get the vendor's errors and encoded slashes in ids stay what they
are.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

from msgspec.structs import replace
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.emulator import (
    achievements,
    audiences,
    campaigns,
    catalogs,
    console,
    control,
    coupons,
    events,
    loyalty,
    loyalty_cards,
    profiles,
    referrals,
    rules_in_words,
    sessions,
)
from sandbox.emulator.answers import Answer, failed, refused
from sandbox.emulator.guard import (
    ANY_KIND,
    ControlGate,
    KeyKind,
    invalid_key,
    open_workspace,
)
from sandbox.emulator.http import (
    MAX_BODY,
    MAX_BUNDLE,
    DisconnectedError,
    Headers,
    Incoming,
    Request,
    UnreadError,
    answer_with,
    raw_path,
    read,
)
from sandbox.emulator.management.logins import LOGINS
from sandbox.emulator.management.routes import MANAGEMENT
from sandbox.emulator.messages import METHOD_NOT_ALLOWED, NOT_EMULATED, NOT_FOUND, UNEXPECTED
from sandbox.emulator.router import Router
from sandbox.emulator.routes import Handler, Routes
from sandbox.emulator.turns import Turn, Turns, searching, storing
from sandbox.errors import Refused
from sandbox.workspace.calls import RawCall
from sandbox.workspace.errors import (
    StoreError,
    TakenError,
    UnknownEntityError,
    UnknownSessionError,
    UnknownWorkspaceError,
)
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

Endpoint = Callable[[Request], Awaitable[Answer]]
T = TypeVar("T")

# Bytes of a body that may take some milliseconds to read, and more to say what is wrong with it.
LARGE_BODY = 50_000

PREFIXES = ("/v1/", "/v2/", "/v3/", "/sandbox/")

_log = logging.getLogger(__name__)

_SESSION = "/v2/customer_sessions/{customerSessionId}"
_PROFILE = "/v2/customer_profiles/{integrationId}"
_AUDIENCE = "/v2/audiences/{audienceId}"
_ACHIEVEMENTS = "/v1/customer_profiles/{integrationId}/achievements"
_POINTS = "/v1/loyalty_programs/{loyaltyProgramId}"
_CARD = "/v2/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}"
_WORKSPACE = "/sandbox/v1/workspaces/{name}"

INTEGRATION: Routes = {
    _SESSION: {"PUT": sessions.update_session, "GET": sessions.get_session},
    f"{_SESSION}/returns": {"POST": sessions.return_items},
    f"{_SESSION}/reopen": {"PUT": sessions.reopen_session},
    _PROFILE: {"PUT": profiles.update_profile},
    "/v2/customer_profiles": {"PUT": profiles.update_profiles},
    "/v1/customer_profiles/{integrationId}/inventory": {"GET": profiles.get_inventory},
    "/v1/customer_data/{integrationId}": {"DELETE": profiles.delete_customer_data},
    "/v2/events": {"POST": events.track_event},
    "/v3/events": {"POST": events.track_advanced_event},
    "/v3/events/{integrationId}": {"GET": events.get_advanced_event},
    "/v1/coupon_reservations/{couponValue}": {
        "POST": storing(coupons.create_reservations),
        "DELETE": storing(coupons.delete_reservations),
    },
    "/v1/coupon_reservations/customerprofiles/{couponValue}": {
        "GET": coupons.list_reserving_customers
    },
    "/v1/referrals": {"POST": storing(referrals.create_referral)},
    "/v1/referrals_for_multiple_advocates": {
        "POST": storing(referrals.create_referrals, is_heavy=True)
    },
    "/v2/audiences": {"POST": storing(audiences.create_audience, is_heavy=True)},
    _AUDIENCE: {
        "PUT": storing(audiences.update_audience, is_heavy=True),
        "DELETE": storing(audiences.delete_audience, is_heavy=True),
    },
    f"{_AUDIENCE}/memberships": {"DELETE": storing(audiences.empty_audience)},
    "/v2/customer_audiences": {"POST": storing(audiences.change_memberships, is_heavy=True)},
    "/v2/audience_customers/{audienceId}/attributes": {
        "PUT": storing(audiences.set_member_attributes, is_heavy=True)
    },
    "/v1/catalogs/{catalogId}/sync": {"PUT": storing(catalogs.sync_catalog, is_heavy=True)},
    "/v1/best_prior_price": {"POST": catalogs.best_prior_price},
    _ACHIEVEMENTS: {"GET": achievements.list_achievements},
    f"{_ACHIEVEMENTS}/{{achievementId}}": {"GET": achievements.list_achievement_history},
    "/v1/integration/campaigns": {"GET": campaigns.list_campaigns},
    f"{_POINTS}/profile/{{integrationId}}/balances": {"GET": loyalty.get_profile_balances},
    f"{_POINTS}/profile/{{integrationId}}/transactions": {"GET": loyalty.list_profile_transactions},
    f"{_POINTS}/profile/{{integrationId}}/points": {"GET": loyalty.list_profile_points},
    f"{_POINTS}/profile/{{integrationId}}/delete_transactions": {
        "POST": storing(loyalty.delete_transactions)
    },
    f"{_POINTS}/profile/{{integrationId}}/join": {"POST": storing(loyalty.join_program)},
    f"{_POINTS}/activate_points": {"POST": storing(loyalty.activate_points)},
    f"{_POINTS}/cards": {"POST": storing(loyalty_cards.generate_card)},
    f"{_POINTS}/cards/{{loyaltyCardId}}/balances": {"GET": loyalty.get_card_balances},
    f"{_POINTS}/cards/{{loyaltyCardId}}/transactions": {"GET": loyalty.list_card_transactions},
    f"{_POINTS}/cards/{{loyaltyCardId}}/points": {"GET": loyalty.list_card_points},
    f"{_CARD}/link_profile": {"POST": storing(loyalty_cards.link_profile)},
    f"{_CARD}/unlink_profile": {"POST": storing(loyalty_cards.unlink_profile)},
}
_CONTROL: dict[str, dict[str, control.Handler]] = {
    "/sandbox/v1/workspaces": {"GET": control.list_workspaces},
    _WORKSPACE: {
        "PUT": storing(control.load_workspace, is_heavy=True),
        "GET": searching(control.export_workspace),
        "DELETE": storing(control.delete_workspace, is_heavy=True),
    },
    f"{_WORKSPACE}/reset": {"POST": storing(control.reset_workspace, is_heavy=True)},
    f"{_WORKSPACE}/clock": {"PUT": control.set_clock},
    f"{_WORKSPACE}/explain": {"POST": control.explain},
    f"{_WORKSPACE}/campaigns/{{campaignId}}/ruleset": {"PUT": control.put_ruleset},
    f"{_WORKSPACE}/rules": {"GET": rules_in_words.get_rules},
    "/sandbox/v1/schemas/trace": {"GET": control.get_trace_schema},
    "/sandbox/v1/talang/evaluate": {"POST": console.evaluate_talang},
}


def create_app(workspaces: Workspaces, admin_key: str | None, host: str) -> ASGIApp:
    """Return the API over these workspaces, for a server that is bound to `host`."""
    api = _Api(workspaces, ControlGate(admin_key, host))
    router: Router[Endpoint] = Router(
        {path: api.vendor(handlers) for path, handlers in _by_path().items()}
        | {path: api.keyless(handlers, MAX_BODY) for path, handlers in LOGINS.items()}
        | {path: api.control(handlers) for path, handlers in _CONTROL.items()}
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = raw_path(scope)
        try:
            endpoint, ids = router.find(path) or (api.endpoint_of_unknown(path), {})
        except Refused as error:
            await answer_with(refused(error.faults), send)
            return
        query_string = scope["query_string"].decode("latin-1")
        request = Request(
            scope["method"], path, query_string, Headers(scope["headers"]), ids, receive
        )
        try:
            answer = await endpoint(request)
        except DisconnectedError:
            return
        except StoreError as error:  # met before a handler was called
            answer = failed(503, str(error))
        await answer_with(answer, send)

    return app


def _by_path() -> dict[str, dict[str, _Opened]]:
    """Return the handlers of the vendor's APIs; some paths have methods of both."""
    apis: tuple[tuple[KeyKind, Routes], ...] = (
        ("integration", INTEGRATION),
        ("management", MANAGEMENT),
    )
    paths: dict[str, dict[str, _Opened]] = {}
    for kind, routes in apis:
        for path, handlers in routes.items():
            opened = {method: _Opened(kind, handler) for method, handler in handlers.items()}
            paths.setdefault(path, {}).update(opened)
    return paths


class _Opened(NamedTuple):
    """A handler, and which kind of key opens it."""

    kind: KeyKind
    handler: Handler


class _Api:
    """Makes endpoints of handlers."""

    def __init__(self, workspaces: Workspaces, gate: ControlGate) -> None:
        self._workspaces = workspaces
        self._gate = gate
        self._turns = Turns()

    def vendor(self, handlers: Mapping[str, _Opened]) -> Endpoint:
        """Return the endpoint of a path of the vendor's APIs."""
        kinds = {opened.kind for opened in handlers.values()}

        async def endpoint(request: Request) -> Answer:
            started = time.perf_counter()
            opened = handlers.get(request.method)
            workspace = open_workspace(
                self._workspaces, kinds if opened is None else (opened.kind,), request.headers
            )
            if workspace is None:
                return invalid_key()
            incoming: Incoming | None = None
            if opened is None:
                answer = _not_allowed(handlers)
            else:
                try:
                    incoming = await read(request, MAX_BODY)
                except UnreadError as error:
                    answer = failed(error.status, str(error))
                else:
                    answer = await self._answer(workspace.name, opened.handler, workspace, incoming)
            self._record(workspace, request, incoming, answer, started)
            return answer

        return endpoint

    def keyless(self, handlers: Mapping[str, control.Handler], limit: int) -> Endpoint:
        """Return the endpoint of a path that no key opens; `limit` is that of bodies in bytes."""

        async def endpoint(request: Request) -> Answer:
            handler = handlers.get(request.method)
            if handler is None:
                return _not_allowed(handlers)
            try:
                incoming = await read(request, limit)
            except UnreadError as error:
                return failed(error.status, str(error))
            return await self._answer("", handler, self._workspaces, incoming)

        return endpoint

    def control(self, handlers: Mapping[str, control.Handler]) -> Endpoint:
        """Return the endpoint of a path of the control API."""
        opened = self.keyless(handlers, MAX_BUNDLE)

        async def endpoint(request: Request) -> Answer:
            refusal = self._gate.refusal(request.method, request.headers)
            return await opened(request) if refusal is None else refusal

        return endpoint

    async def _answer(
        self,
        workspace: str,
        handler: Callable[[T, Incoming], Answer | Turn],
        owner: T,
        incoming: Incoming,
    ) -> Answer:
        """Let a handler answer, at once or when its turn has come; large bodies are read aside."""
        is_large = len(incoming.body) > LARGE_BODY
        if is_large:
            answer = await self._turns.aside(lambda: _caught(handler, owner, incoming))
        else:
            answer = _caught(handler, owner, incoming)
        if not isinstance(answer, Turn):
            return answer
        turn = replace(answer, is_heavy=True) if is_large else answer
        if self._turns.can_skip(workspace, turn):
            return _caught(turn.work)
        return await self._turns.take(workspace, turn, lambda: _caught(turn.work))

    def endpoint_of_unknown(self, path: str) -> Endpoint:
        return self._unknown_control if path.startswith("/sandbox/") else self._unknown

    async def _unknown_control(self, request: Request) -> Answer:
        return self._gate.refusal(request.method, request.headers) or failed(404, NOT_FOUND)

    async def _unknown(self, request: Request) -> Answer:
        """Answer paths that are not emulated; like the vendor, only with a key."""
        started = time.perf_counter()
        workspace = open_workspace(self._workspaces, ANY_KIND, request.headers)
        if workspace is None:
            return invalid_key()
        answer = failed(404, NOT_EMULATED)
        self._record(workspace, request, None, answer, started)
        return answer

    def _record(
        self,
        workspace: Workspace,
        request: Request,
        incoming: Incoming | None,
        answer: Answer,
        started: float,
    ) -> None:
        call = RawCall(
            time.time(),
            workspace.clock,
            request.method,
            request.path,
            request.query_string,
            answer.status,
            incoming.body if incoming else b"",
            answer.body or b"",
            time.perf_counter() - started,
        )
        self._workspaces.log(workspace.name, call)


def _not_allowed(handlers: Collection[str]) -> Answer:
    """Refuse a method that an operation does not have (decision S90)."""
    return failed(405, METHOD_NOT_ALLOWED, allow=", ".join(sorted(handlers)))


def _caught(call: Callable[..., T], *arguments: object) -> T | Answer:
    """Call a handler; whatever it raises becomes an answer."""
    try:
        return call(*arguments)
    except Refused as error:
        return refused(error.faults)
    except (UnknownEntityError, UnknownSessionError, UnknownWorkspaceError) as error:
        return failed(404, str(error))
    except TakenError as error:
        return refused([], 409, str(error))
    except StoreError as error:
        return failed(503, str(error))
    except Exception:
        _log.exception("unexpected failure")
        return failed(500, UNEXPECTED)
