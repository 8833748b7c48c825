"""The access log of an Application, and its health: calls of the Integration API.

Source: reference/api/07, sections 7.7 and 7.8; decisions S212 and S218.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sandbox.emulator.answers import NEVER, Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.lists import stored
from sandbox.emulator.operations import Finder, listed_operations
from sandbox.emulator.parameters import time_range, word
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.loyalty.transactions import make_uuid
from sandbox.errors import Fault, Refused
from sandbox.talang.errors import EvaluationError
from sandbox.talang.library.patterns import compiled_pattern
from sandbox.workspace.calls import Call, LoggedCall
from sandbox.workspace.workspace import Workspace

_METHODS = ("get", "put", "post", "delete", "patch")
_HEALTH_WINDOW = timedelta(minutes=5)


def list_calls(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/access_logs/no_total"""
    application_in_path(workspace, incoming)
    period = time_range(incoming)
    method = word(incoming, "method", _METHODS)
    status = word(incoming, "status", ("success", "error"))
    is_on_path = _path_filter(incoming)

    def takes(logged: LoggedCall) -> bool:
        call = logged.call
        return (
            call.time in period
            and method in (None, call.method.lower())
            and status in (None, "success" if _has_succeeded(call) else "error")
            and is_on_path(call)
            and _is_integration(call)
        )

    return stored(
        incoming,
        workspace.calls.newest(workspace.name),
        lambda logged: call_content(workspace, logged),
        takes=takes,
        sortable=_SORTABLE,
    )


def get_health(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/health_report"""
    application_in_path(workspace, incoming)
    calls = [entry.call for entry in workspace.calls.newest(workspace.name)]
    relevant = [call for call in calls if _is_integration(call)]
    since = workspace.clock.now() - _HEALTH_WINDOW
    recent = Counter(_has_succeeded(call) for call in relevant if call.time >= since)
    last_used = max((call.time for call in relevant), default=NEVER)
    return ok({"summary": _summary(recent[True], recent[False]), "lastUsed": last_used})


def call_content(workspace: Workspace, logged: LoggedCall) -> dict[str, Any]:
    """Return a call (schema AccessLogEntry); it has the workspace's time."""
    call = logged.call
    return {
        "uuid": make_uuid(workspace.name, str(logged.number)),
        "status": call.status,
        "method": call.method,
        "requestUri": call.path,
        "time": call.time,
        "requestPayload": call.request,
        "responsePayload": call.answer,
    }


def _summary(succeeded: int, failed: int) -> str:
    if not succeeded and not failed:
        return "NONE"
    if not failed:
        return "OK"
    if not succeeded:
        return "CRITICAL"
    return "ERROR" if failed > succeeded else "WARNING"


def _path_filter(incoming: Incoming) -> Callable[[Call], bool]:
    """Read the regular expression that paths without their queries have to match."""
    wanted = incoming.query.get("path")
    if wanted is None:
        return lambda call: True
    try:
        pattern = compiled_pattern(wanted)
    except EvaluationError as error:
        raise Refused([Fault("Invalid value", str(error), parameter="path")]) from None
    return lambda call: pattern.search(call.path.partition("?")[0]) is not None


def _has_succeeded(call: Call) -> bool:
    return 200 <= call.status < 300


def _is_integration(call: Call) -> bool:
    """Tell whether a call is no operation of the Management API."""
    return _management().find(call.method, call.path) is None


@cache
def _management() -> Finder:
    return Finder(listed_operations("management"))


_SORTABLE: dict[str, Callable[[LoggedCall], Any]] = {
    "time": attrgetter("call.time"),
    "status": attrgetter("call.status"),
    "method": attrgetter("call.method"),
    "requestUri": attrgetter("call.path"),
}

_APPLICATION = "/v1/applications/{applicationId}"

ROUTES: Routes = {
    f"{_APPLICATION}/access_logs/no_total": {"GET": searching(list_calls)},
    f"{_APPLICATION}/health_report": {"GET": searching(get_health)},
}
