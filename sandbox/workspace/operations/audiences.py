"""Audiences: making, naming and deleting them, and who belongs to them.

Audiences are configuration, so their changes compile the rules anew: a rule may name one that is
made later, or that goes away (decisions S49, S120). Source: reference/api/06, section 6.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from sandbox.engine.changes import SetMembership
from sandbox.engine.definitions import Audience
from sandbox.engine.model import Attributes, Model, Time, json_fields
from sandbox.errors import Refused
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.entities import Membership
from sandbox.workspace.errors import TakenError, UnknownEntityError
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.operations.configuration import configured, reconfiguring
from sandbox.workspace.profiles import ensure_profile
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace

Name = Annotated[str, msgspec.Meta(min_length=1)]


class NewAudience(Model, frozen=True):
    """An audience to make; `integration_id` is its id in the system that it comes from."""

    name: Name
    integration: str | None = None
    integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    sandbox: bool | None = None
    description: str | None = None
    subscribed_applications_ids: list[int] | None = None
    created_in_3rd_party: bool | None = msgspec.field(default=None, name="createdIn3rdParty")
    last_update: Time | None = None


class AudienceUpdate(Model, frozen=True):
    name: Name
    subscribed_applications_ids: list[int] | None = None


class MembershipChange(Model, frozen=True):
    """Somebody who joins an audience, or leaves it."""

    action: Literal["add", "delete"]
    profile_integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    audience_id: int


def create_audience(workspace: Workspace, new: NewAudience) -> dict[str, Any]:
    """Make an audience and return it as stored.

    Raises TakenError when there is one with the same id in the same system.
    """
    with reconfiguring(workspace) as change:
        present = present_audiences(workspace)
        origin = (new.integration, new.integration_id)
        if new.integration_id and origin in {
            (one.get("integration"), one.get("integrationId")) for one in present
        }:
            raise TakenError(f"There is an audience with the integrationId “{new.integration_id}”")
        highest = max((one["id"] for one in present), default=0)
        created = {
            "id": next_code_id(change.connection, workspace.name, "audience", highest),
            "accountId": 1,
            "created": workspace.clock.now(),
            **json_fields(new),
        }
        change.put("audiences", [*present, created])
    return created


def update_audience(
    workspace: Workspace, audience_id: int, update: AudienceUpdate
) -> dict[str, Any]:
    """Give an audience another name and return it; raises UnknownEntityError."""
    with reconfiguring(workspace) as change:
        find_audience(workspace, audience_id)
        changed = [
            {**one, **json_fields(update)} if one["id"] == audience_id else one
            for one in present_audiences(workspace)
        ]
        change.put("audiences", changed)
    return next(one for one in changed if one["id"] == audience_id)


def delete_audience(workspace: Workspace, audience_id: int) -> None:
    """Delete an audience with its memberships; raises UnknownEntityError."""
    with reconfiguring(workspace) as change:
        find_audience(workspace, audience_id)
        kept = [one for one in present_audiences(workspace) if one["id"] != audience_id]
        workspace.records.audiences.clear(change.connection, audience_id)
        change.put("audiences", kept)


def empty_audience(workspace: Workspace, audience_id: int) -> None:
    """Let all members leave an audience; raises UnknownEntityError."""
    with workspace.writing() as connection:
        find_audience(workspace, audience_id)
        workspace.records.audiences.clear(connection, audience_id)


def change_memberships(workspace: Workspace, changes: Sequence[MembershipChange]) -> None:
    """Let customers join and leave audiences, all or none; who joins comes to be.

    Raises UnknownEntityError.
    """
    records, now = workspace.records, workspace.clock.now()
    with workspace.writing() as connection:
        for audience_id in {change.audience_id: None for change in changes}:
            find_audience(workspace, audience_id)
        for change in changes:
            joins = change.action == "add"
            if joins:
                ensure_profile(records, connection, change.profile_integration_id, now)
            membership = SetMembership(
                audience_id=change.audience_id,
                profile_id=change.profile_integration_id,
                is_member=joins,
            )
            records.audiences.set(connection, membership)


def replace_members(workspace: Workspace, audience_id: int, profile_ids: Sequence[str]) -> Import:
    """Let these customers, and no others, belong to an audience; who is not there comes to be.

    Raises UnknownEntityError.
    """
    records, now = workspace.records, workspace.clock.now()
    members = list(dict.fromkeys(profile_ids))
    with workspace.writing() as connection:
        find_audience(workspace, audience_id)
        records.audiences.clear(connection, audience_id)
        for profile_id in members:
            ensure_profile(records, connection, profile_id, now)
        records.audiences.load(connection, [Membership(audience_id, one) for one in members])
        import_id = next_code_id(connection, workspace.name, "import")
    return Import(import_id, len(members))


def set_member_attributes(workspace: Workspace, audience_id: int, attributes: Attributes) -> None:
    """Give all members of an audience these attributes, besides those that they have.

    Raises UnknownEntityError, Refused.
    """
    records, now = workspace.records, workspace.clock.now()
    with workspace.writing() as connection:
        find_audience(workspace, audience_id)
        checker = AttributeChecker(workspace.application.definition.attributes)
        faults = list(checker.faults("CustomerProfile", attributes, ""))
        if faults:
            raise Refused(faults)
        for profile_id in list(records.audiences.members(connection, audience_id)):
            profile = ensure_profile(records, connection, profile_id, now)
            merged = merge_attributes(profile.attributes, attributes)
            records.put_profile(connection, replace(profile, attributes=merged))


def find_audience(workspace: Workspace, audience_id: int) -> Audience:
    """Return an audience; raises UnknownEntityError."""
    for audience in workspace.application.definition.audiences:
        if audience.id == audience_id:
            return audience
    raise UnknownEntityError("audience", audience_id)


def present_audiences(workspace: Workspace) -> Sequence[dict[str, Any]]:
    """Return the audiences as the bundle has them, without their members, which are state."""
    present = configured(workspace, "audiences")
    return [{name: one[name] for name in one if name != "members"} for one in present]
