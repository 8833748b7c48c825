"""Audiences, how many members they have, and who these are.

Management API, schemas Audience, AudienceAnalytics and CustomerProfile; decision S217.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from msgspec.structs import replace

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.audiences import audience_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import csv_answer, imported, read_lines
from sandbox.emulator.management.customers import profile_of
from sandbox.emulator.management.entities import by_fields
from sandbox.emulator.management.lists import stored, uncounted
from sandbox.emulator.management.uploads import uploaded_text
from sandbox.emulator.parameters import numbers, path_number, sorted_by
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.errors import Fault, Refused
from sandbox.workspace.operations.audiences import (
    find_audience,
    present_audiences,
    replace_members,
)
from sandbox.workspace.profiles import new_profile
from sandbox.workspace.workspace import Workspace

_MAX_IDS = 1000
# The only column of files with members.
_MEMBER = "profileintegrationid"


def list_audiences(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/audiences"""
    found = [audience_content(workspace, one) for one in present_audiences(workspace)]
    return uncounted(incoming, found, dict, by_fields("name"), counts=True)


def list_sizes(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/audiences/analytics"""
    wanted = numbers(incoming, "audienceIds")
    if wanted is None:
        raise Refused([Fault("Missing", "“audienceIds” is required", parameter="audienceIds")])
    if len(wanted) > _MAX_IDS:
        details = f"At most {_MAX_IDS} audiences can be asked for"
        raise Refused([Fault("Too many", details, parameter="audienceIds")])
    sizes = workspace.records.audiences.sizes(workspace.reading)
    found = [
        {"audienceId": audience.id, "membersCount": sizes.get(audience.id, 0)}
        for audience in workspace.application.definition.audiences
        if audience.id in wanted
    ]
    return ok({"hasMore": False, "data": sorted_by(incoming, found, _SORTABLE_SIZES)})


def list_members(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/audiences/{audienceId}/memberships"""
    audience = find_audience(workspace, path_number(incoming, "audienceId"))
    part = incoming.query.get("profileQuery", "").casefold()
    content = profile_of(workspace)
    records, now = workspace.records, workspace.clock.now()

    def member(profile_id: str) -> dict[str, Any]:
        profile = records.profile(workspace.reading, profile_id)
        if profile is None:
            empty = new_profile(records, workspace.reading, profile_id, now)
            profile = replace(empty, id=0)
        return content(profile)

    return stored(
        incoming,
        records.audiences.members(workspace.reading, audience.id),
        member,
        takes=(lambda profile_id: part in profile_id.casefold()) if part else None,
        sortable={"integrationId": str},
    )


def export_members(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/audiences/{audienceId}/memberships/export"""
    audience = find_audience(workspace, path_number(incoming, "audienceId"))
    members = workspace.records.audiences.members(workspace.reading, audience.id)
    return csv_answer([_MEMBER], ([profile_id] for profile_id in members))


def import_members(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/audiences/{audienceId}/memberships/import: these are all members then"""
    audience_id = path_number(incoming, "audienceId")
    find_audience(workspace, audience_id)
    lines, faults = read_lines(uploaded_text(incoming), [_MEMBER], [_MEMBER])
    members = [line.required(_MEMBER) for line in lines]
    if faults:
        raise Refused(faults)
    done = replace_members(workspace, audience_id, members)
    return ok(imported(workspace, "AudienceMemberships", done))


_SORTABLE_SIZES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    name: itemgetter(name) for name in ("audienceId", "membersCount")
}

_AUDIENCES = "/v1/audiences"
_MEMBERS = f"{_AUDIENCES}/{{audienceId}}/memberships"

ROUTES: Routes = {
    _AUDIENCES: {"GET": list_audiences},
    f"{_AUDIENCES}/analytics": {"GET": searching(list_sizes)},
    _MEMBERS: {"GET": searching(list_members)},
    f"{_MEMBERS}/export": {"GET": searching(export_members)},
    f"{_MEMBERS}/import": {"POST": storing(import_members, is_heavy=True)},
}
