"""The stores that a campaign is linked to, as files."""

from __future__ import annotations

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import csv_answer, imported
from sandbox.emulator.management.item_files import read_column
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.management.uploads import FIELD
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.errors import Fault
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.operations.configuration import refuse
from sandbox.workspace.operations.stores import import_stores, unlink_stores
from sandbox.workspace.workspace import Workspace

COLUMN = "store_integration_id"
MAX_STORES = 500_000


def export_stores(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/campaigns/{campaignId}/stores/export"""
    campaign = find_campaign(workspace, campaign_in_path(workspace, incoming))
    stores = workspace.application.definition.stores
    linked = [[one.integration_id] for one in stores if one.id in campaign.linked_store_ids]
    return csv_answer([COLUMN], linked)


def upload_stores(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/campaigns/{campaignId}/stores/import"""
    campaign_id = campaign_in_path(workspace, incoming)
    names = read_column(incoming, COLUMN, MAX_STORES)
    stores = workspace.application.stores
    refuse(
        Fault("Unknown", f"There is no store “{name}”", f"/{FIELD}/{COLUMN}")
        for name in names
        if name not in stores
    )
    done = import_stores(workspace, campaign_id, [stores[name].id for name in names])
    return ok(imported(workspace, "CampaignStores", done))


def disconnect_stores(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/applications/{applicationId}/campaigns/{campaignId}/stores"""
    unlink_stores(workspace, campaign_in_path(workspace, incoming))
    return no_content()


_STORES = f"{CAMPAIGN}/stores"

ROUTES: Routes = {
    _STORES: {"DELETE": storing(disconnect_stores, is_heavy=True)},
    f"{_STORES}/export": {"GET": export_stores},
    f"{_STORES}/import": {"POST": storing(upload_stores, is_heavy=True)},
}
