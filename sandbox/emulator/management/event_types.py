"""Types of events: those that are defined, and those that were tracked."""

from __future__ import annotations

from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.entities import by_fields, shown
from sandbox.emulator.management.lists import counted
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.workspace.operations.entities import EVENT_TYPES, entities
from sandbox.workspace.workspace import Workspace


def list_event_types(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/event_types; each has one version."""
    incoming.flag("includeOldVersions")
    name = incoming.query.get("name")
    found = [
        shown(workspace, one, title=one["name"], description="")
        for one in entities(workspace, EVENT_TYPES)
        if name in (None, one["name"])
    ]
    return counted(incoming, found, dict, by_fields("name", "title"))


def list_tracked_types(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/event_types: of events that are in the history."""
    application_in_path(workspace, incoming)
    types = sorted({event.type for event in workspace.records.events.all(workspace.reading)})
    return counted(incoming, types, str, {"type": str})


ROUTES: Routes = {
    "/v1/event_types": {"GET": list_event_types},
    "/v1/applications/{applicationId}/event_types": {"GET": searching(list_tracked_types)},
}
