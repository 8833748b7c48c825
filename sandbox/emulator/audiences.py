"""Audiences: /v2/audiences, /v2/customer_audiences, /v2/audience_customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import path_number
from sandbox.engine.model import Model
from sandbox.errors import Fault, Refused
from sandbox.shapes import Reader, parse_json, refuse_repeated
from sandbox.workspace.operations import audiences
from sandbox.workspace.operations.audiences import (
    AudienceUpdate,
    MembershipChange,
    NewAudience,
)
from sandbox.workspace.workspace import Workspace


class MembershipChanges(Model, frozen=True):
    data: Annotated[list[MembershipChange], msgspec.Meta(max_length=1000)] = []


_SUBSCRIBED = "/subscribedApplicationsIds"
_NEW = Reader(NewAudience)
_UPDATE = Reader(AudienceUpdate)
_MEMBERSHIPS = Reader(MembershipChanges)


def create_audience(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v2/audiences"""
    new: NewAudience = _NEW.read(incoming.body)
    refuse_repeated(new.subscribed_applications_ids or (), _SUBSCRIBED)
    return ok(audience_content(workspace, audiences.create_audience(workspace, new)), 201)


def update_audience(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v2/audiences/{audienceId}"""
    update: AudienceUpdate = _UPDATE.read(incoming.body)
    refuse_repeated(update.subscribed_applications_ids or (), _SUBSCRIBED)
    audience_id = path_number(incoming, "audienceId")
    return ok(
        audience_content(workspace, audiences.update_audience(workspace, audience_id, update))
    )


def delete_audience(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v2/audiences/{audienceId}"""
    audiences.delete_audience(workspace, path_number(incoming, "audienceId"))
    return no_content()


def empty_audience(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v2/audiences/{audienceId}/memberships"""
    audiences.empty_audience(workspace, path_number(incoming, "audienceId"))
    return no_content()


def change_memberships(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v2/customer_audiences"""
    wanted: MembershipChanges = _MEMBERSHIPS.read(incoming.body)
    audiences.change_memberships(workspace, wanted.data)
    return no_content()


def set_member_attributes(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v2/audience_customers/{audienceId}/attributes: the body is the attributes."""
    attributes = parse_json(incoming.body)
    if not isinstance(attributes, dict):
        raise Refused([Fault("Invalid type", "The attributes are an object")])
    audiences.set_member_attributes(workspace, path_number(incoming, "audienceId"), attributes)
    return no_content()


def audience_content(workspace: Workspace, audience: Mapping[str, Any]) -> dict[str, Any]:
    """Return an audience (schema Audience)."""
    return {"accountId": ACCOUNT_ID, "created": workspace.clock.now(), **audience}
