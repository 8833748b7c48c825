"""Stores of the Application: /v1/applications/{applicationId}/stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.entities import by_fields, entity_in_path, matches, shown
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.parameters import number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.model import Attributes, Model, json_fields
from sandbox.errors import Fault
from sandbox.shapes import Reader
from sandbox.workspace.attributes import AttributeChecker, changed_attributes
from sandbox.workspace.operations.configuration import refuse
from sandbox.workspace.operations.entities import (
    STORES,
    Entity,
    add_entity,
    change_entity,
    entities,
)
from sandbox.workspace.operations.stores import delete_store
from sandbox.workspace.workspace import Workspace


class NewStore(Model, frozen=True):
    """`integration_id` cannot change later."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    description: str
    integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    attributes: Attributes | None = None


_NEW = Reader(NewStore)


def list_stores(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/stores"""
    application_in_path(workspace, incoming)
    query, campaign_id = incoming.query, number(incoming, "campaignId")
    found = [
        one
        for one in (_content(workspace, store) for store in entities(workspace, STORES))
        if query.get("name", one["name"]) == one["name"]
        and query.get("integrationId", one["integrationId"]) == one["integrationId"]
        and matches(query.get("query"), one["name"], one["integrationId"])
        and (campaign_id is None or campaign_id in one["linkedCampaignIds"])
    ]
    sortable = by_fields("name", "integrationId", "updated")
    return uncounted(incoming, found, dict, sortable, counts=True)


def get_store(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/stores/{storeId}"""
    return ok(_content(workspace, _in_path(workspace, incoming)))


def create_store(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/stores"""
    application_in_path(workspace, incoming)
    new: NewStore = _NEW.read(incoming.body)
    refuse(_attribute_faults(workspace, new, {}))
    return ok(_content(workspace, add_entity(workspace, STORES, _fields(workspace, new))), 201)


def update_store(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/applications/{applicationId}/stores/{storeId}"""
    before = _in_path(workspace, incoming)
    new: NewStore = _NEW.read(incoming.body)
    faults = list(_attribute_faults(workspace, new, before.get("attributes") or {}))
    if new.integration_id != before["integrationId"]:
        details = "The integrationId of a store cannot be changed"
        faults.append(Fault("Invalid value", details, "/integrationId"))
    refuse(faults)
    changed = change_entity(workspace, STORES, before["id"], _fields(workspace, new))
    return ok(_content(workspace, changed))


def remove_store(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/applications/{applicationId}/stores/{storeId}"""
    delete_store(workspace, _in_path(workspace, incoming)["id"])
    return no_content()


def _in_path(workspace: Workspace, incoming: Incoming) -> dict[str, Any]:
    application_in_path(workspace, incoming)
    return entity_in_path(workspace, STORES, incoming, "storeId")


def _fields(workspace: Workspace, new: NewStore) -> dict[str, Any]:
    return {**json_fields(new), "updated": workspace.clock.now()}


def _attribute_faults(workspace: Workspace, new: NewStore, before: Attributes) -> Iterator[Fault]:
    changed = changed_attributes(new.attributes, before)
    checker = AttributeChecker(workspace.application.definition.attributes)
    return checker.faults("Store", changed, "/attributes")


def _content(workspace: Workspace, store: Entity) -> dict[str, Any]:
    """Return a store (schema Store)."""
    linked = [
        campaign.id
        for campaign in workspace.application.definition.campaigns
        if store["id"] in campaign.linked_store_ids
    ]
    content = shown(
        workspace,
        store,
        name=store["integrationId"],
        description="",
        attributes={},
        applicationId=workspace.application.settings.id,
    )
    return {"updated": content["created"], **content, "linkedCampaignIds": linked}


_STORES = "/v1/applications/{applicationId}/stores"

ROUTES: Routes = {
    _STORES: {"GET": list_stores, "POST": storing(create_store, is_heavy=True)},
    f"{_STORES}/{{storeId}}": {
        "GET": get_store,
        "PUT": storing(update_store, is_heavy=True),
        "DELETE": storing(remove_store, is_heavy=True),
    },
}
