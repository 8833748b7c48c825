"""Applications: a workspace has one. Schema Application of the Management API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.bundled_content import said
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.entities import by_fields
from sandbox.emulator.management.lists import counted
from sandbox.emulator.management.loyalty_programs import program_content
from sandbox.emulator.parameters import path_number
from sandbox.emulator.routes import Routes
from sandbox.engine.model import json_fields
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.workspace import Workspace


def list_applications(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications"""
    return counted(incoming, [application_content(workspace)], dict, _SORTABLE)


def get_application(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}"""
    application_in_path(workspace, incoming)
    return ok(application_content(workspace))


def application_in_path(workspace: Workspace, incoming: Incoming) -> int:
    """Return the id of the Application that a path names.

    Raises UnknownEntityError unless it is that of the workspace.
    """
    application_id = path_number(incoming, "applicationId")
    if application_id != workspace.application.settings.id:
        raise UnknownEntityError("Application", application_id)
    return application_id


def application_content(workspace: Workspace) -> dict[str, Any]:
    """Return the Application; what only the bundle knows of it is kept."""
    settings = workspace.application.settings
    sent: Mapping[str, Any] = workspace.raw.get("application") or {}
    now = workspace.clock.now()
    defaults: dict[str, Any] = {
        "accountId": ACCOUNT_ID,
        "created": now,
        "modified": now,
        "description": "",
        "attributesSettings": {},
        "attributes": {},
        "limits": [],
    }
    programs = [program_content(workspace, one) for one in workspace.application.programs.values()]
    return {**defaults, **json_fields(settings), **said(sent), "loyaltyPrograms": programs}


_SORTABLE = by_fields("name", "modified")

ROUTES: Routes = {
    "/v1/applications": {"GET": list_applications},
    "/v1/applications/{applicationId}": {"GET": get_application},
}
