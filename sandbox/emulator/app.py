"""The API as one ASGI application: routing, authentication, errors, the log.

It is ASGI without a framework, which would cost a dry run as much again as its rules do. Alone,
`sandbox.emulator.server` runs it; under Streamlit an outermost middleware hands it the paths that
are its own, so that unknown ones get the vendor's errors and encoded slashes in ids stay what they
are.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.emulator import console, control, integration
from sandbox.emulator.answers import Answer, failed, refused
from sandbox.emulator.guard import ControlGate, invalid_key, key_kind, open_workspace
from sandbox.emulator.http import (
    MAX_BODY,
    MAX_BUNDLE,
    DisconnectedError,
    Incoming,
    Request,
    TooLargeError,
    answer_with,
    headers_of,
    raw_path,
    read,
)
from sandbox.emulator.messages import METHOD_NOT_ALLOWED, NOT_EMULATED, NOT_FOUND, UNEXPECTED
from sandbox.emulator.router import Router
from sandbox.errors import Refused
from sandbox.workspace.calls import RawCall
from sandbox.workspace.errors import StoreError, UnknownSessionError, UnknownWorkspaceError
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

Endpoint = Callable[[Request], Awaitable[Answer]]

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
    "/sandbox/v1/schemas/trace": {"GET": control.get_trace_schema},
    "/sandbox/v1/talang/evaluate": {"POST": console.evaluate_talang},
}


def create_app(workspaces: Workspaces, admin_key: str | None, host: str) -> ASGIApp:
    """Return the API over these workspaces, for a server that is bound to `host`."""
    api = _Api(workspaces, ControlGate(admin_key, host))
    router: Router[Endpoint] = Router(
        {path: api.integration(handlers) for path, handlers in _INTEGRATION.items()}
        | {path: api.control(handlers) for path, handlers in _CONTROL.items()}
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = raw_path(scope)
        endpoint, ids = router.find(path) or (api.endpoint_of_unknown(path), {})
        query_string = scope["query_string"].decode("latin-1")
        request = Request(scope["method"], path, query_string, headers_of(scope), ids, receive)
        try:
            answer = await endpoint(request)
        except DisconnectedError:
            return
        await answer_with(answer, send)

    return app


class _Api:
    """Makes endpoints of handlers."""

    def __init__(self, workspaces: Workspaces, gate: ControlGate) -> None:
        self._workspaces = workspaces
        self._gate = gate

    def integration(self, handlers: Mapping[str, integration.Handler]) -> Endpoint:
        async def endpoint(request: Request) -> Answer:
            started = time.perf_counter()
            workspace = open_workspace(self._workspaces, "integration", request.headers)
            if workspace is None:
                return invalid_key()
            handler = handlers.get(request.method)
            incoming: Incoming | None = None
            if handler is None:
                answer = _not_allowed(handlers)
            else:
                try:
                    incoming = await read(request, MAX_BODY)
                except TooLargeError as error:
                    answer = failed(413, str(error))
                else:
                    answer = _answered(handler, workspace, incoming)
            self._record(workspace, request, incoming, answer, started)
            return answer

        return endpoint

    def control(self, handlers: Mapping[str, control.Handler]) -> Endpoint:
        async def endpoint(request: Request) -> Answer:
            refusal = self._gate.refusal(request.method, request.headers)
            if refusal is not None:
                return refusal
            handler = handlers.get(request.method)
            if handler is None:
                return _not_allowed(handlers)
            try:
                incoming = await read(request, MAX_BUNDLE)
            except TooLargeError as error:
                return failed(413, str(error))
            return _answered(handler, self._workspaces, incoming)

        return endpoint

    def endpoint_of_unknown(self, path: str) -> Endpoint:
        return self._unknown_control if path.startswith("/sandbox/") else self._unknown

    async def _unknown_control(self, request: Request) -> Answer:
        return self._gate.refusal(request.method, request.headers) or failed(404, NOT_FOUND)

    async def _unknown(self, request: Request) -> Answer:
        """Answer paths that are not emulated; like the vendor, only with a key."""
        started = time.perf_counter()
        workspace = open_workspace(self._workspaces, key_kind(request.path), request.headers)
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


def _not_allowed(handlers: Mapping[str, Callable[..., Answer]]) -> Answer:
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
