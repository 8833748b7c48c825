"""The API as one ASGI application: routing, authentication, errors, the log.

It is bare Starlette. Alone, `sandbox.emulator.server` runs it; under Streamlit an outermost
middleware hands it the paths that are its own, so that unknown ones get the vendor's errors and
encoded slashes in ids stay what they are.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.emulator import console, control, integration
from sandbox.emulator.answers import Answer, failed, refused
from sandbox.emulator.guard import ControlGate, invalid_key, key_kind, open_workspace
from sandbox.emulator.http import (
    MAX_BODY,
    MAX_BUNDLE,
    Incoming,
    TooLargeError,
    headers_of,
    read,
)
from sandbox.emulator.messages import METHOD_NOT_ALLOWED, NOT_EMULATED, NOT_FOUND, UNEXPECTED
from sandbox.errors import Refused
from sandbox.workspace.calls import Call, clipped
from sandbox.workspace.errors import StoreError, UnknownSessionError, UnknownWorkspaceError
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

Endpoint = Callable[[Request], Awaitable[Response]]

PREFIXES = ("/v1/", "/v2/", "/v3/", "/sandbox/")

_log = logging.getLogger(__name__)

_SESSION = "/v2/customer_sessions/{customerSessionId}"
_PROFILE = "/v2/customer_profiles/{integrationId}"
_WORKSPACE = "/sandbox/v1/workspaces/{name}"

_INTEGRATION: dict[str, dict[str, integration.Handler]] = {
    _SESSION: {"PUT": integration.update_session, "GET": integration.get_session},
    _PROFILE: {"PUT": integration.update_profile},
}
_CONTROL: dict[str, dict[str, control.Handler]] = {
    "/sandbox/v1/workspaces": {"GET": control.list_workspaces},
    _WORKSPACE: {
        "PUT": control.load_workspace,
        "GET": control.export_workspace,
        "DELETE": control.delete_workspace,
    },
    f"{_WORKSPACE}/reset": {"POST": control.reset_workspace},
    f"{_WORKSPACE}/clock": {"PUT": control.set_clock},
    f"{_WORKSPACE}/explain": {"POST": control.explain},
    "/sandbox/v1/talang/evaluate": {"POST": console.evaluate_talang},
}


def create_app(workspaces: Workspaces, admin_key: str | None, host: str) -> ASGIApp:
    """Return the API over these workspaces, for a server that is bound to `host`."""
    api = _Api(workspaces, ControlGate(admin_key, host))
    routes = [
        Route(path, api.integration(handlers), methods=ALL)
        for path, handlers in _INTEGRATION.items()
    ]
    routes += [
        Route(path, api.control(handlers), methods=ALL) for path, handlers in _CONTROL.items()
    ]
    routes.append(Route("/sandbox/{rest:path}", api.unknown_control, methods=ALL))
    routes.append(Route("/{rest:path}", api.unknown, methods=ALL))
    starlette = Starlette(routes=routes)

    async def on_raw_path(scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw is not None:
            scope = {**scope, "path": raw.decode("latin-1")}
        await starlette(scope, receive, send)

    return on_raw_path


ALL = ["GET", "PUT", "POST", "DELETE", "PATCH"]


class _Api:
    """Makes endpoints of handlers."""

    def __init__(self, workspaces: Workspaces, gate: ControlGate) -> None:
        self._workspaces = workspaces
        self._gate = gate

    def integration(self, handlers: dict[str, integration.Handler]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            started = time.perf_counter()
            headers = headers_of(request)
            workspace = open_workspace(self._workspaces, "integration", headers)
            if workspace is None:
                return invalid_key().response()
            handler = handlers.get(request.method)
            incoming: Incoming | None = None
            if handler is None:
                answer = _not_allowed(handlers)
            else:
                try:
                    incoming = await read(request, headers, MAX_BODY)
                except TooLargeError as error:
                    answer = failed(413, str(error))
                else:
                    answer = _answered(handler, workspace, incoming)
            self._record(workspace, request, incoming, answer, started)
            return answer.response()

        return endpoint

    def control(self, handlers: dict[str, control.Handler]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            headers = headers_of(request)
            refusal = self._gate.refusal(request.method, headers)
            if refusal is not None:
                return refusal.response()
            handler = handlers.get(request.method)
            if handler is None:
                return _not_allowed(handlers).response()
            try:
                incoming = await read(request, headers, MAX_BUNDLE)
            except TooLargeError as error:
                return failed(413, str(error)).response()
            return _answered(handler, self._workspaces, incoming).response()

        return endpoint

    async def unknown_control(self, request: Request) -> Response:
        refusal = self._gate.refusal(request.method, headers_of(request))
        return (refusal or failed(404, NOT_FOUND)).response()

    async def unknown(self, request: Request) -> Response:
        """Answer paths that are not emulated; like the vendor, only with a key."""
        started = time.perf_counter()
        kind = key_kind(request.scope["path"])
        workspace = open_workspace(self._workspaces, kind, headers_of(request))
        if workspace is None:
            return invalid_key().response()
        answer = failed(404, NOT_EMULATED)
        self._record(workspace, request, None, answer, started)
        return answer.response()

    def _record(
        self,
        workspace: Workspace,
        request: Request,
        incoming: Incoming | None,
        answer: Answer,
        started: float,
    ) -> None:
        path = request.scope["path"]
        query = request.scope["query_string"].decode("latin-1")
        call = Call(
            time=workspace.clock.now(),
            real_time=datetime.now(UTC),
            method=request.method,
            path=f"{path}?{query}" if query else path,
            status=answer.status,
            request=clipped((incoming.body if incoming else b"").decode(errors="replace")),
            answer=clipped((answer.body or b"").decode()),
            milliseconds=round((time.perf_counter() - started) * 1000, 3),
        )
        self._workspaces.log(workspace.name, call)


def _not_allowed(handlers: dict[str, Callable[..., Answer]]) -> Answer:
    return failed(405, METHOD_NOT_ALLOWED, allow=", ".join(sorted(handlers)))


def _answered(handler: Callable[..., Answer], subject: object, incoming: Incoming) -> Answer:
    """Call a handler; whatever it raises becomes an answer."""
    try:
        return handler(subject, incoming)
    except Refused as error:
        return refused(error.faults)
    except (UnknownSessionError, UnknownWorkspaceError) as error:
        return failed(404, str(error))
    except StoreError as error:
        return failed(503, str(error))
    except Exception:
        _log.exception("unexpected failure")
        return failed(500, UNEXPECTED)
