"""Deleting stores, and linking campaigns with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.operations.campaign_updates import with_changed_campaign
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.operations.configuration import (
    Reconfiguration,
    configured,
    reconfiguring,
)
from sandbox.workspace.operations.entities import STORES, without_entity
from sandbox.workspace.workspace import Workspace


def delete_store(workspace: Workspace, store_id: int) -> None:
    """Delete a store; campaigns that are linked to others too lose the link.

    One that is linked to it alone stays so, and runs nowhere (decision S179). Raises
    UnknownEntityError.
    """
    with reconfiguring(workspace) as change:
        kept = without_entity(workspace, STORES, store_id)
        campaigns = [_unlinked(one, store_id) for one in configured(workspace, "campaigns")]
        change.put_all({"stores": kept, "campaigns": campaigns})


def import_stores(workspace: Workspace, campaign_id: int, store_ids: Sequence[int]) -> Import:
    """Let a campaign run in these stores alone."""
    with reconfiguring(workspace) as change:
        _link(workspace, change, campaign_id, store_ids, imported=True)
        return Import(next_code_id(change.connection, workspace.name, "import"), len(store_ids))


def unlink_stores(workspace: Workspace, campaign_id: int) -> None:
    """Let a campaign run in all stores, and without one."""
    with reconfiguring(workspace) as change:
        _link(workspace, change, campaign_id, [], imported=False)


def _link(
    workspace: Workspace,
    change: Reconfiguration,
    campaign_id: int,
    store_ids: Sequence[int],
    *,
    imported: bool,
) -> None:
    fields = {"linkedStoreIds": list(store_ids), "storesImported": imported}
    campaigns, _ = with_changed_campaign(workspace, campaign_id, fields)
    change.put("campaigns", campaigns)


def _unlinked(campaign: dict[str, Any], store_id: int) -> dict[str, Any]:
    linked = campaign.get("linkedStoreIds") or []
    kept = [one for one in linked if one != store_id]
    return {**campaign, "linkedStoreIds": kept} if kept and kept != linked else campaign
