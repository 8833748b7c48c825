"""Value maps of campaigns, as files."""

from __future__ import annotations

from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.csv_files import cell, csv_answer
from sandbox.emulator.management.entities import entity_of_campaign
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.routes import Routes
from sandbox.workspace.operations.entities import VALUE_MAPS
from sandbox.workspace.workspace import Workspace


def export_value_map(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET …/campaigns/{campaignId}/value_maps/{valueMapId}/export"""
    campaign_id = campaign_in_path(workspace, incoming)
    value_map = entity_of_campaign(workspace, VALUE_MAPS, incoming, "valueMapId", campaign_id)
    items = value_map.get("items") or {}
    rows = ([identifier, cell(value)] for identifier, value in items.items())
    return csv_answer(["identifier", "value"], rows)


ROUTES: Routes = {f"{CAMPAIGN}/value_maps/{{valueMapId}}/export": {"GET": export_value_map}}
