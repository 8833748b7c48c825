"""Catalogs: syncing them, listing their items, and best prior prices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from sandbox.emulator.account import ACCOUNT_ID, USER_ID
from sandbox.emulator.answers import Answer, known, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import page, path_number, texts
from sandbox.engine.catalogs.history import EndType
from sandbox.engine.catalogs.items import CatalogItem
from sandbox.engine.definitions import Audience
from sandbox.engine.model import Model, Time, json_fields
from sandbox.errors import Fault, Refused
from sandbox.shapes import Reader
from sandbox.workspace.entities import Catalog
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations import catalogs
from sandbox.workspace.operations.audiences import find_audience
from sandbox.workspace.operations.catalog_actions import Action
from sandbox.workspace.operations.catalogs import PriorPrice
from sandbox.workspace.workspace import Workspace

_PAGE = 1000
_DAYS = re.compile(r"[0-9]{1,6}", re.ASCII)


class SyncRequest(Model, frozen=True):
    """Actions on a catalog; `version` is the one that they are for."""

    actions: Annotated[list[Action], msgspec.Meta(min_length=1, max_length=1000)]
    version: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Target(Model, frozen=True):
    """For whom prices count: for everybody, or for the members of an audience."""

    target_type: Literal["NONE", "AUDIENCE"]
    audience_id: int | None = msgspec.field(default=None, name="audienceID")


class PriorPriceRequest(Model, frozen=True):
    """Which prices to look at; `timeframe` is a number of days.

    `strict_end_date` is what older SDKs send for the type of the end (decision S124).
    """

    skus: Annotated[list[str], msgspec.Meta(min_length=1)]
    timeframe_end_date: Time
    timeframe: str
    timeframe_end_date_type: EndType | None = None
    strict_end_date: bool | None = None
    target: Target | None = None


_SYNC = Reader(SyncRequest)
_PRIOR_PRICE = Reader(PriorPriceRequest)


def sync_catalog(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/catalogs/{catalogId}/sync"""
    catalog_id = path_number(incoming, "catalogId")
    wanted: SyncRequest = _SYNC.read(incoming.body)
    catalog = catalogs.sync_catalog(workspace, catalog_id, wanted.actions, wanted.version)
    return ok(_catalog(workspace, catalog))


def list_items(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/catalogs/{catalogId}/items of the Management API"""
    catalog_id = path_number(incoming, "catalogId")
    skus, names = texts(incoming, "sku"), texts(incoming, "productNames")
    found = catalogs.list_items(workspace, catalog_id, skus, names)
    shown, has_more = page(incoming, _PAGE).of(found)
    attributes = _attribute_ids(workspace)
    content = {
        "hasMore": has_more,
        "data": [_item(workspace, catalog_id, item, attributes) for item in shown],
    }
    if incoming.flag("withTotalResultSize"):
        content["totalResultSize"] = len(found)
    return ok(content)


def best_prior_price(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/best_prior_price"""
    wanted: PriorPriceRequest = _PRIOR_PRICE.read(incoming.body)
    if not _DAYS.fullmatch(wanted.timeframe):
        details = f"“timeframe” is a number of days, not “{wanted.timeframe}”"
        raise Refused([Fault("Invalid value", details, "/timeframe")])
    audience = _audience(workspace, wanted.target)
    found = catalogs.best_prior_prices(
        workspace,
        wanted.skus,
        wanted.timeframe_end_date,
        _end_type(wanted),
        int(wanted.timeframe),
        audience.id if audience else None,
    )
    target = _target(audience)
    return ok([_prior_price(workspace, prior) | {"target": target} for prior in found])


def _end_type(wanted: PriorPriceRequest) -> EndType:
    if wanted.timeframe_end_date_type is not None:
        return wanted.timeframe_end_date_type
    if wanted.strict_end_date is None:
        details = "“timeframeEndDateType” is required"
        raise Refused([Fault("Missing", details, "/timeframeEndDateType")])
    return "strict" if wanted.strict_end_date else "sale"


def _catalog(workspace: Workspace, catalog: Catalog) -> dict[str, Any]:
    """Return a catalog (schema Catalog)."""
    sent = workspace.raw.get("catalogs") or ()
    bundled: Mapping[str, Any] = next((raw for raw in sent if raw.get("id") == catalog.id), {})
    defaults = {
        "created": workspace.clock.now(),
        "accountId": ACCOUNT_ID,
        "createdBy": USER_ID,
        "subscribedApplicationsIds": [workspace.application.settings.id],
    }
    kept = {name: value for name, value in bundled.items() if name != "items"}
    return {**defaults, **kept, **json_fields(catalog)}


def _attribute_ids(workspace: Workspace) -> Mapping[str, int]:
    """Return the internal ids of cart item attributes; without one it is their number."""
    sent = workspace.raw.get("attributes") or ()
    return {
        raw["name"]: raw.get("id") or number
        for number, raw in enumerate(sent, 1)
        if raw.get("entity") == "CartItem"
    }


def _item(
    workspace: Workspace, catalog_id: int, item: CatalogItem, attributes: Mapping[str, int]
) -> dict[str, Any]:
    """Return an item (Management API, schema CatalogItem)."""
    content = {
        "id": item.id,
        "created": item.created or workspace.clock.now(),
        "sku": item.sku,
        "catalogid": catalog_id,
        "version": item.version,
        "attributes": [
            {"attributeid": attributes.get(name, 0), "name": name, "value": value}
            for name, value in item.attributes.items()
        ],
    }
    optional = {"price": item.price, "product": item.product}
    return content | known(optional)


def _audience(workspace: Workspace, target: Target | None) -> Audience | None:
    """Return the audience that prices are for; raises Refused."""
    if target is None or target.target_type == "NONE":
        return None
    if target.audience_id is None:
        details = "“audienceID” is required for the target AUDIENCE"
        raise Refused([Fault("Missing", details, "/target/audienceID")])
    try:
        return find_audience(workspace, target.audience_id)
    except UnknownEntityError as error:
        raise Refused([Fault("Unknown", str(error), "/target/audienceID")]) from None


def _target(audience: Audience | None) -> dict[str, Any]:
    if audience is None:
        return {"type": "NONE"}
    reference = {
        "id": audience.id,
        "integration": audience.integration,
        "integrationId": audience.integration_id,
    }
    return {"type": "AUDIENCE", "audience": known(reference)}


def _prior_price(workspace: Workspace, prior: PriorPrice) -> dict[str, Any]:
    """Return a price that was observed (schema BestPriorPrice); no campaign influences it."""
    observed, price = prior.observed, prior.observed.price
    assert price is not None, "prices that were found are there"
    metadata: dict[str, Any] = {"influencingCampaignDetails": []}
    adjustment = price.adjustment
    if adjustment is not None:
        metadata["adjustmentDetails"] = {
            "referenceId": adjustment.reference_id,
            "selectedPriceType": price.price_type,
            "value": price.price,
        }
    return {
        "id": observed.number,
        "sku": prior.sku,
        "observedAt": observed.time or workspace.clock.now(),
        "contextIds": [observed.context_id] if observed.context_id else [],
        "contextId": "",
        "price": price.price,
        "metadata": metadata,
    }
