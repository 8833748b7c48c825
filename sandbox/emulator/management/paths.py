"""What paths of the Management API name."""

from __future__ import annotations

from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.parameters import path_number
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.workspace import Workspace

CAMPAIGNS = "/v1/applications/{applicationId}/campaigns"
CAMPAIGN = f"{CAMPAIGNS}/{{campaignId}}"


def campaign_in_path(workspace: Workspace, incoming: Incoming) -> int:
    """Return the id of the campaign that a path names.

    Raises UnknownEntityError unless it is one of the workspace's Application.
    """
    application_in_path(workspace, incoming)
    return find_campaign(workspace, path_number(incoming, "campaignId")).id
