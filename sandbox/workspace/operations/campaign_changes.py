"""Copying and deleting campaigns, and giving them other rules.

Source: Management API, operations deleteCampaign and copyCampaignToApplications;
reference/engine/09.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Model, Time
from sandbox.errors import Fault
from sandbox.workspace.bundle_keys import EVALUATION_TREE
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.operations.campaign_updates import (
    Name,
    Tags,
    place_of,
    with_changed_campaign,
)
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.operations.configuration import (
    configured,
    faults_inside,
    reconfiguring,
    refuse,
)
from sandbox.workspace.operations.evaluation_tree import (
    evaluation_tree,
    group_faults,
    with_campaign,
    without_campaign,
)
from sandbox.workspace.workspace import Workspace


class CampaignCopy(Model, frozen=True):
    """Where a campaign is copied to, and what the copy has of its own."""

    application_ids: list[int]
    name: Name | None = None
    description: str | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    tags: Tags | None = None
    evaluation_group_id: int | None = None


def put_ruleset(workspace: Workspace, campaign_id: int, ruleset: Mapping[str, Any]) -> None:
    """Give a campaign other rules; without an id they keep that of the rules before.

    Raises UnknownEntityError, and Refused with pointers into the ruleset.
    """
    with reconfiguring(workspace) as change:
        find_campaign(workspace, campaign_id)
        ruleset_id = workspace.application.campaigns[campaign_id].ruleset_id
        fields = {"ruleset": {"id": ruleset_id, **ruleset}}
        campaigns, pointer = with_changed_campaign(workspace, campaign_id, fields)
        with faults_inside(f"{pointer}/ruleset"):
            change.put("campaigns", campaigns)


def delete_campaign(workspace: Workspace, campaign_id: int) -> None:
    """Delete a campaign with all that belongs to it; raises UnknownEntityError (decision S171)."""
    with reconfiguring(workspace) as change:
        definition = change.application.definition
        find_campaign(workspace, campaign_id)
        achievements = {one.id for one in definition.achievements if one.campaign_id == campaign_id}
        changed: dict[str, Any] = {
            "campaigns": [
                one for one in configured(workspace, "campaigns") if one["id"] != campaign_id
            ],
        }
        if workspace.raw.get(EVALUATION_TREE):
            changed[EVALUATION_TREE] = without_campaign(evaluation_tree(workspace), campaign_id)
        for key in _OWNED_BY_CAMPAIGNS:
            present = configured(workspace, key)
            kept = [one for one in present if one.get("campaignId") != campaign_id]
            if len(kept) < len(present):
                changed[key] = kept
        change.put_all(changed)
        workspace.records.campaigns.delete(change.connection, campaign_id)
        if achievements:
            workspace.records.achievements.remove(change.connection, achievements)


def copy_campaign(workspace: Workspace, campaign_id: int, copy: CampaignCopy) -> list[Campaign]:
    """Copy a campaign, disabled and without its codes and stores, and return the copies.

    Raises UnknownEntityError, Refused.
    """
    with reconfiguring(workspace) as change:
        find_campaign(workspace, campaign_id)
        campaigns = configured(workspace, "campaigns")
        original = campaigns[place_of(campaigns, campaign_id)]
        refuse(_copy_faults(workspace, original, copy))
        if not copy.application_ids:
            return []
        highest = max(one["id"] for one in campaigns)
        new_id = next_code_id(change.connection, workspace.name, "campaign", highest)
        last = max(one.ruleset_id for one in change.application.campaigns.values())
        ruleset_id = next_code_id(change.connection, workspace.name, "ruleset", last)
        copied = {
            **{name: original[name] for name in original if name not in _NOT_COPIED},
            **_own_fields(original, copy),
            "id": new_id,
            "created": workspace.clock.now(),
            "state": "disabled",
            "ruleset": {**(original.get("ruleset") or {}), "id": ruleset_id},
        }
        changed: dict[str, Any] = {"campaigns": [*campaigns, copied]}
        group_id = copy.evaluation_group_id
        if group_id is None:
            group_id = (workspace.raw.get("application") or {}).get("defaultEvaluationGroupId")
        if group_id is not None:
            changed[EVALUATION_TREE] = with_campaign(evaluation_tree(workspace), new_id, group_id)
        change.put_all(changed)
    return [workspace.application.campaigns[new_id].definition]


_OWNED_BY_CAMPAIGNS = ("experiments", "collections", "valueMaps", "achievements")
_NOT_COPIED = frozenset({"linkedStoreIds", "storesImported", "updated", "updatedBy"})


def _own_fields(original: Mapping[str, Any], copy: CampaignCopy) -> dict[str, Any]:
    own = {
        "description": copy.description,
        "startTime": copy.start_time,
        "endTime": copy.end_time,
        "tags": copy.tags,
    }
    given = {name: value for name, value in own.items() if value is not None}
    return {"name": copy.name or f"Copy of {original['name']}", **given}


def _copy_faults(
    workspace: Workspace, original: Mapping[str, Any], copy: CampaignCopy
) -> Iterator[Fault]:
    own_id = workspace.application.settings.id
    for index, application_id in enumerate(copy.application_ids):
        if application_id != own_id:
            details = f"There is no Application {application_id}; this workspace has {own_id} alone"
            yield Fault("Unknown", details, f"/applicationIds/{index}")
    if original.get("templateId") is not None:
        yield Fault("Invalid value", "Campaigns made from a template cannot be copied")
    yield from group_faults(workspace, copy.evaluation_group_id)
