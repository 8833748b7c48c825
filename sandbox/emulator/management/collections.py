"""Collections, of the account and of campaigns, with their items as files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from sandbox.emulator.account import ACCOUNT_ID, USER_ID
from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.csv_files import csv_answer, imported
from sandbox.emulator.management.entities import (
    by_fields,
    entity_in_path,
    entity_of_campaign,
    shown,
)
from sandbox.emulator.management.item_files import read_column
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.model import Model, json_fields
from sandbox.shapes import Reader
from sandbox.workspace.operations.entities import (
    COLLECTIONS,
    Entity,
    add_entity,
    change_entity,
    delete_entity,
    entities,
    import_into,
)
from sandbox.workspace.workspace import Workspace

# How many items a collection itself shows; the rest is read page by page, or as a file.
MAX_PAYLOAD = 50
MAX_ITEMS = 500_000
COLUMN = "item"


class CollectionUpdate(Model, frozen=True):
    description: str | None = None
    subscribed_applications_ids: list[int] | None = None


class NewCollection(Model, frozen=True):
    name: Annotated[
        str, msgspec.Meta(min_length=1, pattern=r"^[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*\Z")
    ]
    description: str | None = None
    subscribed_applications_ids: list[int] | None = None


_NEW = Reader(NewCollection)
_UPDATE = Reader(CollectionUpdate)


def list_account_collections(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/collections"""
    return _listed(workspace, incoming, _of_campaign(workspace, None))


def list_application_collections(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/collections: those of all campaigns."""
    application_in_path(workspace, incoming)
    found = [one for one in entities(workspace, COLLECTIONS) if one.get("campaignId") is not None]
    return _listed(workspace, incoming, found)


def list_campaign_collections(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/collections"""
    return _listed(
        workspace, incoming, _of_campaign(workspace, campaign_in_path(workspace, incoming))
    )


def create_collection(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST to a list of collections: of the account, or of a campaign."""
    campaign_id = _campaign_id(workspace, incoming)
    new: NewCollection = _NEW.read(incoming.body)
    fields = {**json_fields(new), "items": []}
    if campaign_id is not None:
        fields["campaignId"] = campaign_id
    return ok(_content(workspace, add_entity(workspace, COLLECTIONS, fields)), 201)


def get_collection(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET one collection of the account, or of a campaign."""
    return ok(_content(workspace, _in_path(workspace, incoming)))


def update_collection(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT one collection: its description, and which Applications use it."""
    collection_id = _in_path(workspace, incoming)["id"]
    update: CollectionUpdate = _UPDATE.read(incoming.body)
    fields = {**json_fields(update), "modified": workspace.clock.now()}
    changed = change_entity(workspace, COLLECTIONS, collection_id, fields)
    return ok(_content(workspace, changed))


def delete_collection(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE one collection."""
    delete_entity(workspace, COLLECTIONS, _in_path(workspace, incoming)["id"])
    return no_content()


def list_items(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/collections/{collectionId}/items: those of campaigns as well."""
    collection = entity_in_path(workspace, COLLECTIONS, incoming, "collectionId")
    items = collection.get("items") or ()
    return uncounted(incoming, items, lambda item: {COLUMN: item})


def import_items(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST a file with the items of a collection, in place of those that it has."""
    collection_id = _in_path(workspace, incoming)["id"]
    items = read_column(incoming, COLUMN, MAX_ITEMS)
    fields = {"items": items, "modified": workspace.clock.now()}
    done = import_into(workspace, COLLECTIONS, collection_id, fields, len(items))
    return ok(imported(workspace, "Collection", done))


def export_items(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET a file with the items of a collection."""
    items = _in_path(workspace, incoming).get("items") or ()
    return csv_answer([COLUMN], ([item] for item in items))


def _campaign_id(workspace: Workspace, incoming: Incoming) -> int | None:
    """Return the campaign that a path names, None for the account."""
    return campaign_in_path(workspace, incoming) if "campaignId" in incoming.ids else None


def _in_path(workspace: Workspace, incoming: Incoming) -> dict[str, Any]:
    """Return the collection that a path names; raises UnknownEntityError."""
    campaign_id = _campaign_id(workspace, incoming)
    return entity_of_campaign(workspace, COLLECTIONS, incoming, "collectionId", campaign_id)


def _of_campaign(workspace: Workspace, campaign_id: int | None) -> list[dict[str, Any]]:
    return [one for one in entities(workspace, COLLECTIONS) if one.get("campaignId") == campaign_id]


def _listed(workspace: Workspace, incoming: Incoming, found: Iterable[Entity]) -> Answer:
    name = incoming.query.get("name")
    contents = [_content(workspace, one) for one in found if name in (None, one["name"])]
    for content in contents:
        del content["payload"]
    return uncounted(incoming, contents, dict, by_fields("name", "modified"), counts=True)


def _content(workspace: Workspace, collection: Entity) -> dict[str, Any]:
    """Return a collection (schema Collection)."""
    content = shown(workspace, collection, accountId=ACCOUNT_ID, createdBy=USER_ID)
    items = content.pop("items", [])
    if collection.get("campaignId") is not None:
        content["applicationId"] = workspace.application.settings.id
    return {"modified": content["created"], **content, "payload": items[:MAX_PAYLOAD]}


_ACCOUNT = "/v1/collections"
_CAMPAIGN = f"{CAMPAIGN}/collections"

ROUTES: Routes = {
    _ACCOUNT: {
        "GET": list_account_collections,
        "POST": storing(create_collection, is_heavy=True),
    },
    f"{_ACCOUNT}/{{collectionId}}/items": {"GET": list_items},
    "/v1/applications/{applicationId}/collections": {"GET": list_application_collections},
    _CAMPAIGN: {
        "GET": list_campaign_collections,
        "POST": storing(create_collection, is_heavy=True),
    },
    **{
        f"{collections}/{{collectionId}}": {
            "GET": get_collection,
            "PUT": storing(update_collection, is_heavy=True),
            "DELETE": storing(delete_collection, is_heavy=True),
        }
        for collections in (_ACCOUNT, _CAMPAIGN)
    },
    **{
        f"{collections}/{{collectionId}}/import": {"POST": storing(import_items, is_heavy=True)}
        for collections in (_ACCOUNT, _CAMPAIGN)
    },
    **{
        f"{collections}/{{collectionId}}/export": {"GET": export_items}
        for collections in (_ACCOUNT, _CAMPAIGN)
    },
}
